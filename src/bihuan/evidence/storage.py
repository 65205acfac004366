"""Where the contents lie. A store holds bytes under their SHA-256 and never changes them."""

from __future__ import annotations

import hashlib
import importlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from django.conf import settings

from bihuan.engine.errors import NotFound, Unavailable

CHUNK: Final = 1 << 20


class Store(Protocol):
    """A place for contents. ``name`` is kept with each blob, so that a later store can find older ones."""

    name: str

    def put(self, staged: Path, sha256: str) -> None:
        """Store a complete file durably; a content that is there already is only marked as fresh."""

    def open(self, sha256: str) -> BinaryIO:
        """A seekable stream. Raises NotFound."""

    def discard(self, sha256: str, *, before: datetime) -> bool:
        """Remove a content that nobody stored again since ``before``; False where it is fresher or gone."""

    def older(self, before: datetime) -> Iterator[str]:
        """The digests stored before that time."""


class LocalStore:
    """A folder of read-only files, ``ab/cd/<sha256>``; also what the tests and the embedded mode use."""

    name = "local"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.trash = root / "discarded"

    def put(self, staged: Path, sha256: str) -> None:
        path = self._path(sha256)
        with suppress(FileNotFoundError):
            os.utime(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        staged.chmod(0o440)
        try:
            os.link(staged, path)
        except FileExistsError:
            os.utime(path)
        _sync_folders(path.parent, self.root)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound(kind="evidence file", id=sha256) from None

    def discard(self, sha256: str, *, before: datetime) -> bool:
        """By way of the trash, so that a content stored again at this very moment is put back."""
        path, trash = self._path(sha256), self.trash / sha256
        self.trash.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(path, trash)
        except FileNotFoundError:
            return False
        return self._empty(trash, before)

    def older(self, before: datetime) -> Iterator[str]:
        """First settles what a killed clean-up left in the trash."""
        for left in list(self.trash.glob("*")) if self.trash.exists() else []:
            self._empty(left, before)
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    yield path.name

    def _empty(self, trash: Path, before: datetime) -> bool:
        if trash.stat().st_mtime < before.timestamp():
            trash.unlink()
            return True
        path = self._path(trash.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.link(trash, path)
        trash.unlink()
        return False

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256


def store() -> Store:
    """The store that new contents go to: ``BIHUAN_EVIDENCE_S3=s3://bucket/prefix``, or the local folder.

    Raises Unavailable where the S3 extra is asked for but not installed.
    """
    return store_named("s3" if os.environ.get("BIHUAN_EVIDENCE_S3") else "local")


def store_named(name: str) -> Store:
    """The store that a blob says it lies in."""
    if name == "local":
        return LocalStore(Path(settings.EVIDENCE_ROOT))
    module = importlib.import_module("bihuan.evidence.s3")
    made: Store = module.connect(os.environ.get("BIHUAN_EVIDENCE_S3", ""))
    return made


@contextmanager
def staging() -> Iterator[Path]:
    """A path for a file on its way in; whatever is left there is removed at the end."""
    folder = Path(settings.EVIDENCE_ROOT) / "incoming"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(service=f"evidence folder ({error.strerror})") from error
    path = folder / secrets.token_hex(16)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def sweep_staging(before: datetime) -> int:
    """Remove what killed uploads left behind; the number of files removed."""
    removed = 0
    for path in (Path(settings.EVIDENCE_ROOT) / "incoming").glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
    return removed


def digest_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and length of what a stream still holds."""
    sha, size = hashlib.sha256(), 0
    while block := file.read(CHUNK):
        sha.update(block)
        size += len(block)
    return sha.hexdigest(), size


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folders(folder: Path, root: Path) -> None:
    """Names are durable only when their folders are; new folders up to the root included."""
    for each in (folder, folder.parent, root):
        sync_file(each)
