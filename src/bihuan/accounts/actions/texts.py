"""Keeping free text, and taking personal data out of it later."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from bihuan.accounts.actions.record import code, record
from bihuan.accounts.events import TextRedacted
from bihuan.accounts.models import PersonalData, Text
from bihuan.accounts.permissions import AccountPermission, Resource, require
from bihuan.accounts.vault.fields import PersonalField
from bihuan.accounts.vault.scan import Finding, Scanned, find, replace, scan
from bihuan.accounts.vault.scan.numbers import Span
from bihuan.accounts.vault.store import Found, put_found
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject

MAX_TEXT = 20_000
_INSERT = """
INSERT INTO accounts_text
    (id, subject_kind, subject_id, about_person, author, body, salt, digest, created_at, reason)
SELECT d.*, '' FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[],
    %s::bytea[], %s::bytea[], %s::timestamptz[]) AS d
"""
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class TextRef:
    """What events hold of a text: its id and digest (hex). ``found``: values moved to the vault;
    ``dropped``: values that belonged to no person known here and were not kept."""

    id: UUID
    digest: str
    found: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    body: str
    subject: Subject
    about: UUID | None = None


def keep_text(*, body: str, subject: Subject, about: UUID | None, actor: Actor, at: datetime) -> TextRef:
    """Scan a text and keep it; see ``keep_texts``."""
    return keep_texts(items=[NewText(body=body, subject=subject, about=about)], actor=actor, at=at)[0]


def keep_texts(*, items: Sequence[NewText], actor: Actor, at: datetime) -> list[TextRef]:
    """Scan and keep texts; one round trip, two more where personal data was found.

    What is found goes to the vault of the person the text is about. The caller's action has checked
    the permission and puts id and digest into its own event. Raises Invalid.
    """
    scanned = [scan(clean_body(item.body)) for item in items]
    rows = [_row(s.clean_text, i.subject, i.about, actor, at) for s, i in zip(scanned, items, strict=True)]
    found = [
        _found(finding, item.about, row.id)
        for row, s, item in zip(rows, scanned, items, strict=True)
        for finding in s.findings
        if item.about is not None
    ]
    # no savepoint of its own inside a caller's transaction: that would be two round trips more
    with transaction.atomic(savepoint=False):
        _insert(rows)
        put_found(found, at=at)
    return [
        _ref(row, found=len(s.findings) if item.about else 0, dropped=0 if item.about else len(s.findings))
        for row, s, item in zip(rows, scanned, items, strict=True)
    ]


@transaction.atomic
def redact_text(
    *,
    text_id: UUID,
    parts: Sequence[str] = (),
    field: PersonalField = PersonalField.NAME,
    reason: str,
    on: Resource,
    actor: Actor,
    at: datetime,
) -> TextRef:
    """Take personal data out of a kept text. The old body and its salt are destroyed; a new text takes its
    place, with marks where ``parts`` (exact strings) and whatever scanning finds now stood.

    ``on``: whom and which case the text belongs to, for the permission. Raises NotFound, Refusal, Invalid.
    """
    require(actor, AccountPermission.TEXT_REDACT, on)
    row = Text.objects.select_for_update().filter(id=text_id).first()
    if row is None:
        raise NotFound(kind="text", id=text_id)
    if row.body is None:
        raise Refusal(
            "The text was replaced or destroyed already.",
            code="text.gone",
            remedy="Redact the text that took its place.",
        )
    scanned = _without(row.body, parts, field)
    new = _row(scanned.clean_text, Subject(row.subject_kind, row.subject_id), row.about_person, actor, at)
    new.author, new.created_at = row.author, row.created_at
    new.save(force_insert=True)
    _retire(row, new, code(reason), at)
    if row.about_person is not None:
        put_found([_found(finding, row.about_person, new.id) for finding in scanned.findings], at=at)
    event = TextRedacted(
        text_id=row.id,
        digest=bytes(row.digest).hex(),
        new_text_id=new.id,
        new_digest=bytes(new.digest).hex(),
        count=len(scanned.findings),
        reason=reason,
    )
    record(Subject(row.subject_kind, row.subject_id), event, actor=actor, at=at)
    return _ref(new, found=len(scanned.findings))


def clean_body(body: str) -> str:
    """A text as it may be kept. Raises Invalid: empty, too long, control characters, wrongly decoded."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise Invalid("The text is empty.", field="text", code="text.empty", remedy="Write something.")
    if len(text) > MAX_TEXT:
        raise Invalid(
            "The text has {length} characters; {most} are allowed.",
            field="text",
            code="text.long",
            length=len(text),
            most=MAX_TEXT,
            remedy="Shorten it, or attach it as a file.",
        )
    for char in text:
        if not char.isprintable() and _bad(char):
            raise _bad_character(char)
    if "\ufffd" in text:
        raise _bad_character("\ufffd")
    return text


