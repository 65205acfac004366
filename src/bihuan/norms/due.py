"""Due times of many lines at once: JSON lines in, the same lines with ``due_at`` and ``provisional`` out.

Needs no database. Lines are read in blocks; those of a block that share a limit are counted together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO, Final

import numpy as np

from bihuan.engine.batch import due_batch, instant, micros, provisional_batch
from bihuan.engine.clause import Clause
from bihuan.engine.clausetypes import local_day
from bihuan.engine.clock import Calendars, Clock
from bihuan.engine.counting import Count
from bihuan.engine.due import NaiveTime
from bihuan.engine.duration import Unit, parse_duration
from bihuan.engine.errors import BihuanError, Invalid, NotFound

BLOCK: Final = 16_384
LONGEST: Final = 64 * 1024
BATCHED: Final = {Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.WORKDAY}
_ADDED: Final = frozenset({"due_at", "provisional", "in_force", "applies"})
EARLIEST: Final = 1992
"""Before, China had summer time in some years: such starts are counted one by one."""


class BadLine(Invalid):
    """A line that asks for nothing that can be counted."""

    code = "due.line"
    message = "{problem}."
    remedy = 'Write {{"clause": "PCN-3.2.3", "start": "2026-09-30T10:00:00+08:00", "facts": {{…}}}}.'


@dataclass(slots=True)
class Line:
    """One line on its way: what it asked for and what came of it."""

    number: int
    raw: bytes
    asked: dict[str, Any] = field(default_factory=dict)
    start: datetime | None = None
    due: str = ""
    provisional: bool = False
    error: BihuanError | None = None
    in_force: bool = True
    applies: bool = True

    def out(self) -> bytes:
        """The line as written out."""
        if self.error is not None:
            said = {
                **self.asked,
                "line": self.number,
                "error": self.error.text(),
                "code": self.error.error_code,
            }
            return json.dumps(said).encode() + b"\n"
        extra = f'"due_at": "{self.due}", "provisional": {"true" if self.provisional else "false"}'
        extra += "" if self.in_force else ', "in_force": false'
        extra += "" if self.applies else ', "applies": false'
        if not _ADDED.isdisjoint(self.asked):
            return json.dumps({**self.asked, **json.loads(f"{{{extra}}}")}).encode() + b"\n"
        return self.raw.rstrip()[:-1].rstrip() + f", {extra}}}\n".encode()


def due_lines(stream: BinaryIO, clauses: Mapping[str, Clause], calendars: Calendars) -> Iterator[Line]:
    """Every line that is not empty, in order. Errors stand in the line; none stops the rest.

    A start before the clause binds is counted by its first value and marked ``in_force: false``;
    facts that contradict the clause's conditions are marked ``applies: false``.
    """
    counter = _Counter(clauses, calendars)
    lines = _lines(stream)
    while block := list(islice(lines, BLOCK)):
        counter.count(block)
        yield from block


def _lines(stream: BinaryIO) -> Iterator[Line]:
    number = 0
    while raw := stream.readline(LONGEST + 1):
        number += 1
        if len(raw) > LONGEST:
            _skip_rest(stream, raw)
            yield Line(number, b"", error=BadLine(field="line", problem=f"it is longer than {LONGEST} bytes"))
        elif raw.strip():
            yield Line(number, raw)


def _skip_rest(stream: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LONGEST)


def limit_of(clause: Clause, day: date, facts: Mapping[str, Any]) -> str:
    """The limit in force on that day (before the first, that one) for these facts."""
    value = clause.limit_at(day) or clause.limits[0][1]
    if value.from_param is not None:
        return _given_end(value.from_param, facts)
    return str(value.choose(clause.id, facts))


def sample(clause: Clause, start: datetime, facts: Mapping[str, Any], calendars: Calendars) -> Clock:
    """A clock that starts then under these facts, to be explained; nothing is stored. Raises BadLine."""
    if not clause.limits:
        raise BadLine(field="clause", problem=f"{clause.id} is a {clause.kind} without a limit of time")
    limit = limit_of(clause, local_day(start), facts)
    end, provisional = Count(start, limit, clause, calendars).end()
    return Clock(
        clause_id=clause.id,
        clause_hash=clause.hash,
        key="",
        generation=1,
        round=1,
        facts=dict(facts),
        limit=limit,
        calendar_version=calendars.work.version,
        started_at=start,
        due_at=end,
        provisional=provisional,
    )


Group = tuple[str, str]


class _Counter:
    def __init__(self, clauses: Mapping[str, Clause], calendars: Calendars) -> None:
        self.clauses, self.calendars = clauses, calendars

    def count(self, block: Iterable[Line]) -> None:
        groups: dict[Group, list[Line]] = {}
        for line in block:
            if line.error is None:
                try:
                    clause, limit = self.read(line)
                    groups.setdefault((clause.id, limit), []).append(line)
                except BihuanError as error:
                    line.error = error
        for (clause_id, limit), lines in groups.items():
            self.group(self.clauses[clause_id], limit, lines)

    def read(self, line: Line) -> tuple[Clause, str]:
        """Clause and limit that a line asks for, with its start. Raises BihuanError."""
        line.asked = asked = _object(line.raw)
        clause = self.clauses.get(str(asked.get("clause")))
        if clause is None:
            raise NotFound(kind="clause", id=str(asked.get("clause"))[:60])
        if not clause.limits:
            raise BadLine(field="clause", problem=f"{clause.id} is a {clause.kind} without a limit of time")
        facts = asked.get("facts", {})
        if not isinstance(facts, dict):
            raise BadLine(field="facts", problem="'facts' is not an object")
        line.start, day = _time(asked.get("start"))
        line.applies = all(
            facts[name] in allowed for name, allowed in clause.applies.items() if name in facts
        )
        line.in_force = clause.in_force(day)
        return clause, limit_of(clause, day, facts)

    def group(self, clause: Clause, limit: str, lines: list[Line]) -> None:
        dated = limit.startswith("@")
        unit = None if dated else parse_duration(limit).unit
        early = any(line.start is None or line.start.year < EARLIEST for line in lines)
        if early or unit not in BATCHED or (unit is Unit.DAY and clause.roll != "none"):
            for line in lines:
                self.alone(clause, limit, line)
            return
        try:
            self.together(clause, limit, lines)
        except (BihuanError, OverflowError):
            for line in lines:
                self.alone(clause, limit, line)

    def together(self, clause: Clause, limit: str, lines: list[Line]) -> None:
        duration, work = parse_duration(limit), self.calendars.work
        starts = np.array([micros(line.start) for line in lines if line.start], dtype=np.int64)
        dues = due_batch(starts, duration, work)
        if duration.unit is Unit.WORKDAY:
            provisional = provisional_batch(starts, dues, work).tolist()
        else:
            provisional = [False] * len(lines)
        shown: dict[int, str] = {}
        for line, due, unsure in zip(lines, dues.tolist(), provisional, strict=True):
            text = shown.get(due)
            if text is None:
                text = shown[due] = instant(due).astimezone(work.zone).isoformat()
            line.due, line.provisional = text, unsure

    def alone(self, clause: Clause, limit: str, line: Line) -> None:
        if line.start is None:
            return
        try:
            end, unsure = Count(line.start, limit, clause, self.calendars).end()
            line.due, line.provisional = end.astimezone(self.calendars.work.zone).isoformat(), unsure
        except BihuanError as error:
            line.error = error
        except (OverflowError, ValueError) as error:
            line.error = BadLine(field="start", problem=f"the end lies beyond the calendar ({error})")


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BadLine(field="line", problem=f"it is not JSON ({error})"[:200]) from error
    if not isinstance(value, dict):
        raise BadLine(field="line", problem="it is not an object")
    return value


def _time(value: Any) -> tuple[datetime, date]:
    """An aware time and its day in Shanghai."""
    try:
        start = datetime.fromisoformat(value)
        if start.tzinfo is None:
            raise NaiveTime(field="start", at=value)
        return start, local_day(start)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadLine(
            field="start", problem=f"'start' is not a time with its zone: {value!r}"[:200]
        ) from error


def _given_end(name: str, facts: Mapping[str, Any]) -> str:
    """The end that the start event carries, given here among the facts."""
    value = facts.get(name)
    try:
        if len(value or "") == len("2026-10-13"):
            return f"@{date.fromisoformat(str(value)).isoformat()}"
        return f"@{_time(value)[0].isoformat()}"
    except (TypeError, ValueError) as error:
        raise BadLine(field=name, problem=f"the facts need the end itself as '{name}'") from error
