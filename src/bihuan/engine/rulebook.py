"""The clauses in force, looked up by the events that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bihuan.engine.clausetypes import Clause
from bihuan.engine.errors import Invalid, NotFound

ROLES = (
    "starts_on",
    "known_on",
    "stops_on",
    "cancels_on",
    "gives_way_on",
    "pauses_on",
    "resumes_on",
    "follows",
)


class DuplicateClause(Invalid):
    """Two clauses under one id."""

    code = "rulebook.duplicate"
    message = "The clause {id} stands twice in the rulebooks."
    remedy = "Give one of them another id, or switch one off."


class RuleIndex:
    """Clauses by id, by hash and by event. Only carried clauses with a limit answer to events.

    ``former`` are texts that start no clock any more (switched off, or replaced by a newer
    transcription) but still rule the clocks that were started under them.
    """

    def __init__(self, clauses: Iterable[Clause], former: Iterable[Clause] = ()) -> None:
        self._by_id: dict[str, Clause] = {}
        for clause in clauses:
            if clause.id in self._by_id:
                raise DuplicateClause(field="id", id=clause.id)
            self._by_id[clause.id] = clause
        self._by_hash = {clause.hash: clause for clause in (*former, *self._by_id.values())}
        self._events: dict[str, dict[str, tuple[Clause, ...]]] = {role: {} for role in (*ROLES, "extension")}
        for clause in self._by_id.values():
            if clause.has_clock and clause.status == "carried":
                self._add(clause)

    def _add(self, clause: Clause) -> None:
        named = {role: getattr(clause, role) for role in ROLES}
        named["extension"] = (clause.extension.on,) if clause.extension else ()
        for role, events in named.items():
            for event in events:
                self._events[role][event] = (*self._events[role].get(event, ()), clause)

    def __iter__(self) -> Iterator[Clause]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, clause_id: object) -> bool:
        return clause_id in self._by_id

    def get(self, clause_id: str) -> Clause:
        """The clause in force under this id. Raises NotFound."""
        found = self._by_id.get(clause_id)
        if found is None:
            raise NotFound(kind="clause", id=clause_id)
        return found

    def text_of(self, clause_id: str, clause_hash: str) -> Clause | None:
        """The text that rules a clock: the one it was started under. None where that one is not known:
        a clock is never moved or shown by another text than its own."""
        found = self._by_hash.get(clause_hash)
        return found if found is not None and found.id == clause_id else None

    def naming(self, role: str, event: str) -> tuple[Clause, ...]:
        """Clauses that name the event under a role such as ``stops_on`` or ``extension``."""
        return self._events[role].get(event, ())

    def starting(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose clock this event starts."""
        return self._events["starts_on"].get(event, ())

    def knowing(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose facts become known with this event."""
        return self._events["known_on"].get(event, ())

    def stopping(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose clock this event stops."""
        return self._events["stops_on"].get(event, ())

    def cancelling(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose running clock this event cancels."""
        return self._events["cancels_on"].get(event, ())

    def pausing(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose clock this event holds."""
        return self._events["pauses_on"].get(event, ())

    def resuming(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose held clock this event sets going again."""
        return self._events["resumes_on"].get(event, ())

    def extending(self, event: str) -> tuple[Clause, ...]:
        """Clauses whose limit this event may lengthen."""
        return self.naming("extension", event)

    def events(self) -> frozenset[str]:
        """Every event that some clause names."""
        return frozenset(event for table in self._events.values() for event in table)

    def applying(self, facts: dict[str, Any]) -> tuple[Clause, ...]:
        """Clauses of any kind whose conditions fit the facts."""
        return tuple(clause for clause in self if clause.matches(facts))
