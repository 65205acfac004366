"""Start, reuse and stop the embedded PostgreSQL: a server of ours, reached by a socket only.

Everybody who uses the server holds a shared lock on HOME/users.lock; who leaves last stops it. A server left
behind by a killed process is found by its pid file and taken over.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from bihuan.project.runtime import binaries as programs
from bihuan.project.runtime import cluster as clusters
from bihuan.project.runtime.cluster import Cluster
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import Say, prepare, say_aloud

LOG_LIMIT = 16 * 2**20
PR_SET_PDEATHSIG = 1
FAST_AND_LOSSY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


@dataclass
class Server:
    """A running server in use by this process; call ``release`` when done."""

    cluster: Cluster
    pid: int
    started: bool
    _lease: IO[bytes] = field(repr=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Address for the program's role."""
        return self.cluster.url(clusters.APP)

    @property
    def owner_url(self) -> str:
        """Address for the role that owns the schema (migrations)."""
        return self.cluster.url(clusters.OWNER)

    @property
    def admin_url(self) -> str:
        """Address of the superuser, for tools of operation only."""
        return self.cluster.url(clusters.ADMIN)

    def alive(self) -> bool:
        """Whether this very server still runs."""
        if self._child is not None:
            return self._child.poll() is None
        return _is_ours(self.pid, self.cluster.data)

    def release(self, say: Say = say_aloud) -> None:
        """Stop the server if nobody else uses it."""
        with _starting(self.cluster.home):
            try:
                fcntl.flock(self._lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("The database goes on running: another Bihuan process uses it.")
            else:
                _stop(self.cluster, say)
            finally:
                self._lease.close()


@dataclass(frozen=True)
class Status:
    """What stands at a home: ``state`` is absent, stopped, starting, running."""

    state: str
    data: Path
    pid: int | None = None


def ensure_running(
    home: Path, *, say: Say = say_aloud, options: tuple[str, ...] = (), tied: bool = False
) -> Server:
    """Start the server of this home or join the running one. ``options`` are ``name=value`` of
    PostgreSQL; ``tied`` lets the server die with this process (tests)."""
    with _starting(prepare(home)):
        cluster = clusters.locate(home, say)
        if not (cluster.data / "PG_VERSION").exists():
            clusters.make(cluster, say, durable="fsync=off" not in options)
        clusters.check_version(cluster)
        pid, child = _find(cluster, say), None
        if pid is None:
            clusters.check_space(cluster, clusters.SPACE_TO_START)
            child = _launch(cluster, options, tied)
        try:
            _wait_ready(cluster, child, pid, say)
        except KeyboardInterrupt:
            if child:
                child.send_signal(signal.SIGINT)
                child.wait()
            raise
        lease = (home / "users.lock").open("ab")
        fcntl.flock(lease, fcntl.LOCK_SH)
        return Server(cluster, child.pid if child else pid or 0, child is not None, lease, child)


def stop(home: Path, say: Say = say_aloud) -> bool:
    """Stop the server of this home whoever uses it; false when none ran."""
    with _starting(prepare(home)):
        return _stop(clusters.locate(home, say), say)


def status(home: Path) -> Status:
    """What runs at this home; changes nothing."""
    cluster = clusters.locate(home, lambda _: None)
    if not (cluster.data / "PG_VERSION").exists():
        return Status("absent", cluster.data)
    pid = _recorded_pid(cluster)
    if pid is None or not _is_ours(pid, cluster.data):
        return Status("stopped", cluster.data)
    return Status("running" if _is_ready(cluster) else "starting", cluster.data, pid)


@contextmanager
def _starting(home: Path) -> Iterator[None]:
    """One start or stop at a time for each home."""
    with (home / "start.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _find(cluster: Cluster, say: Say) -> int | None:
    """Pid of a server that runs on this data already; clears away what a dead one left."""
    pid = _recorded_pid(cluster)
    if pid is not None and _is_ours(pid, cluster.data):
        return pid
    _clear_orphans(cluster, say)
    if pid is not None and _holds(pid):
        say(f"The pid file of the database names process {pid}, which is another program: removed as stale.")
        (cluster.data / "postmaster.pid").unlink()
    for left in cluster.socket.glob(".s.PGSQL.*"):
        left.unlink()  # nobody listens there any more, and its lock may name another program by now
    return None


def _holds(pid: int) -> bool:
    """Whether the number is taken by a program (or a dead child of ours, which is cleared away here)."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return psutil.pid_exists(pid)


def _clear_orphans(cluster: Cluster, say: Say) -> None:
    """Backends outlive a killed postmaster for a moment; no new one may start beside them."""
    orphans = _inhabitants(cluster.data)
    if not orphans:
        return
    say(f"Waiting for {len(orphans)} processes that a killed database server left behind")
    _, alive = psutil.wait_procs(orphans, timeout=5)
    for process in alive:
        process.send_signal(signal.SIGQUIT)
    _, alive = psutil.wait_procs(alive, timeout=10)
    if alive:
        raise CannotRun(
            "Processes of a killed database server still run on {data}: {pids}.",
            data=cluster.data,
            pids=", ".join(str(process.pid) for process in alive),
            remedy="Wait until they have ended (or end them), then start again.",
        )


def _recorded_pid(cluster: Cluster) -> int | None:
    try:
        return abs(int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _is_ours(pid: int, data: Path) -> bool:
    """A server's process works inside its data folder; another program with its old pid does not."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
    except psutil.AccessDenied:  # another account's: certainly not one that we may stop
        return False


def _inhabitants(data: Path) -> list[psutil.Process]:
    """Every live process that works inside the data folder."""
    running = psutil.process_iter(["name"])
    servers = [process for process in running if "postgres" in (process.info["name"] or "")]
    return [process for process in servers if _is_ours(process.pid, data)]


def _launch(cluster: Cluster, options: tuple[str, ...], tied: bool) -> subprocess.Popen[bytes]:
    server = programs.reachable(cluster.binaries, cluster.account)
    command = [server.tool("postgres"), "-D", str(cluster.data), "-k", str(cluster.socket)]
    for option in options:
        command += ["-c", option]
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_LIMIT:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    with clusters.umask(0o077), cluster.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cluster.data.parent,
            env=clusters.clean_environment(),
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGQUIT) if tied else None,
            **cluster.account.popen(),
        )


