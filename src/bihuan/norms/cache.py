"""What a process keeps of the rules in force, and when it looks again.

Every change of this module renews the token in ``norms_state``. A process reads the token at most
every two seconds; one that has itself made a change reads it each time until that change is
committed, so that nothing uncommitted or rolled back is ever believed for longer than one call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from bihuan.engine.clause import Clause, parse_clause
from bihuan.engine.clock import Calendars
from bihuan.engine.errors import Refusal
from bihuan.engine.rulebook import RuleIndex
from bihuan.norms import arrangement, hours, limits, reading
from bihuan.norms.arrangement import Year
from bihuan.norms.models import BusinessHoursSet, CalendarYear, ClauseText, Edition, State, Switch
from bihuan.norms.reading import Library

EVERY: Final = 2.0
"""Seconds after which the token is read again."""


class NotLoaded(Refusal):
    """The files of the rulebooks hold a text that was never loaded into this database."""

    code = "rulebook.not_loaded"
    message = "The rulebooks on disk were changed and not loaded: {clauses}."
    remedy = "Restart with `bihuan up`: it checks and loads them, keeps the old texts and records the change."


@dataclass(frozen=True)
class InForce:
    """One consistent view: files, switches, calendars."""

    token: UUID | None
    edition: int
    library: Library
    rules: RuleIndex
    calendars: Calendars
    switched: Mapping[str, Switch]


@dataclass
class _Kept:
    value: InForce | None = None
    looked: float = 0.0
    unsettled: bool = False


_kept = _Kept()
_lock = threading.Lock()


def in_force() -> InForce:
    """The rules as they are now. Raises RulebookInvalid, NotLoaded."""
    value = _kept.value
    if value is not None and not _kept.unsettled and time.monotonic() - _kept.looked < EVERY:
        return value
    with _lock:
        token = State.objects.values_list("token", flat=True).first()
        if _kept.value is None or token is None or token != _kept.value.token:
            _kept.value = _build(token, _kept.value)
        _kept.looked = time.monotonic()
        return _kept.value


def forget() -> None:
    """Read everything anew at the next call."""
    _kept.value = None


def renew() -> None:
    """Say that something was changed; called by every action, inside its transaction."""
    State.objects.update_or_create(id=1, defaults={"token": uuid4()})
    _kept.unsettled = True
    transaction.on_commit(_settle)


def _settle() -> None:
    _kept.unsettled, _kept.looked = False, 0.0


def own_folder() -> Path | None:
    """The operator's folder of rulebooks, where one is set."""
    return Path(settings.RULEBOOK_OVERRIDES) if settings.RULEBOOK_OVERRIDES else None


def read_library() -> Library:
    """The files, the operator's folder over them, and over both the figures set in the room."""
    return limits.applied(reading.read(own_folder()), limits.stored())


def stored_years() -> list[Year]:
    """The version in force of every year: loaded ones, and the shipped ones that none replaced."""
    rows = CalendarYear.objects.order_by("year", "-version").distinct("year")
    loaded = {row.year: Year(row.year, row.days, row.complete) for row in rows}
    return list({**{year.year: year for year in arrangement.shipped()}, **loaded}.values())


def stored_hours() -> dict[str, tuple[int, dict[str, Any]]]:
    """Version and body of every set of business hours, the newest of each name."""
    rows = BusinessHoursSet.objects.order_by("name", "-version").distinct("name")
    return {row.name: (row.version, row.body) for row in rows}


def made(years: Iterable[Year], named: Mapping[str, tuple[int, Mapping[str, Any]]]) -> Calendars:
    """The engine's calendars; their version covers the days and the business hours."""
    work = arrangement.combined(years, {name: version for name, (version, _) in named.items()})
    sets = {name: hours.from_body(name, body, work) for name, (_, body) in named.items()}
    return Calendars(work=work, hours=MappingProxyType(sets))


def _build(token: UUID | None, before: InForce | None) -> InForce:
    edition = Edition.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if before is not None and before.edition == edition:
        library = before.library
    else:
        library = read_library()
    texts = _texts(library)
    if edition:
        _check_loaded(texts)
    switched = {row.clause_id: row for row in Switch.objects.filter(on_again_from=None)}
    return InForce(
        token=token,
        edition=edition,
        library=library,
        rules=_index(texts, switched),
        calendars=made(stored_years(), stored_hours()),
        switched=switched,
    )


def _texts(library: Library) -> dict[str, Clause]:
    return {read.clause.hash: read.clause for read in library}


def _index(texts: Mapping[str, Clause], switched: Mapping[str, Switch]) -> RuleIndex:
    carried = [clause for clause in texts.values() if clause.status == "carried"]
    running = [clause for clause in carried if clause.id not in switched]
    off = [clause for clause in carried if clause.id in switched]
    rows = ClauseText.objects.exclude(hash__in=list(texts)).filter(
        body__status="carried", body__has_key="starts_on"
    )
    former = [parse_clause(row.body, row.book) for row in rows]
    return RuleIndex(running, former=[*off, *former])


def _check_loaded(texts: Mapping[str, Clause]) -> None:
    stored = set(ClauseText.objects.filter(hash__in=list(texts)).values_list("hash", flat=True))
    missing = sorted(clause.id for digest, clause in texts.items() if digest not in stored)
    if missing:
        raise NotLoaded(clauses=", ".join(missing[:10]))
