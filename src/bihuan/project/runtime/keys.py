"""The secrets that lie outside the database: made at the first start, 0600, overridden by the environment."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import write_private

SIZE = 32


@dataclass(frozen=True)
class Keys:
    """``master`` wraps the keys of persons, ``blind`` makes look-up indexes, ``signing`` is the
    Ed25519 seed that signs journal anchors (32 bytes each); ``django`` is Django's secret key."""

    master: bytes
    blind: bytes
    signing: bytes
    django: str


VARIABLES = {
    "master": "BIHUAN_KEY_MASTER",
    "blind": "BIHUAN_KEY_BLIND",
    "signing": "BIHUAN_KEY_SIGNING",
    "django": "DJANGO_SECRET_KEY",
}


def load_or_create(home: Path) -> Keys:
    """Read the keys of this installation; each that is missing is made and written first."""
    found = {name: _read(home / "keys" / name, variable) for name, variable in VARIABLES.items()}
    return Keys(
        master=_decode("master", found["master"]),
        blind=_decode("blind", found["blind"]),
        signing=_decode("signing", found["signing"]),
        django=found["django"],
    )


def _read(path: Path, variable: str) -> str:
    if given := os.environ.get(variable):
        return given.strip()
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return _create(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(
            "The key {path} cannot be read: {why}.",
            path=path,
            why=error,
            remedy="Give it to the account that runs Bihuan (mode 0600), or put it back from a backup.",
        ) from error


def _create(path: Path) -> str:
    """Write a new key; of two processes that start at once, both use the one that was first."""
    value = base64.urlsafe_b64encode(secrets.token_bytes(SIZE)).decode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        write_private(fresh, value + "\n")
        try:
            os.link(fresh, path)
        except FileExistsError:
            return path.read_text("ascii").strip()
        finally:
            fresh.unlink()
    except OSError as error:
        raise CannotRun(
            "The key {path} cannot be written: {why}.",
            path=path,
            why=error.strerror,
            remedy="Set BIHUAN_HOME to a folder that you may write to.",
        ) from error
    return value


def _decode(name: str, text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != SIZE:
        raise CannotRun(
            "The key {name} is not 32 bytes in URL-safe base64.",
            name=name,
            remedy="Put the key back from a backup, or correct {variable}.",
            variable=VARIABLES[name],
        )
    return raw
