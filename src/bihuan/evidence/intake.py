"""Receiving a file: measured, checked and stripped on the way, before anything is stored."""

from __future__ import annotations

import errno
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bihuan.engine.errors import Unavailable
from bihuan.evidence.checks import check_whole, make_public
from bihuan.evidence.errors import FileEmpty, FileTooBig
from bihuan.evidence.sniff import HEAD, MB, Form, form_of
from bihuan.evidence.storage import CHUNK, digest_of, staging, sync_file


@dataclass(frozen=True, slots=True)
class Content:
    """A checked content on the local disk, durable, not yet in the store."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Received:
    """A file that passed all checks, with the copy for others where its form has one."""

    form: Form
    original: Content
    public: Content | None


@contextmanager
def received(source: BinaryIO | bytes) -> Iterator[Received]:
    """Take a stream in; its files live until the end of the block.

    Raises a FileRefused (see errors), or Unavailable where the disk is full.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    with staging() as path, staging() as copy:
        try:
            yield _receive(stream, path, copy)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise
            raise Unavailable(service="evidence store (disk full)") from error


def _receive(stream: BinaryIO, path: Path, copy: Path) -> Received:
    form, original = _write(stream, path)
    check_whole(path, form)
    public = None
    if make_public(path, copy, form):
        public = _measured(copy)
    return Received(form, original, public)


def _write(stream: BinaryIO, path: Path) -> tuple[Form, Content]:
    """Copy the stream, stopping as soon as the limit of its form is passed."""
    block = _first(stream)
    if not block:
        raise FileEmpty(field="file")
    form, sha, size = form_of(block[:HEAD]), hashlib.sha256(), 0
    with path.open("xb") as file:
        while block:
            size += len(block)
            if size > form.limit:
                raise FileTooBig(field="file", media_type=form.media_type, limit_mb=form.limit // MB)
            sha.update(block)
            file.write(block)
            block = stream.read(CHUNK)
    sync_file(path)
    return form, Content(path, sha.hexdigest(), size)


def _first(stream: BinaryIO) -> bytes:
    """At least HEAD bytes, where there are so many: a stream may give them in small pieces."""
    block = b""
    while len(block) < HEAD and (more := stream.read(CHUNK)):
        block += more
    return block


def _measured(path: Path) -> Content:
    with path.open("rb") as file:
        sha256, size = digest_of(file)
    sync_file(path)
    return Content(path, sha256, size)
