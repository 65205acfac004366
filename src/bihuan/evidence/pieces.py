"""Files that come in piece by piece, so that a lost connection goes on where it stopped.

``begin`` → ``append`` for each piece in order → ``finish``, which takes the whole file in like any other
(``actions.upload``: type by content, limits, copy for others). Each piece names where it starts and its
SHA-256; what is already here is never sent again. The pieces lie on this host's disk until the file is
whole: with several hosts ``BIHUAN_EVIDENCE`` must be a folder that they share.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.engine.errors import BihuanError, Invalid, NotFound, Refusal
from bihuan.evidence import actions, queries
from bihuan.evidence.errors import FileEmpty, FileRefused, FileTooBig
from bihuan.evidence.models import Incoming, Source
from bihuan.evidence.permissions import EvidencePermission
from bihuan.evidence.queries import ItemRef
from bihuan.evidence.sniff import FORMS, HEAD, MB, form_of
from bihuan.journal.actor import Actor

PIECE: Final = MB
"""Bytes of one piece at most."""
TAKING_IN: Final = timedelta(minutes=10)
"""How long a file may be taken in before another request may try it again (the first was killed)."""
MOST_OPEN: Final = 40
MOST_BYTES: Final = 2048 * MB
_LARGEST: Final = max(form.limit for form in FORMS.values())


class PieceChanged(Invalid):
    code = "evidence.piece_changed"
    message = "A piece of the file was changed on its way."
    remedy = "Send this piece again."


class WrongPlace(Refusal):
    """``received`` says where to go on."""

    code = "evidence.piece_place"
    message = "The next piece starts at byte {received}."
    remedy = "Go on from there."


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file has come."""

    id: UUID
    size: int
    received: int
    piece: int = PIECE


