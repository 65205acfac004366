"""What else is open, and what would change the outcome: both judged anew, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bihuan.engine.eligibility.facts import WANTS, Ask, Good, Promise
from bihuan.engine.eligibility.judgement import Alternative, Change, Judgement, Leg
from bihuan.engine.workdays import WorkCalendar

Judge = Callable[[Ask, Good, Iterable[Promise], WorkCalendar], Judgement]
ASK_FACTS = ("shown", "serious", "timely", "certified", "chose_carrier")
GOOD_FACTS = ("opened", "used", "intact", "preticked", "making_begun", "prepaid_exception")
FAVOURABLE = {name: True for name in (*ASK_FACTS, "intact", "preticked")} | {
    name: False for name in ("chose_carrier", "opened", "used", "making_begun", "prepaid_exception")
}
TURNS = (("opened", False), ("used", False), ("intact", True), ("preticked", True), ("confirmed", ""))


def further(
    judge: Judge,
    ask: Ask,
    good: Good,
    promises: tuple[Promise, ...],
    calendar: WorkCalendar,
    outcome: str,
    legs: tuple[Leg, ...],
) -> tuple[tuple[Alternative, ...], tuple[Change, ...]]:
    """Alternatives and changes of one demand."""

    def again(ask: Ask, good: Good) -> Judgement:
        return judge(ask, good, promises, calendar)

    changes = (*_changes(again, ask, good, outcome), *_together(again, ask, good, outcome, legs))
    return tuple(_alternatives(again, ask, good)), changes


def _alternatives(again: Callable[[Ask, Good], Judgement], ask: Ask, good: Good) -> Iterable[Alternative]:
    """Other demands that are open on the same facts, those open once a flaw is shown, an agreement."""
    for want in WANTS:
        if want != ask.want:
            found = again(replace(ask, want=want), good)
            if found.best is not None:
                yield Alternative("other_demand", want, ask.ground, found.best.article)
    if ask.ground == "no_reason" and ask.state == "signed" and not ask.abuse:
        flawed = replace(ask, ground="quality", shown=True)
        for want in ("return", "exchange", "repair"):
            for needs, told in (("shown", flawed), ("timely", replace(flawed, timely=True))):
                best = again(replace(told, want=want), good).best
                if best is not None and best.code != "no_reason":
                    yield Alternative("if_flawed", want, "quality", best.article, needs)
                    break
    yield Alternative("voucher_by_consent", "", "", "L-09", "consent")
    yield Alternative("agreement", "", "", "PCN-2.3.3.c", "agreement")


def _changes(again: Callable[[Ask, Good], Judgement], ask: Ask, good: Good, outcome: str) -> Iterable[Change]:
    seen: list[tuple[str, Any]] = []
    for fact, value in _candidates(ask, good):
        changed = _with(ask, good, fact, value)
        if changed is None or (fact, value) in seen:
            continue
        seen.append((fact, value))
        found = again(*changed).outcome
        if found != outcome:
            yield Change(fact, value, found)


def _together(
    again: Callable[[Ask, Good], Judgement], ask: Ask, good: Good, outcome: str, legs: tuple[Leg, ...]
) -> Iterable[Change]:
    """A leg that waits for several facts: what it comes to when all of them turn out well."""
    for leg in legs:
        names = leg.missing
        if len(names) < 2 or leg.state != "person" or not all(name in FAVOURABLE for name in names):
            continue
        changed = (ask, good)
        for name in names:
            changed = _with(*changed, name, FAVOURABLE[name]) or changed
        found = again(*changed).outcome
        if found != outcome:
            yield Change(names[0], FAVOURABLE[names[0]], found, names[1:])


def _candidates(ask: Ask, good: Good) -> Iterable[tuple[str, Any]]:
    for name in ASK_FACTS:
        if getattr(ask, name) is None:
            yield from ((name, True), (name, False))
    for name in GOOD_FACTS:
        if getattr(good, name) is None:
            yield from ((name, True), (name, False))
    yield from TURNS
    if ask.ground == "no_reason":
        yield ("ground", "quality")


def _with(ask: Ask, good: Good, fact: str, value: Any) -> tuple[Ask, Good] | None:
    """The facts with one of them changed; None where it is so already."""
    if fact == "ground":
        return replace(ask, ground=value, shown=True), good
    if fact in ASK_FACTS:
        return replace(ask, **{fact: value}), good
    if getattr(good, fact) == value:
        return None
    changed: dict[str, Any] = {fact: value}
    if fact == "used" and value is False:
        changed["traces"] = ()
    return ask, replace(good, **changed)
