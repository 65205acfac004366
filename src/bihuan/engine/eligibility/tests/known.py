"""Facts that the tests share."""

from __future__ import annotations

from datetime import date
from typing import Any

from bihuan.engine.eligibility import Ask, Good, Judgement, Promise, judge
from bihuan.engine.grounds import refusal_ground
from bihuan.engine.tests.known import CAL

SIGNED = date(2026, 3, 2)


def day(text: str) -> date:
    """``03-09`` of 2026."""
    return date.fromisoformat(f"2026-{text}")


def ask(want: str = "return", ground: str = "no_reason", asked: str = "03-09", **more: Any) -> Ask:
    """Signed for on Monday, 2 March 2026, unless said otherwise."""
    dates = {"ordered": day("02-25"), "shipped": day("02-26"), "signed": SIGNED}
    return Ask(want, ground, day(asked), **{**dates, **more})


def good(kind: str = "ordinary", **more: Any) -> Good:
    """Ordinary goods."""
    return Good(kind, **more)


def judged(one: Ask, goods: Good | None = None, *promises: Promise) -> Judgement:
    """The judgement in the calendar of 2026; a refusal must pass the check of lawful grounds."""
    found = judge(one, goods or good(), promises, CAL)
    if found.refusal:
        refusal_ground(str(found.refusal.ground), found.refusal.facts)
    return found
