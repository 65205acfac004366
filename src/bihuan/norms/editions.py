"""A new edition of a rulebook: its texts, what the operator's own files replace, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version

from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.norms import events, reading
from bihuan.norms.changes import difference
from bihuan.norms.models import ClauseText, Edition, Override
from bihuan.norms.reading import Book


def take(book: Book, at: datetime, told: list[tuple[Subject, Event]]) -> bool:
    """Keep a book as it is read now, where it changed; its events join ``told``. False if it is the same."""
    before = Edition.objects.filter(book=book.id).order_by("-id").first()
    if before is not None and before.hash == book.hash:
        return False
    texts = {read.clause.id: read.clause for read in book.clauses.values()}
    ClauseText.objects.bulk_create(
        [
            ClauseText(
                hash=c.hash, book=book.id, clause_id=c.id, body=json.loads(c.canonical), first_seen_at=at
            )
            for c in texts.values()
        ],
        ignore_conflicts=True,
    )
    edition = Edition.objects.create(
        book=book.id,
        hash=book.hash,
        program=_program(),
        header=json.loads(reading.canonical_json(book.header)),
        clauses={clause.id: clause.hash for clause in texts.values()},
        loaded_at=at,
    )
    _note_overrides(edition, book)
    told.extend(_book_events(book, edition, before))
    return True


def _program() -> str:
    """Version of the program that read the files; ``source`` where it runs uninstalled from its tree."""
    try:
        return package_version("bihuan")
    except PackageNotFoundError:
        return "source"


def _note_overrides(edition: Edition, book: Book) -> None:
    Override.objects.bulk_create(
        Override(edition=edition, clause_id=read.clause.id, shipped=read.replaces, used_id=read.clause.hash)
        for read in book.clauses.values()
        if read.own
    )


def _book_events(book: Book, edition: Edition, before: Edition | None) -> Iterator[tuple[Subject, Event]]:
    loaded = events.RulebookLoaded(
        book=book.id,
        new=edition.hash,
        old=before.hash if before else None,
        clauses=len(edition.clauses),
        program=edition.program,
    )
    yield Subject.named("rulebook", book.id), loaded
    old: dict[str, str] = before.clauses if before else {}
    changed = {c for c in old.keys() | edition.clauses.keys() if old.get(c) != edition.clauses.get(c)}
    hashes = [table[c] for c in changed for table in (old, edition.clauses) if c in table]
    bodies = dict(ClauseText.objects.filter(hash__in=hashes).values_list("hash", "body"))
    for clause_id in sorted(changed):
        was, now = old.get(clause_id), edition.clauses.get(clause_id)
        between = difference(bodies.get(was or ""), bodies.get(now or ""))
        event = events.ClauseChanged(
            clause=clause_id, kind=between.kind, old=was, new=now, dates=between.dates or None
        )
        yield Subject.named("clause", clause_id), event
