"""Return without reason: cancelling before shipment, the seven days, what is excluded, intactness."""

from __future__ import annotations

from typing import Any

from bihuan.engine.eligibility.drafting import Draft, Matter, period, shared, within
from bihuan.engine.eligibility.facts import Ask, Good, Promise
from bihuan.engine.eligibility.legs import Leg, RefusalGround
from bihuan.engine.grounds import NO_REASON_DAYS
from bihuan.engine.workdays import WorkCalendar

CLAIM = "no_reason_return"
PREPAID_DAYS = 7
# What shows that goods of a kind were used beyond testing (七日办法 9)
HARMFUL = {
    "food": ("seal_broken",),
    "cosmetics": ("seal_broken",),
    "medical": ("seal_broken",),
    "electronics": ("tampered", "activated", "data_left"),
    "textile": ("tag_removed", "soiled", "damaged"),
}


def cancelling(matter: Matter) -> Leg:
    """Nothing was shipped: the order is cancelled (PCN-2.3.2.b); only goods being made ask a person."""
    draft = Draft("cancel", "norm", "PCN-2.3.2.b", formula="R5")
    draft.yes("not_shipped")
    if matter.good.kind == "custom" and matter.good.making_begun is not False:
        draft.unknown("making_begun", "making_begun", "L-04")
    return draft.done()


def no_reason(matter: Matter, promise: Promise | None = None) -> Leg:
    """L-03 with L-04 to L-06, or the same with a promise's own days."""
    ask, good, days = matter.ask, matter.good, NO_REASON_DAYS
    if promise is None:
        draft = Draft("no_reason", "law", "L-03", "consumer", "consumer", "R5")
    else:
        code = f"promised_{promise.kind}"
        draft = Draft(code, "promise", "L-19", "consumer", "consumer", "R5")
        draft.under(promise)
        days = days if promise.days is None else promise.days
    if promise is not None and promise.excluded_too:
        draft.yes("exclusions_lifted", "L-19", by=promise.by)
        _intact(draft, good)
    else:
        draft.take(_fit("L-03", ask.state == "signed", *good.condition))
    _in_time(draft, ask, matter.calendar, days)
    if good.gift:
        draft.unknown("gift_alone", "main_goods", "L-10")
    draft.conditions.append("gifts_back_or_paid")
    if ask.abuse not in ("", "harmless_label_flaw"):
        draft.unknown("abuse_found", "abuse", "L-15", way=ask.abuse)
    return draft.done(matter.free_return)


@shared
def _fit(draft: Draft, signed: bool, *condition: Any) -> None:
    """What depends on the goods alone."""
    good = Good(*condition)
    _excluded(draft, good, signed)
    _confirmed(draft, good)
    _intact(draft, good)


def _excluded(draft: Draft, good: Good, signed: bool) -> None:
    kind, opened = good.kind, good.opened
    if kind == "":
        draft.unknown("kind_unknown", "kind", "L-04")
    elif kind in ("custom", "perishable") or (kind == "newspaper" and signed):
        _exclude(draft, kind)
    elif kind == "digital" and opened is not False:
        if opened:
            _exclude(draft, "digital_opened")
        else:
            draft.unknown("opened_unknown", "opened", "L-04", kind=kind)
    else:
        draft.yes("not_excluded", "L-04", kind=kind)


def _exclude(draft: Draft, goods: str) -> None:
    draft.refuse(RefusalGround.EXCLUDED_GOODS, "excluded", "L-04", {"claim": CLAIM, "goods": goods})


def _confirmed(draft: Draft, good: Good) -> None:
    if good.confirmed == "":
        draft.yes("nothing_confirmed", "L-05")
    elif good.confirmed is None:
        draft.unknown("confirmation_unknown", "confirmed", "L-05")
    elif good.preticked:
        draft.yes("preticked", "L-05", goods=good.confirmed)
    elif good.preticked is None:
        draft.unknown("preticked_unknown", "preticked", "L-05", goods=good.confirmed)
    else:
        _come_about(draft, good, good.confirmed)


