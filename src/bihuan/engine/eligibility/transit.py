"""On the way: lost or finally delayed parcels, late delivery, damage (G-13, G-14, G-17; ASM-4.2)."""

from __future__ import annotations

from datetime import date

from bihuan.engine.eligibility.drafting import Draft, Matter, period
from bihuan.engine.eligibility.legs import Leg
from bihuan.engine.eligibility.proving import not_prescribed, risk, shown

# Days after pick-up from which a parcel that has not come is treated as lost (G-14)
LOST_DAYS = {"same_city": 7, "domestic": 10, "international": 30}


def lost(matter: Matter) -> Leg:
    """Lost, or so late that it counts as lost: the merchant answers first, the carrier later (G-13, G-17)."""
    ask = matter.ask
    draft = Draft("lost", "law", "G-17", out="merchant", formula="" if ask.want == "resend" else "R6")
    risk(draft, ask.chose_carrier)
    draft.conditions.append("recourse_on_carrier")
    if ask.shown and ask.ground == "lost":
        draft.yes("found_lost")
    elif ask.shown is False and ask.ground == "lost":
        draft.no("disproved", ground=ask.ground)
    elif ask.state != "on_the_way" or ask.shipped is None:
        draft.unknown("not_shown", "shown", ground=ask.ground)
    else:
        _final_delay(draft, matter, ask.shipped)
    return draft.done()


def _final_delay(draft: Draft, matter: Matter, shipped: date) -> None:
    ask, days = matter.ask, LOST_DAYS[matter.ask.route]
    limit = period(draft.code, "G-14", shipped, matter.calendar, days, 0, "none")
    draft.deadline = limit
    data = {"shipped": shipped, "asked": ask.asked, "last_day": limit.last_day, "route": ask.route}
    if ask.asked > limit.last_day:
        draft.yes("final_delay", "G-14", **data)
    else:
        draft.unknown("not_yet_lost", "shown", "G-14", **data)


def damaged(matter: Matter) -> Leg:
    """Damaged on the way and kept: the loss in proportion (G-13, G-17); its share is a person's finding."""
    draft = Draft("transit_damage", "law", "G-13", out="", formula="R8")
    shown(draft, matter)
    not_prescribed(draft, matter)
    draft.conditions += ["damage_share", "recourse_on_carrier"]
    return draft.done()


def late(matter: Matter) -> Leg:
    """Delivered, but late: return only where the purpose of the contract fails (L-02)."""
    draft = Draft("late_rescission", "law", "L-02", out="merchant", back="merchant", formula="R6")
    serious = matter.ask.serious
    if serious:
        draft.yes("serious")
    elif serious is None:
        draft.unknown("serious_unknown", "serious")
    else:
        draft.no("not_serious")
    return draft.done()
