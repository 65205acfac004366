"""What has to be shown and by when: burden of proof, transit risk, notice in time, limitation."""

from __future__ import annotations

from bihuan.engine.eligibility.drafting import Draft, Matter, period, shared, within
from bihuan.engine.eligibility.facts import Ask, Good
from bihuan.engine.eligibility.legs import Deadline
from bihuan.engine.workdays import WorkCalendar

QUALITY_DAYS = 7
BURDEN_MONTHS = 6
NOTICE_YEARS = 2
LIMITATION_YEARS = 3
DURABLE = ("durable",)
PRESUMED = ("quality", "not_as_described", "damaged_in_transit")
Proof = tuple[str, bool | None, bool, bool | None]


def shown(draft: Draft, matter: Matter) -> None:
    """Whether what the consumer says is shown; for durable goods the operator must disprove it (L-13)."""
    draft.take(proven(draft.article, *proof(matter)))


def proof(matter: Matter) -> Proof:
    """What proof rests on: the ground, whether it is shown, who must prove, who chose the carrier."""
    ask = matter.ask
    operators = ask.shown is None and presumed(ask, matter.good, matter.calendar)
    return ask.ground, ask.shown, operators, ask.ground == "damaged_in_transit" and ask.chose_carrier


@shared
def proven(
    draft: Draft, ground: str, shown: bool | None, operators: bool, chose_carrier: bool | None
) -> None:
    """The steps of ``shown``."""
    if ground == "damaged_in_transit":
        risk(draft, chose_carrier)
    if shown:
        draft.yes("shown", ground=ground)
    elif shown is False:
        draft.no("disproved", ground=ground)
    elif operators:
        draft.yes("presumed", "L-13", months=BURDEN_MONTHS)
        draft.conditions.append("operator_may_disprove")
    else:
        draft.unknown("not_shown", "shown", ground=ground)


def presumed(ask: Ask, good: Good, calendar: WorkCalendar) -> bool:
    """Whether the operator bears the burden of proof: durable goods, a flaw within six months (L-13)."""
    if good.kind not in DURABLE or ask.ground not in PRESUMED or ask.signed is None:
        return False
    return ask.asked <= period("burden", "L-13", ask.signed, calendar, 0, BURDEN_MONTHS).last_day


def risk(draft: Draft, chose_carrier: bool | None) -> None:
    """The merchant bears the transit risk unless the consumer chose the carrier (G-17)."""
    if chose_carrier:
        draft.unknown("carrier_chosen", "carrier_claim", "G-17")
    elif chose_carrier is None:
        draft.unknown("carrier_unknown", "chose_carrier", "G-17")
    else:
        draft.yes("merchant_bears_risk", "G-17")


def within_days(draft: Draft, matter: Matter, days: int) -> None:
    """Demanded within so many days of receipt; before receipt nothing has begun to run."""
    ask = matter.ask
    if ask.state != "signed":
        draft.yes("before_signing", state=ask.state)
    elif ask.signed is None:
        draft.unknown("signed_unknown", "signed")
    else:
        limit = period(draft.code, draft.article, ask.signed, matter.calendar, days)
        in_limit(draft, matter, limit, "quality_in_time", "quality_days_over")


def in_limit(draft: Draft, matter: Matter, limit: Deadline, yes: str, no: str) -> None:
    """The notice against a last day; a calendar that is not published leaves it open."""
    asked = matter.ask.asked
    in_time = within(draft, limit, asked)
    if in_time:
        draft.yes(yes, asked=asked, last_day=limit.last_day)
    elif in_time is None:
        draft.unknown("calendar_unknown", "calendar", "C-05", asked=asked, last_day=limit.last_day)
    else:
        draft.no(no, asked=asked, last_day=limit.last_day)


def noticed(draft: Draft, matter: Matter) -> None:
    """Told within reasonable time, at most two years (L-25); within seven days it always is."""
    ask = matter.ask
    if ask.state != "signed":
        draft.yes("before_signing", state=ask.state)
        return
    if ask.signed is None:
        draft.unknown("signed_unknown", "signed")
        return
    longest = period(draft.code, "L-25", ask.signed, matter.calendar, 0, 12 * NOTICE_YEARS)
    if (ask.asked - ask.signed).days <= QUALITY_DAYS:
        draft.deadline = longest
        draft.yes("told_early", "L-25", asked=ask.asked, days=QUALITY_DAYS)
        return
    in_limit(draft, matter, longest, "notice_in_time", "notice_too_late")
    if ask.timely:
        draft.yes("told_in_reasonable_time", "L-25")
    elif ask.timely is None:
        draft.unknown("timely_unknown", "timely", "L-25")
    else:
        draft.no("told_late", "L-25")


def not_prescribed(draft: Draft, matter: Matter) -> None:
    """The ordinary limitation of three years has not run out (L-25)."""
    start = matter.ask.signed or matter.ask.shipped or matter.ask.ordered
    if start is not None:
        limit = period(draft.code, "L-25", start, matter.calendar, 0, 12 * LIMITATION_YEARS)
        in_limit(draft, matter, limit, "not_prescribed", "prescribed")