def begin(
    *,
    actor: Actor,
    at: datetime,
    name: str,
    size: int,
    mark: str,
    party: str,
    case_id: UUID | None = None,
) -> Standing:
    """Say that a file comes; the same file of the same sender goes on where it stopped.

    Raises a FileRefused for a size that no form allows, Refusal where too much is unfinished.
    """
    require(actor, EvidencePermission.UPLOAD)
    actions.check_target(actor, case_id, party, Source.UPLOAD)
    if size <= 0:
        raise FileEmpty(field="file")
    if size > _LARGEST:
        raise FileTooBig(field="file", media_type="video/mp4", limit_mb=_LARGEST // MB)
    known = _own(actor).filter(mark=_mark(mark), size=size, subject_id=case_id, item_id=None).first()
    if known is not None:
        return _standing(_mended(known))
    _check_room(actor, size)
    made = Incoming.objects.create(
        id=uuid4(),
        uploader_id=actor.id,
        uploader_kind=str(actor.kind),
        party=party,
        subject_id=case_id,
        name=name[-255:],
        mark=_mark(mark),
        size=size,
        begun_at=at,
        touched_at=at,
    )
    return _standing(made)


def append(
    *, actor: Actor, at: datetime, incoming_id: UUID, offset: int, content: bytes, sha256: str
) -> Standing:
    """Add the next piece. Raises PieceChanged, WrongPlace (with where to go on), a FileRefused."""
    if not 0 < len(content) <= PIECE:
        raise Invalid(field="piece", remedy=f"Send between 1 and {PIECE} bytes at a time.")
    if hashlib.sha256(content).hexdigest() != sha256.lower():
        raise PieceChanged(field="piece")
    _mended(get_for(actor, incoming_id))
    with transaction.atomic():
        row = _own(actor).select_for_update().filter(id=incoming_id, item_id=None, ending_at=None).first()
        if row is None:
            raise NotFound(kind="file", id=str(incoming_id))
        if offset != row.received:
            raise WrongPlace(received=row.received)
        if offset + len(content) > row.size:
            raise Invalid(field="piece", remedy="The file is longer than was said; begin it again.")
        if offset == 0:
            _check_head(content, row.size)
        _write(_path(row.id), offset, content)
        row.received, row.touched_at = offset + len(content), at
        row.save(update_fields=["received", "touched_at"])
    return _standing(row)


def standing(actor: Actor, incoming_id: UUID) -> Standing:
    """How far it has come. Raises NotFound."""
    return _standing(_mended(get_for(actor, incoming_id)))


def finish(*, actor: Actor, at: datetime, incoming_id: UUID) -> ItemRef:
    """Take the whole file in; asked again it gives the same item. Raises WrongPlace, a FileRefused."""
    row = get_for(actor, incoming_id)
    if row.item_id is not None:
        return queries.ref(queries.get_for(actor, row.item_id))
    if row.received != row.size:
        raise WrongPlace(received=row.received)
    free = Q(ending_at=None) | Q(ending_at__lt=at - TAKING_IN)
    if _own(actor).filter(free, id=row.id, item_id=None).update(ending_at=at) == 0:
        raise Refusal(
            "The file is just being taken in.", code="evidence.taking_in", remedy="Ask again in a moment."
        )
    try:
        made = _take_in(row, actor, at)
    except FileRefused:
        _remove(row)
        raise
    except BihuanError:
        Incoming.objects.filter(id=row.id).update(ending_at=None)
        raise
    Incoming.objects.filter(id=row.id).update(item_id=made.id, touched_at=at)
    _path(row.id).unlink(missing_ok=True)
    return made


def abandon(*, actor: Actor, at: datetime, incoming_id: UUID) -> None:
    """Throw an unfinished file away. Raises NotFound."""
    del at
    row = get_for(actor, incoming_id)
    if row.item_id is None:
        _remove(row)


def sweep(*, at: datetime, files_at: datetime) -> int:
    """Remove files that nobody went on with, and bytes without a row. Returns how many files.

    ``files_at`` is the machine's own time, by which the disk dates its files (``at`` may be a drill's).
    """
    kept = accounts.kept_for("uploads", at=at)
    old = list(Incoming.objects.filter(touched_at__lt=at - kept))
    for row in old:
        _remove(row)
    before = (files_at - kept).timestamp()
    for path in _folder().glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before and not Incoming.objects.filter(id=path.name).exists():
                path.unlink()
    return len(old)


def get_for(actor: Actor, incoming_id: UUID) -> Incoming:
    """Raises NotFound, also for what somebody else sends."""
    row = _own(actor).filter(id=incoming_id).first()
    if row is None:
        raise NotFound(kind="file", id=str(incoming_id))
    return row


def _own(actor: Actor) -> QuerySet[Incoming]:
    return Incoming.objects.filter(uploader_id=actor.id, uploader_kind=str(actor.kind))


def _standing(row: Incoming) -> Standing:
    return Standing(row.id, row.size, row.received)


def _mended(row: Incoming) -> Incoming:
    """Where the disk holds less than the row says (another host, a lost disk), it starts anew."""
    path = _path(row.id)
    held = path.stat().st_size if path.exists() else 0
    if row.item_id is None and held < row.received:
        Incoming.objects.filter(id=row.id, item_id=None).update(received=0)
        row.received = 0
    return row


def _check_room(actor: Actor, size: int) -> None:
    waiting = _own(actor).filter(item_id=None)
    if waiting.count() >= MOST_OPEN or (waiting.aggregate(n=Sum("size"))["n"] or 0) + size > MOST_BYTES:
        raise Refusal(
            "Too many files are unfinished.",
            code="evidence.too_many",
            remedy="Finish or remove some of them first.",
        )


def _check_head(content: bytes, size: int) -> None:
    """The first piece tells what it is: what would be refused at the end is refused now."""
    if len(content) < min(size, HEAD):
        return
    form = form_of(content[:HEAD])
    if size > form.limit:
        raise FileTooBig(field="file", media_type=form.media_type, limit_mb=form.limit // MB)


def _take_in(row: Incoming, actor: Actor, at: datetime) -> ItemRef:
    with _path(row.id).open("rb") as stream:
        return actions.upload(
            actor=actor, at=at, content=stream, name=row.name, party=row.party, case_id=row.subject_id
        )


def _remove(row: Incoming) -> None:
    Incoming.objects.filter(id=row.id).delete()
    _path(row.id).unlink(missing_ok=True)


def _write(path: Path, offset: int, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, content, offset)
        os.fsync(handle)
    finally:
        os.close(handle)


def _folder() -> Path:
    return Path(settings.EVIDENCE_ROOT) / "unfinished"


def _path(incoming_id: UUID) -> Path:
    return _folder() / str(incoming_id)


def _mark(text: str) -> str:
    if not 8 <= len(text) <= 64 or not text.isascii():
        raise Invalid(
            field="mark", remedy="Give 8 to 64 letters and digits by which you know the file again."
        )
    return text
