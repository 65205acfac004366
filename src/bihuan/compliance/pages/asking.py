"""What a page of figures was asked for: period, narrowing, instant; and the same as a query string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.compliance.figures import NOBODY, By, Filters
from bihuan.norms import queries as norms

ZONE: Final = ZoneInfo("Asia/Shanghai")
PRESETS: Final = ("this_month", "last_month", "quarter", "last_quarter")
BYS: Final = (By.CLAUSE, By.MERCHANT, By.TEAM)
NONE: Final = "none"
"""In an address: clocks that belong to no merchant or team."""
_LONGEST: Final = timedelta(days=3700)
_FIRST, _LAST = date(2004, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Question:
    """``first`` and ``last`` are days in China, both included; ``errors`` by the name of the field."""

    preset: str
    first: date
    last: date
    at: datetime
    by: By = By.CLAUSE
    filters: Filters = field(default_factory=Filters)
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def typed_first(self) -> str:
        """What the field shows: as it was typed where something is wrong with it."""
        return self.typed.get("from", "") if self.errors else self.first.isoformat()

    @property
    def typed_last(self) -> str:
        return self.typed.get("to", "") if self.errors else self.last.isoformat()

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), ZONE)

    @property
    def end(self) -> datetime:
        """Exclusive."""
        return datetime.combine(self.last + timedelta(days=1), time(), ZONE)

    def query(self, **more: Any) -> str:
        """Query string that asks the same again at the same instant, with more parameters."""
        named = {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "at": _instant(self.at),
            "book": self.filters.book,
            "clause": self.filters.clause_ids[0] if self.filters.clause_ids else None,
            "merchant": _code(self.filters.merchant_id),
            "team": _code(self.filters.team_id),
            **more,
        }
        return urlencode({name: value for name, value in named.items() if value})

    def page(self, **more: Any) -> str:
        """Query string of the report itself: by the present instant, and by what it is told apart."""
        return self.query(**{"at": None, "by": None if self.by is By.CLAUSE else str(self.by), **more})


def read(query: QueryDict, now: datetime, usual: str = "this_month") -> Question:
    """The question of an address or form; what is wrong stands in ``errors``, by field.

    ``usual`` is the preset where none is given.
    """
    errors: dict[str, str] = {}
    first, last = _days(query, now, errors, usual)
    preset = next((name for name, days in _periods(now).items() if days == (first, last)), "custom")
    by = query.get("by") or "clause"
    return Question(
        preset="custom" if errors else preset,
        first=first,
        last=last,
        at=_at(query, now, errors),
        by=By(by) if by in BYS else By.CLAUSE,
        filters=_filters(query, errors),
        typed={"from": query.get("from", ""), "to": query.get("to", "")},
        errors=errors,
    )


def last_day(end: datetime) -> date:
    """The last day of a period that ends before this instant."""
    return (end.astimezone(ZONE) - timedelta(seconds=1)).date()


def _periods(now: datetime) -> dict[str, tuple[date, date]]:
    """First and last day of each preset."""
    month = now.astimezone(ZONE).date().replace(day=1)
    before = month - timedelta(days=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return {
        "this_month": (month, _month_end(month)),
        "last_month": (before.replace(day=1), before),
        "quarter": (quarter, _month_end(quarter.replace(month=quarter.month + 2))),
        "last_quarter": _quarter_before(quarter),
    }


def _quarter_before(quarter: date) -> tuple[date, date]:
    last = quarter - timedelta(days=1)
    return last.replace(day=1, month=last.month - 2), last


def _days(query: QueryDict, now: datetime, errors: dict[str, str], usual: str) -> tuple[date, date]:
    """The preset, or the days; the usual preset where neither is given or the days are wrong."""
    periods = _periods(now)
    instead = periods[usual]
    if not query.get("from") and not query.get("to"):
        return periods.get(query.get("period", ""), instead)
    first, last = (_day(query.get(name, ""), name, errors) for name in ("from", "to"))
    if first is None or last is None:
        return instead
    if first > last:
        errors["to"] = _("The last day lies before the first one.")
    elif last - first > _LONGEST:
        errors["to"] = _("A period has at most ten years.")
    return instead if errors else (first, last)


def _day(text: str, name: str, errors: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or not _FIRST <= found <= _LAST:
        errors[name] = _("Give a day between 2004 and 2099, such as 2026-03-01.")
        return None
    return found


def _month_end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _at(query: QueryDict, now: datetime, errors: dict[str, str]) -> datetime:
    text = query.get("at", "")
    if not text:
        return now
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found > now:
        errors["at"] = _("The instant of the figures cannot be read or lies in the future.")
        return now
    return found


def _filters(query: QueryDict, errors: dict[str, str]) -> Filters:
    book, clause = query.get("book") or None, query.get("clause") or None
    if book is not None and book not in norms.library().books:
        errors["book"], book = _("There is no such rulebook."), None
    if clause is not None and len(clause) > 40:
        errors["clause"], clause = _("There is no such clause."), None
    return Filters(
        merchant_id=_id(query, "merchant", errors),
        team_id=_id(query, "team", errors),
        book=book,
        clause_ids=(clause,) if clause else (),
    )


def _id(query: QueryDict, name: str, errors: dict[str, str]) -> UUID | None:
    text = query.get(name, "")
    if text in ("", NONE):
        return NOBODY if text else None
    try:
        return UUID(text)
    except ValueError:
        errors[name] = _("This address was changed: merchant or team cannot be read.")
        return None


def _code(found: UUID | None) -> str | None:
    return None if found is None else NONE if found == NOBODY else str(found)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
