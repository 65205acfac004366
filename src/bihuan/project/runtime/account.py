"""Under whose account the database server runs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.project.runtime.errors import CannotRun

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of the machine; ``switch`` is true where we are root and drop to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that start a program under this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a path to the account (root only; otherwise it is ours already)."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def can(self, path: Path, how: str = "x") -> bool:
        """Whether the account itself can reach the path (``how``: r, w or x)."""
        test = ["/bin/sh", "-c", f'test -{how} "$1"', "sh", str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.popen()).returncode == 0  # noqa: S603


def choose(data: Path) -> Account:
    """Ourselves, or as root the owner of the data, or else an existing unprivileged account."""
    uid = os.geteuid()
    if uid != 0:
        return _named(pwd.getpwuid(uid), switch=False)
    if data.exists() and data.stat().st_uid != 0:
        return _named(pwd.getpwuid(data.stat().st_uid), switch=True)
    wanted = os.environ.get("BIHUAN_PGUSER")
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            return _named(pwd.getpwnam(name), switch=True)
        except KeyError:
            continue
    raise CannotRun(
        "PostgreSQL does not run as root, and there is no account {names} to run it under.",
        names=wanted or " or ".join(CANDIDATES),
        remedy="Start Bihuan as an ordinary user, or name an unprivileged account in BIHUAN_PGUSER.",
    )


def _named(entry: pwd.struct_passwd, *, switch: bool) -> Account:
    if switch and entry.pw_uid == 0:
        raise CannotRun(
            "PostgreSQL does not run as root.", remedy="Name an unprivileged account in BIHUAN_PGUSER."
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch)
