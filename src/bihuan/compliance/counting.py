"""The SQL behind the figures: one index-only pass over the clocks of a period, and pages by key.

Reads ``clocks_clock`` and nothing else. Each clock falls into exactly one outcome; the same
conditions stand here once for counting and once for listing, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.compliance.figures import NOBODY, By, ClockRow, Filters, Outcome, Page
from bihuan.engine.errors import Invalid

GROUPS: Final[Mapping[By, str]] = {
    By.CLAUSE: "NULL::uuid",
    By.MERCHANT: "merchant_id",
    By.TEAM: "team_id",
    By.OWNER: "owner_id",
}
# a limit in natural time is overdue after its instant, one counted in days from that instant on
_DAYS: Final = r"(limit_text ~ '^[0-9]+(d|wd|mo|y)$' OR limit_text ~ '^@[0-9]{4}-[0-9]{2}-[0-9]{2}$')"
_COUNT: Final = """
SELECT clause_id, {group}, {outcomes} FROM clocks_clock WHERE {where} GROUP BY 1, 2
"""
_ON_THE_DOT: Final = """
SELECT clause_id, {group}, count(*) FROM clocks_clock
WHERE {where} AND due_at = %(at)s AND verdict IS NULL AND state = 'running'
    AND NOT imported AND NOT provisional AND {days}
GROUP BY 1, 2
"""
_OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.IMPORTED: "imported",
    Outcome.CANCELLED: "NOT imported AND verdict = 'cancelled'",
    Outcome.PROVISIONAL: "NOT imported AND provisional AND verdict IS DISTINCT FROM 'cancelled'",
    Outcome.MET: "NOT imported AND NOT provisional AND verdict = 'met'",
    Outcome.LATE: "NOT imported AND NOT provisional AND verdict = 'late'",
    Outcome.OVERDUE: "NOT imported AND NOT provisional AND verdict IS NULL AND {overdue}",
    Outcome.OPEN: "NOT imported AND NOT provisional AND verdict IS NULL AND NOT {overdue}",
}
_PAST: Final = "(state <> 'held' AND due_at < %(at)s)"
_OVERDUE: Final = f"(state <> 'held' AND (due_at < %(at)s OR (due_at = %(at)s AND {_DAYS})))"
_PAGE: Final = """
SELECT id, subject_kind, subject_id, clause_id, started_at, due_at, stopped_at, {which}, merchant_id, team_id,
    owner_id
FROM clocks_clock WHERE {where} AND ({outcomes}) AND (due_at, id) > (%(after_due)s, %(after_id)s)
ORDER BY due_at, id LIMIT %(limit)s
"""
Key = tuple[str, UUID | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clocks: those whose ``due_at`` lies in [start, end), narrowed by the filters, judged ``at``."""

    start: datetime
    end: datetime
    at: datetime
    filters: Filters
    clause_ids: Sequence[str] | None = None

    def where(self) -> str:
        """The condition, with named parameters."""
        parts = ["due_at >= %(start)s AND due_at < %(end)s"]
        if self.clause_ids is not None:
            parts.append("clause_id = ANY(%(clauses)s)")
        for column in ("merchant_id", "team_id", "owner_id"):
            wanted = getattr(self.filters, column)
            if wanted is not None:
                parts.append(f"{column} IS NULL" if wanted == NOBODY else f"{column} = %({column})s")
        return " AND ".join(parts)

    def parameters(self) -> dict[str, Any]:
        """Values of all named parameters."""
        f = self.filters
        return {
            "start": self.start,
            "end": self.end,
            "at": self.at,
            "clauses": list(self.clause_ids or ()),
            "merchant_id": f.merchant_id,
            "team_id": f.team_id,
            "owner_id": f.owner_id,
        }


def counts(asked: Asked, by: By) -> dict[Key, dict[Outcome, int]]:
    """How many clocks of each clause (and group) have each outcome.

    The pass itself never looks at a row's limit, so that the index alone answers it; what is due at
    the very instant ``at`` is put right afterwards.
    """
    group, where = GROUPS[by], asked.where()
    outcomes = ", ".join(
        f"count(*) FILTER (WHERE {_OUTCOMES[outcome].format(overdue=_PAST)})" for outcome in Outcome
    )
    rows = _run(_COUNT.format(group=group, where=where, outcomes=outcomes), asked.parameters())
    found = {
        (clause, grouped): {outcome: n for outcome, n in zip(Outcome, numbers, strict=True) if n}
        for clause, grouped, *numbers in rows
    }
    if asked.start <= asked.at < asked.end:
        _put_right(found, _ON_THE_DOT.format(group=group, where=where, days=_DAYS), asked)
    return found


def _put_right(found: dict[Key, dict[Outcome, int]], sql: str, asked: Asked) -> None:
    for clause, grouped, number in _run(sql, asked.parameters()):
        line = found[(clause, grouped)]
        line[Outcome.OPEN] -= number
        line[Outcome.OVERDUE] = line.get(Outcome.OVERDUE, 0) + number


def page(asked: Asked, outcomes: Collection[Outcome], after: str, limit: int) -> Page:
    """The clocks behind one figure in order of ``due_at``, from the key ``after`` on."""
    due, last = _key(after, asked.start)
    conditions = {outcome: f"({_OUTCOMES[outcome].format(overdue=_OVERDUE)})" for outcome in outcomes}
    which = " ".join(f"WHEN {condition} THEN '{outcome}'" for outcome, condition in conditions.items())
    sql = _PAGE.format(
        where=asked.where(), outcomes=" OR ".join(conditions.values()), which=f"CASE {which} END"
    )
    more = {"after_due": due, "after_id": last, "limit": limit + 1}
    found = _run(sql, {**asked.parameters(), **more})
    rows = tuple(
        ClockRow(
            f"{due_at.isoformat()}~{id_}",
            id_,
            kind,
            subject,
            clause,
            started,
            due_at,
            stopped,
            Outcome(outcome),
            *who,
        )
        for id_, kind, subject, clause, started, due_at, stopped, outcome, *who in found[:limit]
    )
    return Page(rows, rows[-1].key if len(found) > limit else "")


def _key(after: str, start: datetime) -> tuple[datetime, UUID]:
    if not after:
        return start, UUID(int=0)
    due, _, last = after.partition("~")
    try:
        found = datetime.fromisoformat(due), UUID(last)
    except ValueError:
        raise Invalid(field="after", remedy="Use the key that the page before gave.") from None
    if found[0].tzinfo is None:
        raise Invalid(field="after", remedy="Use the key that the page before gave.")
    return found


def _run(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        # compiling costs more here than it saves; many merchants must not make the grouping spill to disk
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
