"""Facts that only a person can find, by code: what each makes known to the rules, and its clause.

A code is ``fact.answer``. A later finding of the same fact (for the same line) takes the place of an
earlier one; both stay in the record. What the marketplace or the consumer says needs no finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from bihuan.engine.eligibility import ROUTES, TRACES, Ask, Good
from bihuan.engine.grounds import ABUSES, CONFIRMED_GOODS


@dataclass(frozen=True, slots=True)
class Fact:
    """``ask`` and ``good``: what it sets in the question to the rules. ``proof``: it needs a file; so do all
    that are found against the consumer. ``day``: the name in ``good`` of the day that goes with it."""

    clause: str
    ask: Mapping[str, Any] = field(default_factory=dict)
    good: Mapping[str, Any] = field(default_factory=dict)
    proof: bool = False
    day: str = ""


def _either(
    name: str, clause: str, *, goods: bool = False, against: tuple[bool, ...] = ()
) -> dict[str, Fact]:
    """A fact of the demand, or of the ``goods``, that is found to be so or not; ``against``: the answers that
    need a file."""
    return {
        f"{name}.{word}": Fact(
            clause,
            ask={} if goods else {name: value},
            good={name: value} if goods else {},
            proof=value in against,
        )
        for word, value in (("yes", True), ("no", False))
    }


_UNSAFE: Final = {"unsafe": True, "shown": True, "serious": True}
FACTS: Final[Mapping[str, Fact]] = {
    **_either("shown", "L-02", against=(False,)),
    **_either("certified", "L-20", against=(True,)),
    **_either("serious", "L-02"),
    **_either("timely", "L-25"),
    "unsafe.yes": Fact("R-01", ask=_UNSAFE, proof=True),
    "unsafe.no": Fact("R-01", ask={"unsafe": False}),
    "abuse.none": Fact("L-15", ask={"abuse": ""}),
    **{f"abuse.{way}": Fact("L-15", ask={"abuse": way}, proof=True) for way in ABUSES},
    **_either("intact", "L-06", goods=True, against=(False,)),
    **_either("opened", "L-06", goods=True, against=(True,)),
    **_either("used", "L-06", goods=True, against=(True,)),
    "traces.none": Fact("L-06", good={"traces": ()}),
    **{f"traces.{trace}": Fact("L-06", good={"traces": (trace,)}, proof=True) for trace in TRACES},
    "confirmed.none": Fact("L-05", good={"confirmed": ""}),
    **{f"confirmed.{kind}": Fact("L-05", good={"confirmed": kind}, proof=True) for kind in CONFIRMED_GOODS},
    **_either("preticked", "L-05", goods=True),
    **_either("making_begun", "L-04", goods=True, against=(True,)),
    "durable.yes": Fact("L-13", good={"kind": "durable"}),
    "installed.on": Fact("L-12", day="warranty_from"),
    **_either("prepaid", "L-21", goods=True),
    **_either("prepaid_exception", "L-21", goods=True, against=(True,)),
    **_either("chose_carrier", "G-17", against=(True,)),
    **{f"route.{route}": Fact("G-14", ask={"route": route}) for route in ROUTES},
    **_either("self_run", "L-22"),
    **_either("merchant_known", "L-23"),
    **_either("platform_knew", "L-24"),
}
CODES: Final = tuple(FACTS)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as the rules take it: for one line, or all where ``line`` is None."""

    code: str
    line: int | None = None
    day: date | None = None

    @property
    def fact(self) -> str:
        """What it is about."""
        return self.code.partition(".")[0]


def with_findings(ask: Ask, good: Good, found: Iterable[Found], line: int) -> tuple[Ask, Good]:
    """The question with what people found, in the order in which they found it."""
    for one in found:
        if one.line is not None and one.line != line:
            continue
        fact = FACTS[one.code]
        if fact.ask:
            ask = replace(ask, **fact.ask)
        changed = dict(fact.good)
        if fact.day and one.day is not None:
            changed[fact.day] = one.day
        if changed:
            good = replace(good, **changed)
    return ask, good
