"""One file that holds all of an installation: database, evidence, anchors, erasure list, keys.

A tar of: database.dump (pg_dump's custom form), evidence/…, anchors/…, erasures…, keys/…, and at its end
manifest.json with the SHA-256 and size of every other member. The database is dumped first: whatever evidence
it names is in the folder by then, because evidence is written once and before its row.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO

from bihuan.project.runtime import clients
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import Say

FORM = 1
MANIFEST = "manifest.json"
# kept outside the database on purpose: what an older database does not know of yet
OUTSIDE = ("anchors", "erasures")
CHUNK = 1 << 20


class Hashing(io.RawIOBase):
    """Passes a stream on and remembers its digest and length."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest, self.length = stream, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        self.length += len(block)
        return block


def write(home: Path, owner_url: str, target: Path, say: Say, *, with_keys: bool = True) -> None:
    """Write a backup, complete or not at all; it can be written while everything runs."""
    if target.exists():
        raise CannotRun("{file} exists already.", file=target, remedy="Name another file.")
    part = target.with_name(f"{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".bihuan-backup-", dir=target.parent) as folder:
            dumped = Path(folder) / "database.dump"
            say("Dumping the database")
            clients.dump(owner_url, dumped)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                _fill(file, [("database.dump", dumped), *_members(home, with_keys)], say)
                file.flush()
                os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise CannotRun(
            "The backup {file} could not be written: {why}.",
            file=target,
            why=error.strerror or error,
            remedy="Name a file in a folder that exists, can be written and has room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    say(f"Backup written: {target} ({target.stat().st_size / 2**20:.1f} MB)")
    if with_keys:
        say("It holds the keys, too: whoever has this file can read everything. Keep it as you keep a key.")


def _fill(file: IO[bytes], members: list[tuple[str, Path]], say: Say) -> None:
    written: dict[str, dict[str, str | int]] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for number, (name, path) in enumerate(members, 1):
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = path.stat().st_size, 0o600, int(path.stat().st_mtime)
            with path.open("rb") as stream:
                hashing = Hashing(stream)
                tar.addfile(info, hashing)
            written[name] = {"sha256": hashing.digest.hexdigest(), "size": hashing.length}
            if number % 1000 == 0:
                say(f"{number} of {len(members)} files")
        manifest = {
            "form": FORM,
            "program": version("bihuan"),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "members": written,
        }
        text = json.dumps(manifest, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        tar.addfile(info, io.BytesIO(text))


def evidence_root(home: Path) -> Path:
    """Where evidence lies: BIHUAN_EVIDENCE or the home's own folder."""
    return Path(os.environ.get("BIHUAN_EVIDENCE") or home / "evidence")


def _members(home: Path, with_keys: bool) -> list[tuple[str, Path]]:
    folders = [("evidence", evidence_root(home)), *_outside(home)]
    if with_keys:
        folders.append(("keys", home / "keys"))
    return [member for name, folder in folders for member in _files(name, folder)]


def _outside(home: Path) -> list[tuple[str, Path]]:
    found = [(path.name, path) for path in sorted(home.iterdir()) if path.name.startswith(OUTSIDE)]
    anchors = os.environ.get("BIHUAN_ANCHORS")
    return [*found, ("anchors", Path(anchors))] if anchors else found


def _files(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    if folder.is_file():
        yield name, folder
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{name}/{path.relative_to(folder).as_posix()}", path


def verify(source: Path) -> tuple[int, str]:
    """Read a backup again without unpacking it and compare every file with the manifest.

    How many files it holds, and the SHA-256 of the whole. Raises CannotRun where it is damaged.
    """
    try:
        with source.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest()
        with tarfile.open(source, "r:") as tar:
            manifest, found = _read_again(tar)
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise CannotRun(
            "{file} cannot be read as a backup: {why}.",
            file=source,
            why=getattr(error, "strerror", None) or error,
            remedy="Name a file that bihuan backup wrote.",
        ) from error
    known = {name: (member["sha256"], member["size"]) for name, member in manifest.items()}
    if known != found:
        raise CannotRun("The backup {file} is damaged.", file=source, remedy="Make another backup.")
    return len(found), whole


def _read_again(tar: tarfile.TarFile) -> tuple[dict[str, dict[str, str | int]], dict[str, tuple[str, int]]]:
    found: dict[str, tuple[str, int]] = {}
    manifest: dict[str, dict[str, str | int]] = {}
    for info in tar:
        stream = tar.extractfile(info)
        if stream is None:
            raise tarfile.TarError(f"it has an unexpected member {info.name!r}")
        if info.name == MANIFEST:
            manifest = dict(json.load(stream)["members"])
            continue
        hashing = Hashing(stream)
        while hashing.read(CHUNK):
            pass
        found[info.name] = (hashing.digest.hexdigest(), hashing.length)
    return manifest, found


def unpack(source: Path, target: Path) -> None:
    """Take a backup apart into an empty folder and compare every file with the manifest."""
    try:
        with tarfile.open(source, "r:") as tar:
            found = dict(_extracted(tar, target))
    except (OSError, tarfile.TarError) as error:
        raise CannotRun(
            "{file} cannot be read as a backup: {why}.",
            file=source,
            why=getattr(error, "strerror", None) or error,
            remedy="Name a file that bihuan backup wrote.",
        ) from error
    manifest = _manifest(source, target)
    known = {name: (member["sha256"], member["size"]) for name, member in manifest["members"].items()}
    wrong = sorted(name for name in known.keys() | found.keys() if known.get(name) != found.get(name))
    if wrong:
        raise CannotRun(
            "The backup {file} is damaged: {count} of its files differ from its manifest, first {first}."
            " Nothing was restored.",
            file=source,
            count=len(wrong),
            first=wrong[0],
            remedy="Use another backup.",
        )


def _extracted(tar: tarfile.TarFile, target: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    for info in tar:
        name = PurePosixPath(info.name)
        if not info.isfile() or name.is_absolute() or ".." in name.parts:
            raise tarfile.TarError(f"it has an unexpected member {info.name!r}")
        if shutil.disk_usage(target).free < info.size + 64 * CHUNK:
            raise CannotRun(
                "There is no room to unpack the backup in {folder}.",
                folder=target,
                remedy="Make room, or set BIHUAN_HOME to a folder on another disk.",
            )
        stream = tar.extractfile(info)
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("wb") as file:
            path.chmod(0o600)
            hashing = Hashing(stream) if stream else Hashing(io.BytesIO())
            shutil.copyfileobj(hashing, file, CHUNK)
        if info.name != MANIFEST:
            yield info.name, (hashing.digest.hexdigest(), hashing.length)


def _manifest(source: Path, target: Path) -> dict[str, dict[str, dict[str, str | int]]]:
    path = target / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
        path.unlink()
        if manifest["form"] != FORM:
            raise CannotRun(
                "The backup {file} has form {form}, which this version does not know.",
                file=source,
                form=manifest["form"],
                remedy="Restore it with the version of Bihuan that wrote it, or a newer one.",
            )
        return {"members": dict(manifest["members"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRun(
            "{file} has no readable manifest: it is no backup, or it was cut off.",
            file=source,
            remedy="Name a file that bihuan backup wrote.",
        ) from error
