"""Where one installation keeps its things, and which lines it prints about it.

HOME/keys                the secrets, 0700
HOME/passwords.json      passwords of the embedded database's roles, 0600
HOME/postgres/data       its data, or elsewhere: HOME/postgres.place then names the folder
HOME/evidence            files, content-addressed
HOME/log                 what the processes wrote
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bihuan.project.runtime.errors import CannotRun

Say = Callable[[str], None]


def say_aloud(line: str) -> None:
    """Print one line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


def default() -> Path:
    """The folder that BIHUAN_HOME names, or .bihuan of the current folder."""
    return Path(os.environ.get("BIHUAN_HOME") or ".bihuan").expanduser().absolute()


def prepare(home: Path) -> Path:
    """Make the folder where it is missing and check that it can be written."""
    try:
        (home / "log").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(
            "The data folder {home} cannot be written: {why}.",
            home=home,
            why=error.strerror,
            remedy="Set BIHUAN_HOME to a folder that you may write to.",
        ) from error
    return home


def write_private(path: Path, text: str) -> None:
    """Write a secret so that it is complete and 0600 at every moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