def _come_about(draft: Draft, good: Good, goods: str) -> None:
    """The confirmed exclusion holds where its reason has come about; sealed goods ask a person."""
    fact, happened = "", True if goods == "near_expiry_or_flawed" else None
    if goods == "opened_affects_safety":
        fact, happened = "opened", good.opened
    elif goods == "activated_loses_value":
        fact, happened = "used", True if "activated" in good.traces else good.used
    if happened:
        facts = {"claim": CLAIM, "goods": goods, "confirmed": True, "preticked": False}
        draft.refuse(RefusalGround.CONFIRMED_EXCLUSION, "confirmed_exclusion", "L-05", facts)
    elif happened is None:
        draft.unknown("exclusion_depends", fact, "L-05", goods=goods, fact=fact)
    else:
        draft.unknown("reason_not_come_about", "exclusion_applies", "L-05", goods=goods)


def _intact(draft: Draft, good: Good) -> None:
    trace = next((name for name in good.traces if name in HARMFUL.get(good.kind, ())), "")
    if good.intact:
        draft.yes("found_intact", "L-06")
    elif good.intact is False or trace:
        facts = {"claim": CLAIM, "beyond_testing": True, "trace": trace}
        draft.refuse(RefusalGround.NOT_INTACT, "not_intact", "L-06", facts)
    elif good.traces:
        draft.unknown("traces", "intact", "L-06", trace=good.traces[0])
    elif good.used:
        draft.unknown("used_is_not_all", "intact", "L-06")
    else:
        draft.yes("opened_is_intact" if good.opened else "intact_on_receipt", "L-06")
        draft.conditions.append("intact_on_receipt")


def _in_time(draft: Draft, ask: Ask, calendar: WorkCalendar, days: int) -> None:
    if ask.state == "on_the_way":
        draft.yes("before_signing", state=ask.state)
        draft.conditions.append("delivery_refused")
        return
    if ask.signed is None:
        draft.unknown("signed_unknown", "signed")
        return
    limit = period(draft.code, draft.article, ask.signed, calendar, days)
    in_time = within(draft, limit, ask.asked)
    data = {"signed": ask.signed, "asked": ask.asked, "last_day": limit.last_day, "days": days}
    if in_time:
        draft.yes("in_time", **data)
    elif in_time is None:
        draft.unknown("calendar_unknown", "calendar", "C-05", **data)
    else:
        facts = {"claim": CLAIM, "signed_date": ask.signed, "sent_date": ask.asked}
        facts |= {"last_day": limit.last_day, "days": days}
        draft.refuse(RefusalGround.OUT_OF_TIME, "out_of_time", draft.article, facts)


def prepaid_back(matter: Matter) -> Leg:
    """Prepaid principal within seven days of payment (L-21); its exceptions are for a person."""
    ask, good = matter.ask, matter.good
    draft = Draft("prepaid_back", "law", "L-21", formula="R10")
    if ask.ordered is None:
        draft.unknown("paid_unknown", "ordered")
    else:
        limit = period(draft.code, "L-21", ask.ordered, matter.calendar, PREPAID_DAYS)
        data = {"paid": ask.ordered, "asked": ask.asked, "last_day": limit.last_day}
        in_time = within(draft, limit, ask.asked)
        if in_time:
            draft.yes("prepaid_in_time", **data)
        else:
            draft.unknown("prepaid_late", "agreement", **data)
    if good.prepaid_exception is not False:
        draft.unknown("prepaid_exception", "prepaid_exception")
    return draft.done()


def not_performed(matter: Matter) -> Leg:
    """Paid and not performed: the price with interest and cost (L-21)."""
    draft = Draft("not_performed", "law", "L-21", formula="R10")
    if matter.ask.shown:
        draft.yes("not_performed")
    elif matter.ask.shown is None:
        draft.unknown("not_shown", "shown", ground=matter.ask.ground)
    else:
        draft.no("disproved", ground=matter.ask.ground)
    return draft.done()
