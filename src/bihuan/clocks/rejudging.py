"""A year's calendar arrived: provisional clocks are judged once more, as a new revision (clocks.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.clocks import store
from bihuan.clocks.events import Rejudged
from bihuan.clocks.models import Clock as Row
from bihuan.clocks.models import Revision
from bihuan.engine.clock import rejudge
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.norms import queries as norms

BATCH = 200


def rejudge_provisional(*, at: datetime) -> int:
    """Judge every provisional clock again that the present calendars can settle; returns how many."""
    ids = list(Row.objects.filter(provisional=True).values_list("id", flat=True))
    return sum(_some(ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


def _some(ids: Sequence[UUID], at: datetime) -> int:
    with transaction.atomic():
        rows = Row.objects.select_for_update().filter(id__in=ids, provisional=True).order_by("id")
        return sum(_one(row, at) for row in rows)


def _one(row: Row, at: datetime) -> int:
    stored = store.stored(row)
    clause = norms.rules().text_of(row.clause_id, row.clause_hash)
    if clause is None:
        return 0
    fresh = rejudge(stored.clock, clause, norms.calendars())
    if fresh == stored.clock:
        return 0
    before = {"due_at": row.due_at.isoformat(), "verdict": row.verdict, "calendar": row.calendar_version}
    Revision.objects.create(
        clock_id=row.id, revision=row.revision, reason="calendar", before=before, made_at=at
    )
    by = store.Dimensions(row.merchant_id, row.team_id, row.owner_id)
    store.update(row.subject_kind, row.subject_id, [store.changed(stored, fresh)], by)
    Row.objects.filter(id=row.id).update(revision=row.revision + 1)
    said = Rejudged(
        clock_id=row.id,
        clause=row.clause_id,
        reason="calendar",
        due_at=fresh.due_at,
        revision=row.revision + 1,
    )
    journal.append(
        [Draft(Subject(row.subject_kind, row.subject_id), said, PROGRAM, at, generation=row.generation)]
    )
    return 1
