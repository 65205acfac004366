"""What a skilled owner of the database would write to rewrite history consistently."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import connection

from bihuan.journal.canonical import ZERO, canonical, chained

FIELDS = (
    "subject_kind", "subject_id", "sequence", "generation", "event", "version", "actor_kind", "actor_id",
    "occurred_at", "recorded_at", "proven",
)  # fmt: skip


def rechain(subject_id: UUID) -> None:
    """Give every entry of a subject the bytes and hash that its columns ask for, and the head the last."""
    digest, sequence = ZERO, 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute(
            f"SELECT id, {', '.join(FIELDS)}, data::text FROM journal_entry"
            " WHERE subject_id = %s ORDER BY sequence",
            [subject_id],
        )
        for row in cursor.fetchall():
            fields: dict[str, Any] = dict(zip(FIELDS, row[1:12], strict=True))
            body = canonical(**fields, data=json.loads(row[12]))
            digest, sequence = chained(digest, body), fields["sequence"]
            cursor.execute(
                "UPDATE journal_entry SET canonical = %s, hash = %s WHERE id = %s", [body, digest, row[0]]
            )
        cursor.execute(
            "UPDATE journal_head SET hash = %s, sequence = %s WHERE subject_id = %s",
            [digest, sequence, subject_id],
        )
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
