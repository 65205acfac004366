"""The data folder of the embedded database: where it lies, how it is made, what its passwords are."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bihuan.project.runtime import account as accounts
from bihuan.project.runtime import binaries as programs
from bihuan.project.runtime.account import Account
from bihuan.project.runtime.binaries import Binaries
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import Say, prepare, write_private

DATABASE = "bihuan"
OWNER, APP, ADMIN = "bihuan_owner", "bihuan_app", "postgres"
SOCKET_LIMIT = 100  # bytes of the whole path; the system's limit is 107 (103 on macOS)
SPACE_TO_MAKE, SPACE_TO_START = 300 * 2**20, 64 * 2**20
CONFIGURATION = """\
# Written once by Bihuan; yours to change from then on.
listen_addresses = ''
max_connections = 60
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
max_wal_size = 1GB
min_wal_size = 80MB
jit = off
max_parallel_workers_per_gather = 1
autovacuum_max_workers = 2
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_error_statement = panic
password_encryption = 'scram-sha-256'
idle_in_transaction_session_timeout = '10min'
"""
NEW_IN_18 = "io_method = sync\n"
ACCESS = "local all all scram-sha-256\nlocal replication postgres scram-sha-256\n"


@dataclass(frozen=True)
class Cluster:
    """One embedded database: its folders, programs and the account of its server."""

    home: Path
    place: Path
    socket: Path
    binaries: Binaries
    account: Account

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgres.log"

    @property
    def passwords(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.home / "passwords.json").read_text())
        return found

    def url(self, role: str, database: str = DATABASE) -> str:
        """libpq address of the database for one role; it holds the password."""
        return (
            f"postgresql://{role}:{self.passwords[role]}@/{database}?host={quote(str(self.socket), safe='')}"
        )


def locate(home: Path, say: Say) -> Cluster:
    """Find the folders and programs of the database of this home; nothing is started."""
    prepare(home)
    binaries = programs.find()
    place = _recorded_place(home)
    account = accounts.choose(place / "data")
    if account.switch and not _usable(place, account):
        place = _place_elsewhere(home, place, account, say)
        account = accounts.choose(place / "data")
    _check_ours(place / "data", account)
    if not (home / "passwords.json").exists():
        made = {role: secrets.token_hex(24) for role in (OWNER, APP, ADMIN)}
        write_private(home / "passwords.json", json.dumps(made))
    return Cluster(home, place, _socket_folder(home, place, account), binaries, account)


def make(cluster: Cluster, say: Say, *, durable: bool = True) -> None:
    """Make the data folder with its roles, so that it is there either complete or not at all."""
    check_space(cluster, SPACE_TO_MAKE)
    say(f"Making the database in {cluster.data} (PostgreSQL {cluster.binaries.version})")
    fresh = cluster.place / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    server = programs.reachable(cluster.binaries, cluster.account)
    sync = [] if durable else ["--no-sync"]
    options = ["--no-locale", "--encoding=UTF8", "--data-checksums", "--auth=reject", "-U", ADMIN, *sync]
    _run(cluster, [server.tool("initdb"), "-D", str(fresh), *options])
    newer = NEW_IN_18 if cluster.binaries.major >= 18 else ""
    _append(fresh / "postgresql.conf", CONFIGURATION + newer)
    (fresh / "pg_hba.conf").write_text(ACCESS)
    words = cluster.passwords
    roles = [
        f"ALTER ROLE {ADMIN} PASSWORD '{words[ADMIN]}'",
        f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{words[OWNER]}'",
        f"CREATE ROLE {APP} LOGIN PASSWORD '{words[APP]}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}",
    ]
    single = [server.tool("postgres"), "--single", "-D", str(fresh)]
    _run(cluster, [*single, "postgres"], "\n".join(roles) + "\n")
    fresh.rename(cluster.data)


def check_version(cluster: Cluster) -> None:
    """Refuse a data folder that another major version made; the way over is a dump."""
    found = (cluster.data / "PG_VERSION").read_text().strip()
    if found != str(cluster.binaries.major):
        raise CannotRun(
            "The data in {data} was made by PostgreSQL {found}; the programs in use are PostgreSQL {major}."
            " Nothing was touched.",
            data=cluster.data,
            found=found,
            major=cluster.binaries.major,
            remedy="With BIHUAN_PGBIN set to the programs of PostgreSQL {found}: bihuan db dump FILE."
            " Then move the data folder away, unset BIHUAN_PGBIN, and: bihuan db restore FILE.",
        )


def check_space(cluster: Cluster, needed: int) -> None:
    """Refuse beforehand what a full disk would break halfway."""
    free = shutil.disk_usage(cluster.place).free
    if free < needed:
        raise CannotRun(
            "Only {free} MB are free for {place}; the database needs {needed} MB to start."
            " Nothing was changed.",
            free=free // 2**20,
            needed=needed // 2**20,
            place=cluster.place,
            remedy="Make room on this disk, or set BIHUAN_HOME to a folder on another one.",
        )


def _recorded_place(home: Path) -> Path:
    try:
        return Path((home / "postgres.place").read_text("utf-8").strip())
    except FileNotFoundError:
        return home / "postgres"


def _usable(place: Path, account: Account) -> bool:
    """Make the folder for the account; false where it cannot get there."""
    place.mkdir(parents=True, exist_ok=True)
    if place.stat().st_uid == 0:
        account.own(place)
        place.chmod(0o700)
    return account.can(place, "w")


def _place_elsewhere(home: Path, place: Path, account: Account, say: Say) -> Path:
    if (place / "data").exists():
        raise CannotRun(
            "The account {account} cannot reach the database in {place}.",
            account=account.name,
            place=place,
            remedy="Let it pass (chmod o+x) through the folders above, or move the whole home to a folder"
            " that others may enter.",
        )
    place.rmdir()
    name = f"{home.parent.name or 'home'}-{hashlib.sha256(str(home).encode()).hexdigest()[:10]}"
    elsewhere = Path("/var/lib/bihuan") / name
    if not _usable(elsewhere, account):
        raise CannotRun(
            "The account {account} (PostgreSQL does not run as root) can reach neither {place} nor {other}.",
            account=account.name,
            place=place,
            other=elsewhere,
            remedy="Set BIHUAN_HOME to a folder that others may enter, such as one under /srv.",
        )
    (home / "postgres.place").write_text(f"{elsewhere}\n", "utf-8")
    say(
        f"The account {account.name}, under which PostgreSQL runs (it refuses root), cannot enter {home}:"
        f" the database is kept in {elsewhere} instead. {home / 'postgres.place'} says so too."
    )
    return elsewhere


def _check_ours(data: Path, account: Account) -> None:
    if data.exists() and data.stat().st_uid != account.uid:
        raise CannotRun(
            "The database in {data} belongs to another account than {account}.",
            data=data,
            account=account.name,
            remedy="Start Bihuan under the account that started it first (or as root).",
        )
    data.parent.mkdir(parents=True, exist_ok=True)


def _socket_folder(home: Path, place: Path, account: Account) -> Path:
    """A folder for the socket whose path is short enough, private to the server's account."""
    folder = place / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > SOCKET_LIMIT:
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        base = os.environ.get("XDG_RUNTIME_DIR") if not account.switch else None
        folder = Path(base or tempfile.gettempdir()) / f"bihuan-{account.uid}-{digest}"
        if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > SOCKET_LIMIT:
            folder = Path("/tmp") / folder.name  # noqa: S108
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = folder.lstat()
    if state.st_uid == os.geteuid() != account.uid:
        account.own(folder)
        state = folder.lstat()
    if folder.is_symlink() or state.st_uid != account.uid:
        raise CannotRun(
            "The folder {folder} for the database's socket belongs to somebody else.",
            folder=folder,
            remedy="Remove it, or set BIHUAN_HOME to a folder with a shorter path.",
        )
    folder.chmod(0o700)
    return folder


def _run(cluster: Cluster, command: list[str], text: str = "") -> None:
    """Run one program under the server's account; its last lines become the refusal."""
    done = subprocess.run(  # noqa: S603
        command,
        input=text,
        text=True,
        capture_output=True,
        check=False,
        cwd=cluster.place,
        env=clean_environment(),
        **cluster.account.popen(),
    )
    said = (done.stdout + done.stderr).strip()
    # a single-user server goes on after a failed statement and still exits with 0
    failed = [line for line in said.splitlines() if "ERROR:" in line or "FATAL:" in line]
    if done.returncode or failed:
        raise CannotRun(
            "The database could not be made: {why}",
            why=" ".join(failed or said.splitlines()[-3:]) or f"{command[0]} ended with {done.returncode}.",
            remedy="Put that right and start again; the unfinished folder is removed then.",
        )


def clean_environment() -> dict[str, str]:
    """No PG… variable of the person at the terminal may steer the embedded server."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Files made inside are as private as the mask says."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
