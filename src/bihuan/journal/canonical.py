"""The bytes that are hashed, scheme 1 (docs/journal.md publishes it).

canonical = UTF-8 of a JSON object with sorted keys and no spaces;
hash      = SHA-256(previous hash of the subject (32 zero bytes at first) || canonical).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bihuan.journal.events import at_text

SCHEME: Final = 1
ZERO: Final = bytes(32)


def canonical(
    *,
    subject_kind: str,
    subject_id: UUID,
    sequence: int,
    generation: int,
    event: str,
    version: int,
    actor_kind: str,
    actor_id: UUID,
    occurred_at: datetime,
    recorded_at: datetime,
    proven: bool,
    data: Mapping[str, Any],
) -> bytes:
    """One entry as the bytes that its hash covers."""
    return json.dumps(
        {
            "scheme": SCHEME,
            "subject": [subject_kind, str(subject_id)],
            "sequence": sequence,
            "generation": generation,
            "event": event,
            "version": version,
            "actor": [str(actor_kind), str(actor_id)],
            "occurred_at": at_text(occurred_at),
            "recorded_at": at_text(recorded_at),
            "proven": proven,
            "data": data,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def chained(previous: bytes, entry: bytes) -> bytes:
    """Hash of an entry, given the hash of the one before it."""
    return hashlib.sha256(previous + entry).digest()
