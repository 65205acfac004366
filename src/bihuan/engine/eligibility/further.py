"""What else is open, and what would change the outcome: both judged anew, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bihuan.engine.eligibility.facts import WANTS, Ask, Good

if TYPE_CHECKING:
    from bihuan.engine.eligibility.judgement import Judgement

ASK_FACTS = ("shown", "serious", "timely", "certified", "chose_carrier")
GOOD_FACTS = ("opened", "used", "intact", "preticked", "making_begun", "prepaid_exception")
FAVOURABLE = {name: True for name in (*ASK_FACTS, "intact", "preticked")} | {
    name: False for name in ("chose_carrier", "opened", "used", "making_begun", "prepaid_exception")
}
TURNS = (("opened", False), ("used", False), ("intact", True), ("preticked", True), ("confirmed", ""))


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something else that is open: another demand, or an agreement.

    ``needs``: ``shown`` a flaw, ``timely`` a flaw told within reasonable time, ``consent``, ``agreement``.
    """

    code: str
    want: str
    ground: str
    article: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What the outcome would be were a fact ``value``, and the facts ``also`` needed settled in favour."""

    fact: str
    value: Any
    outcome: str
    also: tuple[str, ...] = ()


def alternatives(found: Judgement) -> Iterator[Alternative]:
    """Other demands that are open on the same facts, those open once a flaw is shown, an agreement."""
    ask, good = found.ask, found.good
    for want in WANTS:
        if want != ask.want:
            best = _again(found, replace(ask, want=want), good).best
            if best is not None:
                yield Alternative("other_demand", want, ask.ground, best.article)
    if ask.ground == "no_reason" and ask.state == "signed" and not ask.abuse:
        flawed = replace(ask, ground="quality", shown=True)
        for want in ("return", "exchange", "repair"):
            for needs, told in (("shown", flawed), ("timely", replace(flawed, timely=True))):
                best = _again(found, replace(told, want=want), good).best
                if best is not None and best.code != "no_reason":
                    yield Alternative("if_flawed", want, "quality", best.article, needs)
                    break
    yield Alternative("voucher_by_consent", "", "", "L-09", "consent")
    yield Alternative("agreement", "", "", "PCN-2.3.3.c", "agreement")


def changes(found: Judgement) -> Iterator[Change]:
    """Each fact turned by itself; then a leg that waits for several, with all of them turned out well."""
    seen: list[tuple[str, Any]] = []
    for fact, value in _candidates(found.ask, found.good):
        changed = _with(found.ask, found.good, fact, value)
        if changed is None or (fact, value) in seen:
            continue
        seen.append((fact, value))
        outcome = _again(found, *changed).outcome
        if outcome != found.outcome:
            yield Change(fact, value, outcome)
    yield from _together(found)


def _again(found: Judgement, ask: Ask, good: Good) -> Judgement:
    return found.again(ask, good, found.promises, found.calendar)


def _together(found: Judgement) -> Iterator[Change]:
    for leg in found.legs:
        names = leg.missing
        if len(names) < 2 or leg.state != "person" or not all(name in FAVOURABLE for name in names):
            continue
        changed = (found.ask, found.good)
        for name in names:
            changed = _with(*changed, name, FAVOURABLE[name]) or changed
        outcome = _again(found, *changed).outcome
        if outcome != found.outcome:
            yield Change(names[0], FAVOURABLE[names[0]], outcome, names[1:])


def _candidates(ask: Ask, good: Good) -> Iterator[tuple[str, Any]]:
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
