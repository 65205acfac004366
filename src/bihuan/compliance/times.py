"""How long a first answer and a solution take, by kind of complaint (ISH-2.2), from the clocks of both.

The clocks are those whose end lies in the period, as in the report; imported and cancelled ones measure
nothing. The type is the one that the case has now: a clock keeps only the facts that chose its clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from bihuan.compliance import queries
from bihuan.compliance.counting import Asked
from bihuan.compliance.figures import Filters
from bihuan.journal.actor import Actor

RESPONSE: Final = "ISH-1.2.b.first"
HANDLING: Final = "ISH-1.2.b.solved"

_SQL: Final = """
SELECT c.type, k.clause_id, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY k.took), percentile_cont(0.9) WITHIN GROUP (ORDER BY k.took)
FROM (
    SELECT subject_id, clause_id, extract(epoch FROM stopped_at - started_at) AS took FROM clocks_clock
    WHERE {where} AND stopped_at IS NOT NULL AND verdict IN ('met', 'late') AND NOT imported
) k JOIN cases_case c ON c.id = k.subject_id
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many ended, and how long half of them and nine of ten took."""

    count: int
    half: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of complaint; None where nothing of it ended in the period."""

    type: str
    response: Taken | None
    handling: Taken | None


def by_kind(*, actor: Actor, start: datetime, end: datetime, at: datetime, filters: Filters) -> list[Kind]:
    """Response and handling times of a period by type, as far as the actor may see. Raises NotAllowed."""
    seen = queries.narrowed(actor, filters)
    asked = Asked(start, end, at, seen, [RESPONSE, HANDLING])
    found: dict[str, dict[str, Taken]] = {}
    for kind, clause, count, half, most in _run(_SQL.format(where=asked.where()), asked.parameters()):
        taken = Taken(count, timedelta(seconds=round(half)), timedelta(seconds=round(most)))
        found.setdefault(kind or "other", {})[clause] = taken
    return [Kind(kind, taken.get(RESPONSE), taken.get(HANDLING)) for kind, taken in sorted(found.items())]


def _run(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