def die_with_parent(with_signal: int) -> Callable[[], Any] | None:
    """For Popen: the child gets the signal when this thread's process ends (Linux; else None)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)


def _wait_ready(cluster: Cluster, child: subprocess.Popen[bytes] | None, pid: int | None, say: Say) -> None:
    """Wait without a limit: recovery after a crash takes what it takes, and is told about."""
    begun, told = time.monotonic(), 5.0
    while not _is_ready(cluster, child.pid if child else pid):
        gone = child.poll() is not None if child else not _is_ours(pid or 0, cluster.data)
        if gone:
            raise CannotRun(
                "The database did not start: {why}",
                why=_last_words(cluster.log),
                remedy="The whole story is in {log}.",
                log=cluster.log,
            )
        if time.monotonic() - begun > told:
            say(f"The database is still starting ({told:.0f} s): {_last_line(cluster.log)}")
            told += 5
        time.sleep(0.02)


def _is_ready(cluster: Cluster, pid: int | None = None) -> bool:
    """The server writes its state into the eighth line of its pid file."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready" and (pid is None or lines[0] == str(pid))


def _stop(cluster: Cluster, say: Say) -> bool:
    pid = _recorded_pid(cluster)
    if pid is None or not _is_ours(pid, cluster.data):
        return False
    process = psutil.Process(pid)
    process.send_signal(signal.SIGINT)
    if not _gone(process, 60):
        say("The database does not stop: stopping it the hard way (it recovers at the next start)")
        process.send_signal(signal.SIGQUIT)
        _gone(process, 30)
    return True


def _gone(process: psutil.Process, seconds: float) -> bool:
    """Wait for the end of a process, child of ours or not."""
    try:
        process.wait(timeout=seconds)
    except psutil.TimeoutExpired:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True


def _last_words(log: Path) -> str:
    lines = _tail(log)
    grave = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "HINT:" in line]
    chosen = [line.split(": ", 1)[-1].strip() for line in grave[-2:]] or lines[-1:]
    return " ".join(chosen) or "it said nothing."


def _last_line(log: Path) -> str:
    return (_tail(log) or [""])[-1]


def _tail(log: Path) -> list[str]:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        return file.read().decode("utf-8", "replace").splitlines()
