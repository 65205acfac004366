"""Reading kept texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from bihuan.accounts.models import Text
from bihuan.engine.errors import NotFound

_HOPS = 20


def text(text_id: UUID) -> Text:
    """The text as it stands now: where it was redacted, the one that took its place.

    ``body`` is None where it was destroyed with its person. Raises NotFound.
    """
    found = texts([text_id]).get(text_id)
    if found is None:
        raise NotFound(kind="text", id=text_id)
    return found


def texts(text_ids: Iterable[UUID]) -> dict[UUID, Text]:
    """By the id asked for: the text that stands there now. One round trip where nothing was redacted."""
    wanted = set(text_ids)
    known = {row.id: row for row in Text.objects.filter(id__in=wanted)}
    missing = _next(known)
    for _ in range(_HOPS):
        if not missing:
            break
        known |= {row.id: row for row in Text.objects.filter(id__in=missing)}
        missing = _next(known)
    return {text_id: _last(known, known[text_id]) for text_id in wanted if text_id in known}


def bodies(text_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By id: the words; empty where they were destroyed."""
    return {text_id: row.body or "" for text_id, row in texts(text_ids).items()}


def texts_of(subject_id: UUID) -> list[Text]:
    """Every text of one subject in the order in which it was kept, without those that were replaced."""
    return list(Text.objects.filter(subject_id=subject_id, replaced_by=None).order_by("created_at", "id"))


def intact(row: Text) -> bool:
    """Whether a kept body still has the digest that the journal holds."""
    if row.body is None or row.salt is None:
        return True
    return hashlib.sha256(bytes(row.salt) + row.body.encode()).digest() == bytes(row.digest)


def _next(known: dict[UUID, Text]) -> set[UUID]:
    return {row.replaced_by_id for row in known.values() if row.replaced_by_id} - known.keys()


def _last(known: dict[UUID, Text], row: Text) -> Text:
    while row.replaced_by_id in known:
        row = known[row.replaced_by_id]
    return row