def _bad(char: str) -> bool:
    if char in "\n\t":
        return False
    return unicodedata.category(char) in ("Cc", "Cs", "Cn") or char in _OVERRIDES


def _bad_character(char: str) -> Invalid:
    return Invalid(
        "The text holds a character that cannot be kept ({character}).",
        field="text",
        code="text.character",
        character=f"U+{ord(char):04X}",
        remedy="Send it as UTF-8, without control characters.",
    )


def _without(body: str, parts: Sequence[str], field: PersonalField) -> Scanned:
    spans = find(body)
    for part in parts:
        if not part.strip() or part not in body:
            raise Invalid(
                "One of the passages does not stand in the text.",
                field="parts",
                code="text.part",
                remedy="Copy the passage exactly.",
            )
        spans = _merged(spans, body, part, field)
    if not spans:
        raise Refusal(
            "There is nothing to take out.", code="text.nothing", remedy="Name the passages that shall go."
        )
    return replace(body, spans)


def _merged(spans: list[Span], body: str, part: str, field: PersonalField) -> list[Span]:
    """Add every place of ``part``; it swallows what it overlaps."""
    start = body.find(part)
    while start >= 0:
        end = start + len(part)
        touching = [s for s in spans if s.start < end and start < s.end]
        low = min([start, *(s.start for s in touching)])
        high = max([end, *(s.end for s in touching)])
        spans = [s for s in spans if s not in touching] + [Span(field, low, high)]
        start = body.find(part, end)
    return sorted(spans, key=lambda span: span.start)


def _retire(row: Text, new: Text, reason: str, at: datetime) -> None:
    Text.objects.filter(id=row.id).update(
        body=None, salt=None, redacted_at=at, reason=reason, replaced_by=new
    )
    PersonalData.objects.filter(text_id=row.id).update(text_id=new.id)


def _insert(rows: Sequence[Text]) -> None:
    """bulk_create opens a savepoint; this is the one statement it is about."""
    columns: list[list[Any]] = [
        [row.id for row in rows],
        [row.subject_kind for row in rows],
        [row.subject_id for row in rows],
        [row.about_person for row in rows],
        [row.author for row in rows],
        [row.body for row in rows],
        [row.salt for row in rows],
        [row.digest for row in rows],
        [row.created_at for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)


def _row(body: str, subject: Subject, about: UUID | None, actor: Actor, at: datetime) -> Text:
    salt = os.urandom(16)
    return Text(
        id=uuid4(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        about_person=about,
        author=actor.id,
        body=body,
        salt=salt,
        digest=hashlib.sha256(salt + body.encode()).digest(),
        created_at=at,
    )


def _found(finding: Finding, about: UUID, text_id: UUID) -> Found:
    return Found(about, text_id, finding.mark, finding.field, finding.original)


def _ref(row: Text, *, found: int = 0, dropped: int = 0) -> TextRef:
    return TextRef(row.id, bytes(row.digest).hex(), found, dropped)
