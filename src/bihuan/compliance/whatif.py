"""What if a limit had been another one: the clocks of a period replayed under it, nothing written.

The work comes in slices: ``go_on`` counts until it is told to stop and gives back how far it came, so
that a page or a terminal shows progress and leaving it harms nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from bihuan.compliance import counting, queries
from bihuan.compliance.counting import Asked
from bihuan.compliance.figures import Filters, Outcome
from bihuan.compliance.replay import Frozen, Recorded, Recounted, Replay, Unsure, happening, moving_names
from bihuan.engine.clause import Clause, ClauseInvalid, parse_clause
from bihuan.engine.clausetypes import LimitValue
from bihuan.engine.clock import Calendars
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor
from bihuan.norms import queries as norms

BATCH: Final = 500
MISSED: Final = frozenset({Outcome.LATE, Outcome.OVERDUE})
Move = tuple[Outcome, Outcome]
KeepOn = Callable[[], bool]

_ENTRIES: Final = """
SELECT subject_id, id, event, occurred_at, recorded_at, proven, generation, data::text FROM journal_entry
WHERE subject_id = ANY(%s) AND event = ANY(%s) ORDER BY subject_id, sequence
"""


@dataclass(frozen=True, slots=True)
class Supposed:
    """One clause with another limit, over the clocks that a report of [start, end) at ``at`` counts.

    ``facts`` narrows to clocks that were started with these facts.
    """

    clause_id: str
    limit: LimitValue
    start: datetime
    end: datetime
    at: datetime
    filters: Filters = field(default_factory=Filters)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Moves:
    """How many clocks went from one outcome to another, and of how many nothing can be said."""

    counts: Counter[Move] = field(default_factory=Counter)
    unsure: Counter[Unsure] = field(default_factory=Counter)

    def add(self, one: Recounted) -> None:
        """Count one more clock."""
        if one.would is not None:
            self.counts[one.was, one.would] += 1
        elif one.why is not None:
            self.unsure[one.why] += 1

    @property
    def all(self) -> int:
        """Clocks of which something can be said."""
        return sum(self.counts.values())

    @property
    def was_missed(self) -> int:
        """Late or overdue as it was."""
        return sum(n for (was, _), n in self.counts.items() if was in MISSED)

    @property
    def would_miss(self) -> int:
        """Late or overdue under the other limit."""
        return sum(n for (_, would), n in self.counts.items() if would in MISSED)

    @property
    def more(self) -> int:
        """Missed under the other limit only."""
        return sum(n for (was, would), n in self.counts.items() if would in MISSED and was not in MISSED)

    @property
    def fewer(self) -> int:
        """Missed as it was, and not under the other limit."""
        return sum(n for (was, would), n in self.counts.items() if was in MISSED and would not in MISSED)

    @property
    def unsaid(self) -> int:
        """Clocks of which nothing can be said."""
        return sum(self.unsure.values())


@dataclass(slots=True)
class Tally:
    """How far a count has come: figures so far, by merchant and by team, and the key to go on from."""

    total: int = 0
    imported: int = 0
    done: int = 0
    after: str = ""
    ended: bool = False
    moves: Moves = field(default_factory=Moves)
    merchants: dict[UUID | None, Moves] = field(default_factory=dict)
    teams: dict[UUID | None, Moves] = field(default_factory=dict)

    def add(self, one: Recounted) -> None:
        """Count one more clock in every figure that it belongs to."""
        self.done += 1
        self.moves.add(one)
        self.merchants.setdefault(one.frozen.merchant_id, Moves()).add(one)
        self.teams.setdefault(one.frozen.team_id, Moves()).add(one)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which clocks stand behind one number; a set of outcomes that is None lets every one through."""

    was: frozenset[Outcome] | None = None
    would: frozenset[Outcome] | None = None
    unsure: bool = False

    def has(self, one: Recounted) -> bool:
        """Whether the clock stands behind the number."""
        if self.unsure or one.would is None:
            return self.unsure and one.would is None
        return (self.was is None or one.was in self.was) and (self.would is None or one.would in self.would)


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the clocks behind a number; ``after`` is empty where there are no more."""

    rows: tuple[Recounted, ...]
    after: str


def limit_of(clause: Clause, written: Any) -> LimitValue:
    """A limit written as in a clause file (``48h``, or a mapping by class), checked as one of this clause.

    Raises ClauseInvalid with what is wrong.
    """
    raw = json.loads(clause.canonical)
    raw["limit"] = {raw["since"]: written}
    return parse_clause(raw, clause.book).limits[0][1]


def clauses() -> list[Clause]:
    """Clauses whose limit can be another one: those that have a clock, switched off or not."""
    return [
        read.clause for read in norms.library() if read.clause.status == "carried" and read.clause.has_clock
    ]


def go_on(*, actor: Actor, supposed: Supposed, so_far: Tally | None, keep_on: KeepOn) -> Tally:
    """Count on from where a tally stands until all is done or ``keep_on`` says no; at least one batch.

    A supervisor's count is limited to the own team, and so on, as figures are. Writes nothing.
    Raises NotAllowed, NotFound, Invalid.
    """
    asked = _asked(actor, supposed)
    tally = so_far or Tally()
    if so_far is None:
        tally.total, tally.imported = counting.frozen_count(asked, supposed.facts)
    for batch, after in _batches(asked, supposed, tally.after):
        for one in batch:
            tally.add(one)
        tally.after, tally.ended = after, not after
        if not after or not keep_on():
            break
    return tally


def behind(
    *, actor: Actor, supposed: Supposed, choice: Choice, after: str, keep_on: KeepOn, limit: int = 50
) -> Found:
    """Clocks behind one number, in order of their end, from the key ``after`` on.

    Where ``keep_on`` says no before enough are found, those found so far come with the key to go on from.
    """
    rows: list[Recounted] = []
    for batch, following in _batches(_asked(actor, supposed), supposed, after):
        for one in batch:
            if choice.has(one):
                rows.append(one)
            if len(rows) == limit:
                last = one is batch[-1] and not following
                return Found(tuple(rows), "" if last else one.frozen.key)
        if following and not keep_on():
            return Found(tuple(rows), following)
    return Found(tuple(rows), "")


def _asked(actor: Actor, supposed: Supposed) -> Asked:
    if not norms.clause(supposed.clause_id).has_clock:
        raise Invalid(
            "{clause_id} has no limit that could be another one.",
            code="what_if.no_limit",
            field="clause",
            clause=supposed.clause_id,
            clause_id=supposed.clause_id,
        )
    return queries.asked(
        actor, supposed.start, supposed.end, supposed.at, supposed.filters, supposed.clause_id
    )


def _batches(asked: Asked, supposed: Supposed, after: str) -> Iterator[tuple[list[Recounted], str]]:
    """Recounted clocks, and the key of the batch that follows (empty after the last one)."""
    workshop = _Workshop(Replay(supposed.limit, supposed.at))
    while True:
        rows = counting.frozen(asked, supposed.facts, after, BATCH + 1)
        batch = rows[:BATCH]
        after = batch[-1].key if len(rows) > BATCH else ""
        yield workshop.recount(batch), after
        if not after:
            return


class _Workshop:
    """Texts and calendars that clocks were counted by, fetched once, and the entries of each batch."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.texts: dict[str, Clause | None] = {}
        self.calendars: dict[str, Calendars | None] = {}

    def recount(self, batch: Sequence[Frozen]) -> list[Recounted]:
        """Every clock of the batch, in order."""
        texts = [self._text(one.clock.clause_hash) for one in batch]
        recorded = _recorded({one.subject_id for one in batch}, [text for text in texts if text])
        return [
            self._one(one, text, recorded.get(one.subject_id, ()))
            for one, text in zip(batch, texts, strict=True)
        ]

    def _one(self, one: Frozen, text: Clause | None, recorded: Sequence[Recorded]) -> Recounted:
        calendars = self._calendar(one.clock.calendar_version)
        if text is None or calendars is None:
            return self.replay.unsaid(one, Unsure.TEXT)
        return self.replay.recount(one, text, calendars, recorded)

    def _text(self, text_hash: str) -> Clause | None:
        if text_hash not in self.texts:
            try:
                self.texts[text_hash] = norms.clause_text(text_hash)
            except NotFound:
                self.texts[text_hash] = None
        return self.texts[text_hash]

    def _calendar(self, version: str) -> Calendars | None:
        if version not in self.calendars:
            try:
                self.calendars[version] = norms.calendars_at(version)
            except NotFound:
                self.calendars[version] = None
        return self.calendars[version]


def _recorded(subjects: Collection[UUID], texts: Sequence[Clause]) -> dict[UUID, list[Recorded]]:
    """What the journal holds of the subjects, as far as it can move clocks of these texts."""
    names = sorted({name for text in texts for name in (*moving_names(text), *text.known_on)})
    found: dict[UUID, list[Recorded]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [list(subjects), names])
        for subject, number, name, occurred, written, proven, generation, data in cursor.fetchall():
            event = happening(
                name=name,
                occurred_at=occurred,
                recorded_at=written,
                proven=proven,
                generation=generation,
                data=json.loads(data),
            )
            found.setdefault(subject, []).append(Recorded(number, event))
    return found


__all__ = [
    "Choice",
    "ClauseInvalid",
    "Found",
    "Moves",
    "Supposed",
    "Tally",
    "behind",
    "clauses",
    "go_on",
    "limit_of",
]
