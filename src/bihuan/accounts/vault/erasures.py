"""The list of erased people that lies outside the database: after a restore it is carried out again.

One JSON object a line, opaque ids and times only. Lines are appended and synced, never changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


def path() -> Path:
    return Path(settings.HOME) / "erasures.jsonl"


def append(rows: Iterable[tuple[UUID, datetime]]) -> None:
    """Add people to the list; on disk when this returns."""
    lines = [
        json.dumps({"person": str(person_id), "erased_at": at.isoformat()}) + "\n" for person_id, at in rows
    ]
    if not lines:
        return
    path().parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # a torn last line of a crash must not swallow the next one: empty lines are skipped by readers
        os.write(handle, ("\n" + "".join(lines)).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def listed() -> Iterator[UUID]:
    """Everybody on the list; a torn line is passed over, for its row in the database is still unlisted."""
    if not path().exists():
        return
    for line in path().read_text("utf-8").splitlines():
        try:
            yield UUID(json.loads(line)["person"])
        except (ValueError, KeyError, TypeError):
            continue
