"""The judgement: which legs a demand has, and which of them is best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from bihuan.engine.eligibility import faulty, noreason, promised, transit
from bihuan.engine.eligibility.drafting import Draft, Matter
from bihuan.engine.eligibility.facts import FLAWS, Ask, Good, Promise
from bihuan.engine.eligibility.judgement import HARMLESS, Judgement, Outcome, Refusal
from bihuan.engine.eligibility.legs import Leg, RefusalGround
from bihuan.engine.workdays import WorkCalendar

Right = Callable[[Matter], Leg]
BASES = {"law": 0, "norm": 1, "promise": 2}
FAR = date.max.toordinal()
ARTICLES = {
    RefusalGround.EXCLUDED_GOODS: "L-04",
    RefusalGround.CONFIRMED_EXCLUSION: "L-05",
    RefusalGround.NOT_INTACT: "L-06",
    RefusalGround.OUT_OF_TIME: "L-03",
    RefusalGround.ABUSIVE: "L-15",
}


def judge(ask: Ask, good: Good, promises: Iterable[Promise], calendar: WorkCalendar) -> Judgement:
    """Whether the demand is due. Pure: the same facts give the same judgement, whoever asks (PCN-1.3).

    ``eligible``: law, norm or promise opens it. ``not_eligible``: a lawful ground of refusal, and nothing
    opens it. ``person``: a fact is missing, or the law gives no ground on which a program may refuse.
    Raises BeyondCalendar.
    """
    given = promised.in_order(promises)
    matter = Matter(ask, good, calendar, promised.free_return(given, ask, good) if given else None)
    legs = _legs(matter, given)
    best = _best(legs)
    refusal = None
    if best is None and not any(leg.state == "person" for leg in legs):
        refusal = _refusal(ask, legs)
        if refusal is None:
            legs.append(_agreement(matter))
    outcome: Outcome = "eligible" if best else "not_eligible" if refusal else "person"
    return Judgement(outcome, ask, good, given, calendar, tuple(legs), best, refusal, judge)


def _legs(matter: Matter, promises: tuple[Promise, ...]) -> list[Leg]:
    ask, good = matter.ask, matter.good
    if ask.ground != "no_reason" and ask.abuse not in ("", HARMLESS):
        return [_abuse(matter)]
    rights = _rights(
        ask.want,
        ask.ground,
        ask.state,
        bool(ask.certified),
        good.prepaid,
        good.kind == "digital" and good.opened is not False,
        good.warranty_months is not None,
    )
    legs = [right(matter) for right in rights]
    if promises:
        legs += promised.legs(matter, promises)
    return legs or [_agreement(matter)]


@lru_cache(maxsize=1024)
def _rights(*codes: Any) -> tuple[Right, ...]:
    """The legs that law and norms give a demand, the plainest first."""
    return tuple(_lawful(*codes))


def _lawful(
    want: str, ground: str, state: str, certified: bool, prepaid: bool, downloaded: bool, warranted: bool
) -> Iterator[Right]:
    # Nothing was shipped. Prepayments and digital goods that may have been downloaded never are.
    cancellable = state == "not_shipped" and not prepaid and not downloaded
    if want in ("return", "refund_only"):
        if cancellable:
            yield noreason.cancelling
        if prepaid and ground == "no_reason":
            yield noreason.prepaid_back
        if ground == "not_performed":
            yield noreason.not_performed
    if ground in FLAWS or (ground == "missing_item" and want in ("return", "exchange")):
        yield from _for_flaws(want, ground, state, certified, warranted)
    if ground in ("lost", "late", "missing_item"):
        yield from _for_delivery(want, ground, state)
    if not prepaid:
        yield from _without_reason(want, ground, state, cancellable)


def _for_flaws(want: str, ground: str, state: str, certified: bool, warranted: bool) -> Iterator[Right]:
    if want == "return":
        if ground == "certified_defect" or certified:
            yield faulty.certified
        if ground == "fake":
            yield faulty.fake
        yield faulty.seven_days
        yield faulty.rescission
    elif want in ("exchange", "repair", "resend"):
        if warranted and want != "resend":
            yield faulty.warranty
        yield faulty.repair_replace
    elif want == "refund_only" and state == "signed":
        yield transit.damaged if ground == "damaged_in_transit" else _kept


def _for_delivery(want: str, ground: str, state: str) -> Iterator[Right]:
    if want in ("return", "refund_only", "resend"):
        if ground == "lost" or (ground == "late" and state == "on_the_way"):
            yield transit.lost
        if ground == "missing_item" and want != "return":
            yield faulty.still_owed
    if want == "return" and ground == "late" and state == "signed":
        yield transit.late


def _without_reason(want: str, ground: str, state: str, cancellable: bool) -> Iterator[Right]:
    """Goods that are not kept may go back whatever the reason; more than that the law doesn't give."""
    if state == "not_shipped":
        if want in ("return", "refund_only") and not cancellable:
            yield noreason.no_reason
    elif want == "return" or (want == "refund_only" and state == "on_the_way"):
        yield noreason.no_reason
    elif ground == "no_reason" and want in ("exchange", "refund_only") and state == "signed":
        yield _no_more_than_return


def _no_more_than_return(matter: Matter) -> Leg:
    """Who may not return without reason may not exchange or keep the goods; else it needs agreement."""
    leg = noreason.no_reason(matter)
    if leg.state == "closed":
        return leg
    draft = Draft("agreement", "law", "L-03")
    draft.unknown("only_return", "agreement", want=matter.ask.want)
    return draft.done()


def _kept(_: Matter) -> Leg:
    """Goods kept and all money back: neither given nor forbidden by law; somebody must agree."""
    draft = Draft("refund_without_return", "law", "L-02", formula="R6")
    draft.unknown("refund_without_return", "agreement")
    return draft.done()


def _abuse(matter: Matter) -> Leg:
    draft = Draft("abuse", "law", "L-15")
    draft.refuse(RefusalGround.ABUSIVE, "abuse", "L-15", {"way": matter.ask.abuse})
    return draft.done()


def _agreement(matter: Matter) -> Leg:
    draft = Draft("agreement", "norm", "PCN-3.3.2.c")
    draft.unknown("no_ground_to_refuse", "agreement", want=matter.ask.want, ground=matter.ask.ground)
    return draft.done()


def _best(legs: list[Leg]) -> Leg | None:
    best: Leg | None = None
    for leg in legs:
        if leg.state == "open" and (best is None or _rank(leg) < _rank(best)):
            best = leg
    return best


def _rank(leg: Leg) -> tuple[bool, int, int]:
    """The better for the consumer first: freight, then the longer period, then law before promise."""
    last = leg.deadline.last_day.toordinal() if leg.deadline else FAR
    return (leg.freight.back == "consumer", -last, BASES[leg.basis])


def _refusal(ask: Ask, legs: list[Leg]) -> Refusal | None:
    """The first lawful ground on which a leg is closed, if the claim is one that it holds against."""
    for leg in legs:
        if leg.closed_by and (ask.ground == "no_reason" or leg.closed_by is RefusalGround.ABUSIVE):
            return Refusal(leg.closed_by, ARTICLES[leg.closed_by], leg.closed_facts)
    return None
