"""Where the operator's rules depart from the shipped ones: switches, own figures, own texts and clauses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bihuan.compliance.figures import Departure, Filters
from bihuan.engine.clause import Clause
from bihuan.engine.errors import NotFound
from bihuan.norms import queries as norms


def of(start: datetime, end: datetime, filters: Filters) -> tuple[Departure, ...]:
    """Those that touch [start, end), by clause; own texts are those in force now.

    The reason of a switch or a figure is the one given with it, that of an own text its note.
    """
    found = [*_set(start, end), *_own()]
    kept = [one for one in found if _wanted(one, filters)]
    return tuple(sorted(kept, key=lambda one: (one.clause_id, one.kind, one.from_at or start)))


def _set(start: datetime, end: datetime) -> Iterator[Departure]:
    for one in norms.switched(start=start, end=end):
        yield Departure(
            kind=one.kind,
            clause_id=one.clause_id,
            clause=_clause(one.clause_id),
            reason=one.reason,
            from_at=one.from_at,
            until_at=one.until_at,
            since=one.since,
            value=one.value,
        )


def _own() -> Iterator[Departure]:
    """Texts of the operator's folder; one that differs by a figure set here only is told as that figure."""
    figures = {one.clause_id for one in norms.switched() if one.kind == "limit"}
    for own in norms.own_texts():
        if own.shipped is not None and own.clause.id in figures and _same_but_limits(own.clause, own.shipped):
            continue
        yield Departure(
            kind="text" if own.shipped else "added",
            clause_id=own.clause.id,
            clause=own.clause,
            reason=_note(own.clause, own.shipped),
            from_at=own.from_at,
            shipped=own.shipped,
        )


def _same_but_limits(own: Clause, shipped: Clause) -> bool:
    return (own.text, own.applies, own.starts_on, own.stops_on, own.note) == (
        shipped.text,
        shipped.applies,
        shipped.starts_on,
        shipped.stops_on,
        shipped.note,
    )


def _note(own: Clause, shipped: Clause | None) -> str:
    """What the own file says of itself; a note that it only took over says nothing."""
    if own.note is None or (shipped is not None and own.note == shipped.note):
        return ""
    return own.note["zh"]


def _clause(clause_id: str) -> Clause | None:
    try:
        return norms.clause(clause_id)
    except NotFound:
        return None


def _wanted(one: Departure, filters: Filters) -> bool:
    if filters.clause_ids and one.clause_id not in filters.clause_ids:
        return False
    return filters.book in (None, one.clause.book if one.clause else "")
