"""What may be asked for with these goods now, and until when: the scope of after-sales (ASM-4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bihuan.engine.eligibility.facts import GROUNDS, STATES, WANTS, Ask, Good, Promise
from bihuan.engine.eligibility.judging import judge
from bihuan.engine.workdays import WorkCalendar

BEFORE_DELIVERY = ("no_reason", "late", "lost")
AFTER_DELIVERY = tuple(ground for ground in GROUNDS if ground not in ("lost", "not_performed"))


@dataclass(frozen=True, slots=True)
class Covered:
    """One demand that is open, or would be once it is shown (``needs``); ``until`` None: no period runs."""

    want: str
    ground: str
    article: str
    needs: tuple[str, ...]
    until: date | None
    freight_back: str
    by: str


def scope(ask: Ask, good: Good, promises: Iterable[Promise], calendar: WorkCalendar) -> tuple[Covered, ...]:
    """Every demand that these goods have on the day of ``ask``, whose own demand and findings don't matter.

    What only a person could open (an agreement, a failed purpose) is left out. Raises BeyondCalendar.
    """
    given = tuple(promises)
    found = (
        _covered(replace(ask, want=want, ground=ground), good, given, calendar)
        for ground in _grounds(ask, good)
        for want in WANTS
    )
    return tuple(row for row in found if row is not None)


def _grounds(ask: Ask, good: Good) -> tuple[str, ...]:
    grounds = AFTER_DELIVERY if ask.state == STATES[-1] else BEFORE_DELIVERY
    return (*grounds, "not_performed") if good.prepaid else grounds


def _covered(ask: Ask, good: Good, promises: tuple[Promise, ...], calendar: WorkCalendar) -> Covered | None:
    """The demand with nothing shown but what the ground itself says; a flaw needs showing."""
    blank = replace(ask, shown=None, serious=None, timely=None, certified=None, abuse="")
    plain = judge(blank, good, promises, calendar)
    certified = True if ask.ground == "certified_defect" else None
    shown = judge(replace(blank, shown=True, certified=certified), good, promises, calendar)
    best = shown.best
    if best is None:
        return None
    same = plain.best is not None and plain.best.code == best.code
    if ask.ground != "no_reason" and best.code in ("no_reason", "promised_return", "cancel"):
        return None
    return Covered(
        ask.want,
        ask.ground,
        best.article,
        () if same else ("shown",),
        best.deadline.last_day if best.deadline else None,
        best.freight.back,
        best.promise.by if best.promise else "",
    )
