"""The judgement: which legs a demand has, which is best, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bihuan.engine.eligibility import faulty, noreason, promised, transit
from bihuan.engine.eligibility.drafting import Draft, Matter
from bihuan.engine.eligibility.facts import FLAWS, Ask, Good, Promise
from bihuan.engine.eligibility.further import further
from bihuan.engine.eligibility.judgement import Judgement, Leg, Outcome, Refusal, RefusalGround, Step
from bihuan.engine.eligibility.proving import presumed
from bihuan.engine.workdays import WorkCalendar

HARMLESS = "harmless_label_flaw"
BASES = {"law": 0, "norm": 1, "promise": 2}
BETTER = Step("better_wins", "note", "L-19")
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
    opened = [leg for leg in legs if leg.state == "open"]
    best = min(opened, key=_rank) if len(opened) > 1 else opened[0] if opened else None
    refusal = None if best is not None else _refusal(ask, legs)
    if best is None and refusal is None and not any(leg.state == "person" for leg in legs):
        legs = (*legs, _agreement(matter))
    outcome: Outcome = "eligible" if best else "not_eligible" if refusal else "person"
    return Judgement(
        outcome,
        ask,
        good,
        _steps(legs, opened, _notes(ask, good)),
        legs,
        best,
        _missing(legs) if outcome == "person" else (),
        refusal,
        calendar.zone,
        _pays_first(ask, good, best),
        "operator" if presumed(matter) else "consumer",
        _flags(ask, given),
        lambda: further(judge, ask, good, given, calendar, outcome, legs),
    )


def _legs(matter: Matter, promises: tuple[Promise, ...]) -> tuple[Leg, ...]:
    ask = matter.ask
    if ask.ground != "no_reason" and ask.abuse not in ("", HARMLESS):
        return (_abuse(matter),)
    if not promises:
        return tuple(_lawful(matter)) or (_agreement(matter),)
    return (*_lawful(matter), *promised.legs(matter, promises)) or (_agreement(matter),)


def _lawful(matter: Matter) -> Iterator[Leg]:
    """The legs that law and norms give, the plainest first."""
    ask = matter.ask
    if ask.want in ("return", "refund_only"):
        if _cancellable(matter):
            yield noreason.cancelling(matter)
        if matter.good.prepaid and ask.ground == "no_reason":
            yield noreason.prepaid_back(matter)
        if ask.ground == "not_performed":
            yield noreason.not_performed(matter)
    if ask.ground in FLAWS or (ask.ground == "missing_item" and ask.want in ("return", "exchange")):
        yield from _for_flaws(matter)
    if ask.ground in ("lost", "late", "missing_item"):
        yield from _for_delivery(matter)
    if not matter.good.prepaid:
        yield from _without_reason(matter)


def _cancellable(matter: Matter) -> bool:
    """Nothing was shipped. Prepayments and digital goods that may have been downloaded never are."""
    if matter.ask.state != "not_shipped" or matter.good.prepaid:
        return False
    return matter.good.kind != "digital" or matter.good.opened is False


def _for_flaws(matter: Matter) -> Iterator[Leg]:
    ask = matter.ask
    if ask.want == "return":
        if ask.ground == "certified_defect" or ask.certified:
            yield faulty.certified(matter)
        if ask.ground == "fake":
            yield faulty.fake(matter)
        yield faulty.seven_days(matter)
        yield faulty.rescission(matter)
    elif ask.want in ("exchange", "repair", "resend"):
        if matter.good.warranty_months is not None and ask.want != "resend":
            yield faulty.warranty(matter)
        yield faulty.repair_replace(matter)
    elif ask.want == "refund_only" and ask.state == "signed":
        if ask.ground == "damaged_in_transit":
            yield transit.damaged(matter)
        else:
            yield _kept(matter)


def _for_delivery(matter: Matter) -> Iterator[Leg]:
    ask = matter.ask
    if ask.want in ("return", "refund_only", "resend"):
        if ask.ground == "lost" or (ask.ground == "late" and ask.state == "on_the_way"):
            yield transit.lost(matter)
        if ask.ground == "missing_item" and ask.want != "return":
            yield faulty.still_owed(matter)
    if ask.want == "return" and ask.ground == "late" and ask.state == "signed":
        yield transit.late(matter)


def _without_reason(matter: Matter) -> Iterator[Leg]:
    """Goods that are not kept may go back whatever the reason; more than that the law doesn't give."""
    ask = matter.ask
    if ask.state == "not_shipped":
        if ask.want in ("return", "refund_only") and not _cancellable(matter):
            yield noreason.no_reason(matter)
        return
    back = ask.want == "return" and ask.state == "signed"
    if back or (ask.want in ("return", "refund_only") and ask.state == "on_the_way"):
        yield noreason.no_reason(matter)
    elif ask.ground == "no_reason" and ask.want in ("exchange", "refund_only") and ask.state == "signed":
        yield _no_more_than_return(matter)


