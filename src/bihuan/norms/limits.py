"""The operator's own figures for limits: new values by date of effect, laid over the clauses of the files.

They are read by the same parser as a clause file and never reach back: a value binds from a day to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bihuan.engine.clause import ClauseInvalid, parse_clause
from bihuan.engine.clausetypes import Clause, LimitValue
from bihuan.engine.errors import Invalid, Refusal
from bihuan.norms.models import OwnLimit
from bihuan.norms.reading import Book, Library, ReadClause

_ZONE: Final = ZoneInfo("Asia/Shanghai")
Values = Mapping[date, Any]
"""Date of effect → value as a clause file writes it: ``24h`` or ``{by: complexity, general: 3wd, …}``."""


def stored() -> dict[str, dict[date, Any]]:
    """Own values that were not taken back, by clause."""
    found: dict[str, dict[date, Any]] = {}
    for row in OwnLimit.objects.filter(withdrawn_at=None).order_by("since"):
        found.setdefault(row.clause_id, {})[row.since] = row.value
    return found


def applied(library: Library, own: Mapping[str, Values]) -> Library:
    """The library with own values over it. A value that no longer fits its clause is left out."""
    if not own:
        return library
    return Library({book.id: _over(book, own) for book in library.books.values()})


def laid_over(read: ReadClause, values: Values) -> ReadClause:
    """One clause with own values. Raises ClauseInvalid with what the parser finds."""
    body = dict(read.document.value)
    days = {_day(day): value for day, value in body["limit"].items()} | dict(values)
    body["limit"] = {day: days[day] for day in sorted(days)}
    clause = parse_clause(body, read.clause.book)
    shipped = read.replaces if read.own else read.clause.hash
    return ReadClause(clause, replace(read.document, value=body), True, shipped)


def check(clause: Clause, since: date, value: Any, at: datetime) -> None:
    """Whether an own value may be laid over a clause. Raises Refusal, Invalid."""
    if clause.nature == "statutory":
        raise Refusal(
            "{clause_id} is law: its limit is not the operator's to set.",
            code="clause.statutory",
            clause=clause.id,
            clause_id=clause.id,
            remedy="Promise more in a clause of your own; the law changes with a new edition only.",
        )
    if not clause.limits or any(each.from_param for _, each in clause.limits):
        raise Refusal(
            "{clause_id} has no figure that could be set.",
            code="clause.no_limit",
            clause=clause.id,
            clause_id=clause.id,
        )
    if since <= at.astimezone(_ZONE).date():
        raise Invalid(
            "A new limit begins on a day to come, not on {since}.",
            code="clause.since",
            field="since",
            clause=clause.id,
            since=since.isoformat(),
            remedy="Give tomorrow or a later day; clocks that run keep the limit that they started with.",
        )
    _check_form(clause, value)


def in_force_on(clause: Clause, day: date) -> LimitValue | None:
    """The value that binds on a day."""
    return next((value for since, value in reversed(clause.limits) if since <= day), None)


def _check_form(clause: Clause, value: Any) -> None:
    """The same classes as the shipped value has, each with its length."""
    last = clause.limits[-1][1]
    wanted = set(last.choices) | ({"by"} if last.by else set()) | ({"default"} if last.default else set())
    given = set(value) if isinstance(value, Mapping) else set()
    if given != wanted or (last.by and value["by"] != last.by):
        raise Invalid(
            "The limit of {clause_id} needs a length for each of: {classes}.",
            code="clause.limit",
            field="limit",
            clause=clause.id,
            clause_id=clause.id,
            classes=", ".join(sorted(wanted - {"by"})) or "—",
        )


def _over(book: Book, own: Mapping[str, Values]) -> Book:
    mine = {clause_id: own[clause_id] for clause_id in book.clauses if clause_id in own}
    if not mine:
        return book
    clauses = {**book.clauses, **{i: _fitting(book.clauses[i], values) for i, values in mine.items()}}
    return replace(book, clauses=clauses)


def _fitting(read: ReadClause, values: Values) -> ReadClause:
    try:
        return laid_over(read, values) if "limit" in read.document.value else read
    except ClauseInvalid:
        return read


def _day(day: Any) -> date:
    return day if isinstance(day, date) else date.fromisoformat(str(day))
