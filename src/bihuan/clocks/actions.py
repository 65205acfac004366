"""Recording what happened: the journal entry and the clocks that name it, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from bihuan.clocks import store
from bihuan.clocks.store import Dimensions, Stored
from bihuan.engine.clock import Clock, Happening, advance, strictest
from bihuan.journal import actions as journal
from bihuan.journal import queries as history
from bihuan.journal.actions import Draft, Written
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.norms import queries as norms

__all__ = ["Dimensions", "Recorded", "Saying", "record"]


@dataclass(frozen=True, slots=True)
class Saying:
    """An event about to be recorded with the facts that choose its clauses."""

    event: Event
    occurred_at: datetime
    facts: Mapping[str, str]
    generation: int = 1
    proven: bool = False


@dataclass(slots=True)
class Recorded:
    """What was written, the clocks of the generation as they are now, and the strictest open one."""

    written: list[Written]
    clocks: list[Stored]
    strictest: Clock | None = field(init=False)

    def __post_init__(self) -> None:
        self.strictest = strictest([s.clock for s in self.clocks])


def record(
    *,
    subject: Subject,
    sayings: Sequence[Saying],
    actor: Actor,
    at: datetime,
    dimensions: Dimensions,
    generation: int = 1,
    new: bool = False,
    imported: bool = False,
) -> Recorded:
    """Append the events and advance the clocks of the subject by them.

    Must run inside the action's transaction, after the lock on the thing itself. ``new`` says that
    the subject has no clocks yet (saves a read). Clock rules: docs/time.md.
    """
    known = [] if new else store.load(subject.id, generation)
    written = journal.append(
        [
            Draft(
                subject=subject,
                event=s.event,
                actor=actor,
                occurred_at=s.occurred_at,
                proven=s.proven,
                generation=s.generation,
            )
            for s in sayings
        ]
    )
    board = _Board(subject, generation, known, imported, new)
    for saying, entry in zip(sayings, written, strict=True):
        board.apply(_happening(saying, entry, imported), entry)
    board.save(dimensions)
    return Recorded(written=written, clocks=board.clocks)


class _Board:
    """The clocks of one subject while events are applied to them."""

    def __init__(
        self, subject: Subject, generation: int, known: list[Stored], imported: bool, new: bool
    ) -> None:
        self.subject = subject
        self.generation = generation
        self.clocks = known
        self.imported = imported
        self.past: dict[str, Happening] | None = {} if new else None
        self.rules, self.calendars = norms.rules(), norms.calendars()
        self.inserted: set[UUID] = set()
        self.updated: set[UUID] = set()

    def apply(self, happening: Happening, entry: Written) -> None:
        self._remember(entry.event.NAME, entry.occurred_at, entry.recorded_at, entry.proven, entry.data)
        changes = advance(
            [s.clock for s in self.clocks], happening, self.rules, self.calendars, history=self._history
        )
        for change in changes:
            if change.before is None:
                self._start(change.after, entry)
            else:
                self._change(change.before, change.after, entry)

    def save(self, dimensions: Dimensions) -> None:
        kind, subject_id = self.subject.kind, self.subject.id
        store.insert(kind, subject_id, [c for c in self.clocks if c.id in self.inserted], dimensions)
        changed = [c for c in self.clocks if c.id in self.updated - self.inserted]
        store.update(kind, subject_id, changed, dimensions)

    def _start(self, clock: Clock, entry: Written) -> None:
        made = Stored(id=uuid4(), clock=clock, start_entry=entry.id)
        self.clocks.append(made)
        self.inserted.add(made.id)

    def _change(self, before: Clock, after: Clock, entry: Written) -> None:
        for item in self.clocks:
            if item.clock == before:
                item.clock = after
                if after.stopped_at is not None and before.stopped_at is None:
                    item.stop_entry = entry.id
                self.updated.add(item.id)
                return

    def _history(self, event: str) -> Happening | None:
        """The first event of this name in the generation, among those written before or now."""
        if self.past is None:
            self.past = {}
            for entry in history.entries_in(self.subject.id, generation=self.generation):
                self._remember(entry.event, entry.occurred_at, entry.recorded_at, entry.proven, entry.data)
        return self.past.get(event)

    def _remember(
        self, name: str, occurred_at: datetime, recorded_at: datetime, proven: bool, data: Mapping[str, Any]
    ) -> None:
        if self.past is not None and name not in self.past:
            self.past[name] = Happening(
                name=name,
                occurred_at=occurred_at,
                recorded_at=recorded_at,
                proven=proven,
                params=data,
                generation=self.generation,
                imported=self.imported,
            )


def _happening(saying: Saying, entry: Written, imported: bool) -> Happening:
    return Happening(
        name=saying.event.NAME,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        proven=saying.proven,
        params=entry.data,
        facts=saying.facts,
        generation=saying.generation,
        imported=imported,
    )