def _no_more_than_return(matter: Matter) -> Leg:
    """Who may not return without reason may not exchange or keep the goods; else it needs agreement."""
    leg = noreason.no_reason(matter)
    if leg.state == "closed":
        return leg
    draft = Draft("agreement", "law", "L-03")
    draft.unknown("only_return", "agreement", want=matter.ask.want)
    return draft.done(matter)


def _kept(matter: Matter) -> Leg:
    """Goods kept and all money back: neither given nor forbidden by law; somebody must agree."""
    draft = Draft("refund_without_return", "law", "L-02", formula="R6")
    draft.unknown("refund_without_return", "agreement")
    return draft.done(matter)


def _abuse(matter: Matter) -> Leg:
    draft = Draft("abuse", "law", "L-15")
    draft.refuse(RefusalGround.ABUSIVE, "abuse", "L-15", {"way": matter.ask.abuse})
    return draft.done(matter)


def _agreement(matter: Matter) -> Leg:
    draft = Draft("agreement", "norm", "PCN-3.3.2.c")
    draft.unknown("no_ground_to_refuse", "agreement", want=matter.ask.want, ground=matter.ask.ground)
    return draft.done(matter)


def _rank(leg: Leg) -> tuple[bool, int, int]:
    """The better for the consumer first: freight, then the longer period, then law before promise."""
    last = leg.deadline.last_day.toordinal() if leg.deadline else FAR
    return (leg.freight.back == "consumer", -last, BASES[leg.basis])


def _refusal(ask: Ask, legs: tuple[Leg, ...]) -> Refusal | None:
    """The first lawful ground, where every leg is closed and the claim is one it holds against."""
    if any(leg.state != "closed" for leg in legs):
        return None
    for leg in legs:
        if leg.closed_by and (ask.ground == "no_reason" or leg.closed_by is RefusalGround.ABUSIVE):
            return Refusal(leg.closed_by, ARTICLES[leg.closed_by], leg.closed_facts)
    return None


def _missing(legs: tuple[Leg, ...]) -> tuple[str, ...]:
    names = (name for leg in legs if leg.state == "person" for name in leg.missing)
    return tuple(dict.fromkeys(names))


def _steps(legs: tuple[Leg, ...], opened: list[Leg], notes: tuple[Step, ...]) -> tuple[Step, ...]:
    steps = legs[0].steps if len(legs) == 1 else tuple([step for leg in legs for step in leg.steps])
    if len(opened) > 1:
        steps += (BETTER,)
    return steps + notes if notes else steps


def _notes(ask: Ask, good: Good) -> tuple[Step, ...]:
    """What the law says besides: who answers first, and what food adds (L-17, L-18, L-22 to L-24)."""
    if ask.merchant_known and not ask.self_run and not ask.platform_knew and good.kind != "food":
        return ()
    found = []
    if ask.self_run:
        found.append(Step("self_run", "note", "L-22"))
    if not ask.merchant_known:
        found.append(Step("merchant_unknown", "note", "L-23"))
    if ask.platform_knew:
        found.append(Step("joint_liability", "note", "L-24"))
    if good.kind == "food" and ask.ground in FLAWS:
        found.append(Step("food_first_asked", "note", "L-18", {"who": ask.asked_of}))
        if ask.abuse == "":
            found.append(Step("food_damages", "note", "L-17"))
    return tuple(found)


def _pays_first(ask: Ask, good: Good, best: Leg | None) -> str:
    """Who owes first: the platform as seller or for an unnamed merchant (L-22, L-23), a promiser."""
    if ask.self_run or not ask.merchant_known:
        return "platform"
    if best is not None and best.promise is not None:
        return best.promise.by
    if good.kind == "food" and ask.ground in FLAWS:
        return ask.asked_of
    return "merchant"


def _flags(ask: Ask, promises: tuple[Promise, ...]) -> tuple[str, ...]:
    found = []
    if ask.abuse == HARMLESS:
        found.append("no_punitive")
    if ask.self_run:
        found.append("self_run")
    if not ask.merchant_known:
        found.append("merchant_unknown")
    if ask.platform_knew:
        found.append("joint_liability")
    if ask.ground == "fake" and any(promise.kind == "times" for promise in promises):
        found.append("promised_times")
    return tuple(found)
