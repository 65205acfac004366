"""Promises of merchant and platform: what they open beyond the law (ASM-4.3, L-19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bihuan.engine.eligibility.drafting import Draft, Matter, period
from bihuan.engine.eligibility.facts import FLAWS, Ask, Good, Promise
from bihuan.engine.eligibility.faulty import seven_days, warranty
from bihuan.engine.eligibility.legs import Leg
from bihuan.engine.eligibility.noreason import no_reason
from bihuan.engine.eligibility.proving import in_limit, shown, within_days


def in_order(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    """Always in the same order, in whichever they were given."""
    found = tuple(promises)
    return tuple(sorted(found, key=lambda promise: promise.order)) if len(found) > 1 else found


def holds(promise: Promise, ask: Ask, good: Good) -> bool | None:
    """Whether it was given for this order and these goods; None where a date or the kind is unknown."""
    if promise.grounds and ask.ground not in promise.grounds:
        return False
    if promise.goods and good.kind not in promise.goods:
        return None if good.kind == "" else False
    if promise.since is None and promise.until is None:
        return True
    if ask.ordered is None:
        return None
    begun = promise.since is None or promise.since <= ask.ordered
    return begun and (promise.until is None or ask.ordered < promise.until)


def free_return(promises: Iterable[Promise], ask: Ask, good: Good) -> Promise | None:
    """The promise to pay the way back: without limit before the highest limit."""
    found = [item for item in promises if item.kind == "free_return" and holds(item, ask, good)]
    if len(found) > 1:
        return max(found, key=lambda item: (item.amount is None, item.amount or 0))
    return found[0] if found else None


def legs(matter: Matter, promises: Iterable[Promise]) -> Iterator[Leg]:
    """One leg for each promise that bears on the demand."""
    for promise in promises:
        if promise.kind in ("free_return", "times") or not _bears(promise, matter.ask):
            continue
        given = holds(promise, matter.ask, matter.good)
        if given:
            yield _leg(matter, promise)
        elif given is None:
            yield _unclear(matter, promise)


def _bears(promise: Promise, ask: Ask) -> bool:
    if promise.kind == "return":
        return ask.want == "return" and ask.state != "not_shipped"
    if promise.kind == "quality_return":
        return ask.want == "return" and ask.ground in FLAWS
    if promise.kind == "warranty":
        return ask.want in ("exchange", "repair") and ask.ground in FLAWS
    if promise.kind == "late":
        return ask.want == "refund_only" and ask.ground == "late"
    return promise.kind == ask.want


def _leg(matter: Matter, promise: Promise) -> Leg:
    if promise.kind in ("return", "exchange"):
        return no_reason(matter, promise)
    if promise.kind == "quality_return":
        return seven_days(matter, promise)
    if promise.kind == "warranty":
        return warranty(matter, promise)
    if promise.kind == "price_protection":
        return _price_protection(matter, promise)
    return _paid(matter, promise)


def _begun(promise: Promise, formula: str) -> Draft:
    draft = Draft(f"promised_{promise.kind}", "promise", "L-19", formula=formula)
    draft.under(promise)
    return draft


def _price_protection(matter: Matter, promise: Promise) -> Leg:
    """The difference after a fall of the price within the days promised, from signing (or the order)."""
    draft, ask = _begun(promise, "R11"), matter.ask
    shown(draft, matter)
    start = ask.signed or ask.ordered
    if start is None:
        draft.unknown("paid_unknown", "ordered")
    else:
        limit = period(draft.code, "L-19", start, matter.calendar, promise.days or 0)
        in_limit(draft, matter, limit, "promise_in_time", "promise_over")
    return draft.done()


def _paid(matter: Matter, promise: Promise) -> Leg:
    """Money without return, or a sum for lateness, once what happened is shown."""
    draft = _begun(promise, "R11" if promise.kind == "late" else "R6")
    shown(draft, matter)
    if promise.days is not None:
        within_days(draft, matter, promise.days)
    return draft.done()


def _unclear(matter: Matter, promise: Promise) -> Leg:
    draft = _begun(promise, "")
    draft.unknown("promise_unclear", "kind" if matter.good.kind == "" and promise.goods else "ordered")
    return draft.done()
