"""The SQL behind the figures: one index-only pass over the clocks of a period, and pages by key.

Reads ``clocks_clock`` and nothing else. Each clock falls into exactly one outcome; the same
conditions stand here once for counting and once for listing, and a test compares them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.compliance.figures import NOBODY, By, ClockRow, Filters, Outcome, Page
from bihuan.compliance.replay import Frozen
from bihuan.engine.clock import Clock
from bihuan.engine.errors import Invalid
from bihuan.engine.facts import FrozenDict

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
_FROZEN: Final = """
SELECT id, subject_kind, subject_id, start_entry, merchant_id, team_id, owner_id, clause_id, clause_hash, key,
    generation, round, facts::text, limit_text, calendar_version, started_at, due_at, state, stopped_at,
    verdict, held_since, held::text, extended::text, provisional
FROM clocks_clock WHERE {where} AND NOT imported AND facts @> %(facts)s::jsonb
    AND (due_at, id) > (%(after_due)s, %(after_id)s)
ORDER BY due_at, id LIMIT %(limit)s
"""
_FROZEN_COUNT: Final = """
SELECT count(*) FILTER (WHERE NOT imported), count(*) FILTER (WHERE imported)
FROM clocks_clock WHERE {where} AND facts @> %(facts)s::jsonb
"""
WORST: Final = (
    Outcome.OVERDUE,
    Outcome.LATE,
    Outcome.PROVISIONAL,
    Outcome.OPEN,
    Outcome.MET,
    Outcome.CANCELLED,
    Outcome.IMPORTED,
)
"""Outcomes from the worst to the least: a case belongs to the worst one of its clocks."""
_SAMPLE: Final = """
WITH worst AS (
    SELECT subject_id, min({rank}) AS rank FROM clocks_clock
    WHERE {where} AND subject_kind = 'case' GROUP BY subject_id
), ordered AS (
    SELECT subject_id, rank, count(*) OVER (PARTITION BY rank) AS size, row_number() OVER (
        PARTITION BY rank ORDER BY sha256(convert_to(%(seed)s || ':' || subject_id, 'UTF8'))) AS place
    FROM worst
)
SELECT subject_id, rank, size FROM ordered WHERE place <= %(wanted)s ORDER BY rank, place
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


def sample(asked: Asked, seed: int, wanted: int) -> tuple[list[tuple[UUID, Outcome]], dict[Outcome, int]]:
    """Of each outcome the first ``wanted`` cases by SHA-256("seed:case id"), and how many there are.

    The order depends on seed and case alone, so that anybody can draw it again.
    """
    whens = " ".join(
        f"WHEN {_OUTCOMES[outcome].format(overdue=_OVERDUE)} THEN {rank}"
        for rank, outcome in enumerate(WORST)
    )
    more = {"seed": str(seed), "wanted": wanted}
    rows = _run(_SAMPLE.format(rank=f"CASE {whens} END", where=asked.where()), {**asked.parameters(), **more})
    return [(case, WORST[rank]) for case, rank, _ in rows], {WORST[rank]: size for _, rank, size in rows}


def frozen(asked: Asked, facts: Mapping[str, str], after: str, limit: int) -> list[Frozen]:
    """Clocks with all that their replay needs, in order of ``due_at``; imported ones are left out."""
    due, last = _key(after, asked.start)
    more = {"facts": json.dumps(dict(facts)), "after_due": due, "after_id": last, "limit": limit}
    return [_frozen(row) for row in _run(_FROZEN.format(where=asked.where()), {**asked.parameters(), **more})]


def frozen_count(asked: Asked, facts: Mapping[str, str]) -> tuple[int, int]:
    """How many clocks there are to replay, and how many imported ones are left out."""
    more = {"facts": json.dumps(dict(facts))}
    ((clocks, imported),) = _run(_FROZEN_COUNT.format(where=asked.where()), {**asked.parameters(), **more})
    return clocks, imported


def _frozen(row: Sequence[Any]) -> Frozen:
    clock = Clock(
        clause_id=row[7],
        clause_hash=row[8],
        key=row[9],
        generation=row[10],
        round=row[11],
        facts=FrozenDict(json.loads(row[12])),
        limit=row[13],
        calendar_version=row[14],
        started_at=row[15],
        due_at=row[16],
        state=row[17],
        stopped_at=row[18],
        verdict=row[19],
        held_since=row[20],
        held=tuple((_time(a), _time(b)) for a, b in json.loads(row[21])),
        extended=tuple(json.loads(row[22])),
        provisional=row[23],
    )
    return Frozen(row[0], row[1], row[2], row[3], clock, row[4], row[5], row[6])


def _time(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


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
