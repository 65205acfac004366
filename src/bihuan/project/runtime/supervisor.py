"""`bihuan up`: database, migrations, then web, live and worker, restarted when they fall, stopped in order.

Ports: pages and API on PORT, live updates (server-sent events) on PORT+1; BIHUAN_LIVE_PORT tells the pages.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

import psutil

from bihuan.project.runtime import keys, ports, postgres
from bihuan.project.runtime.environment import environment
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import prepare
from bihuan.project.runtime.processes import Process, end_orphans, remember, show

GRACE = 15.0  # seconds for finishing what was begun
PYTHON = [sys.executable, "-P"]  # the folder one stands in is no place for modules
GIVE_UP = 4  # crashes of a process before the first page came
DEMO = {"BIHUAN_COMPLAINT_PHONE": "400-000-0000", "BIHUAN_COMPLAINT_MAIL": "complaints@example.com"}
"""What a demo names as the operator's own channels where nothing is set (PCN-4.2.c)."""


@dataclass(frozen=True)
class Options:
    """What the person asked for."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    blocking_threads: int = 8
    concurrency: int = 2


def say(line: str) -> None:
    """A line of the supervisor itself."""
    show("bihuan", line)


def run(options: Options) -> int:
    """Run until Ctrl-C or SIGTERM; 0 when everything was stopped in order."""
    home = prepare(options.home)
    stopping = _stop_on_signal()
    with _only_one(home):
        end_orphans(home, say)
        ports.check(options.host, options.port, "pages")
        ports.check(options.host, options.port + 1, "live updates")
        keys.load_or_create(home)
        server = None if os.environ.get("DATABASE_URL") else _start_database(home, stopping)
        supervisor = Supervisor(options, environment(home, server), server, stopping)
        try:
            return supervisor.work()
        finally:
            supervisor.stop()


def _start_database(home: Path, stopping: threading.Event) -> postgres.Server:
    def say_unless_stopping(line: str) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        say(line)

    return postgres.ensure_running(home, say=say_unless_stopping)


class Supervisor:
    """Holds the processes of one installation."""

    def __init__(
        self,
        options: Options,
        variables: dict[str, str],
        server: postgres.Server | None,
        stopping: threading.Event,
    ) -> None:
        self.options = options
        self.server = server
        self.stopping = stopping
        self.variables = {
            **variables,
            "BIHUAN_LIVE_PORT": os.environ.get("BIHUAN_LIVE_PORT", str(options.port + 1)),
            "BIHUAN_ROLE": "app",
        }
        if options.demo:
            self.variables |= {name: os.environ.get(name, value) for name, value in DEMO.items()}
        self.variables.setdefault("BIHUAN_PUBLIC_URL", os.environ.get("BIHUAN_PUBLIC_URL", self.address))
        self.processes = commands(options, self.variables)
        self.welcome: list[str] = []
        self.welcomed = False

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the pages."""
        shown = "localhost" if self.options.host in ("127.0.0.1", "0.0.0.0", "::") else self.options.host  # noqa: S104
        return f"http://{shown}:{self.options.port}"

    def work(self) -> int:
        """Migrate, load the demo if asked for, start all, tend them."""
        say("Bringing the database's schema up to date" + (", loading the demo" * self.options.demo))
        words = ["migrate", "--demo"] if self.options.demo else ["migrate"]
        said = self._step("migrate", [*PYTHON, "-m", "bihuan.project.cli", *words])
        self.welcome = said if self.options.demo else []
        if not self.stopping.is_set():
            for process in self.processes:
                process.start()
            remember(self.options.home, self.processes)
            threading.Thread(target=self._announce, daemon=True).start()
        while not self.stopping.wait(0.2):
            self._tend()
        return 0

    def stop(self) -> None:
        """Ask all to finish, end what does not, and stop the database last."""
        say("Stopping")
        for process in self.processes:
            process.ask_to_stop()
        self.stopping.clear()  # a second Ctrl-C shortens the wait
        end = time.monotonic() + GRACE
        while time.monotonic() < end and not all(process.stopped() for process in self.processes):
            if self.stopping.wait(0.05):
                break
        for process in self.processes:
            process.end()
        (self.options.home / "processes.json").unlink(missing_ok=True)
        if self.server:
            self.server.release(say)
        say("Stopped; the data is kept in " + str(self.options.home))

    def _tend(self) -> None:
        if self.server and not self.server.alive():
            say("!! the database ended unexpectedly; starting it again (it recovers by itself)")
            self.server = postgres.ensure_running(self.options.home, say=say)
        before = [process.pid for process in self.processes]
        for process in self.processes:
            process.tend(say)
            if process.restarts >= GIVE_UP and not self.welcomed:
                raise CannotRun(
                    "{name} ended {count} times before the first page came; its words are above.",
                    name=process.name,
                    count=process.restarts,
                    remedy="Put right what it says, then start again.",
                )
        if before != [process.pid for process in self.processes]:
            remember(self.options.home, self.processes)

    def _announce(self) -> None:
        """Wait for the first page, then say where it is and how long all of it took."""
        while not self.stopping.is_set():
            if status := first_page(self.options.host, self.options.port):
                break
            time.sleep(0.1)
        else:
            return
        self.welcomed = True
        if status >= 500:
            say(f"!! the first page answers with error {status}; the lines of web say why")
        took = time.time() - psutil.Process().create_time()
        say(f"Ready after {took:.1f} s: open {self.address}")
        for line in self.welcome:
            say(line)
        say("Ctrl-C stops everything; the data stays.")

    def _step(self, name: str, command: list[str]) -> list[str]:
        """Run one step of the preparation as the schema's owner; its words are shown, and given back."""
        own = {**os.environ, **self.variables, "BIHUAN_ROLE": "owner", "BIHUAN_LOG_LEVEL": "WARNING"}
        step = subprocess.Popen(  # noqa: S603
            command,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=postgres.die_with_parent(signal.SIGTERM),
        )
        lines: list[str] = []
        readers = [
            threading.Thread(target=_read, args=(step.stdout, lines.append), daemon=True),
            threading.Thread(target=_read, args=(step.stderr, lambda line: show(name, line)), daemon=True),
        ]
        for reader in readers:
            reader.start()
        while step.poll() is None:
            if self.stopping.wait(0.02):
                step.terminate()
        for reader in readers:
            reader.join(timeout=2)
        if (code := step.returncode) and not self.stopping.is_set():
            raise CannotRun(
                "The step {name} failed (code {ended}); its words are above.",
                name=name,
                ended=code,
                remedy="Nothing else was started. Put right what it says, then start again.",
            )
        return lines


def commands(options: Options, variables: dict[str, str]) -> list[Process]:
    """What has to run, in the order in which it is started."""
    django = [*PYTHON, "-m", "django"]
    serve = [*PYTHON, "-m", "granian", "--host", options.host, "--workers", "1", "--no-ws"]
    serve += ["--log-level", "error"]
    wsgi = ["--interface", "wsgi", "--blocking-threads", str(options.blocking_threads), "--backlog", "1024"]
    wsgi += ["--workers-kill-timeout", "10"]
    asgi = ["--interface", "asginl", "--backlog", "8192", "--backpressure", "8192"]
    asgi += ["--workers-kill-timeout", "1"]  # open streams never end by themselves; their browsers come back
    work = ["--concurrency", str(options.concurrency), "--delete-jobs", "successful"]
    work += ["--shutdown-graceful-timeout", "10", "--fetch-job-polling-interval", "1"]
    return [
        Process(
            "web",
            [*serve, "--port", str(options.port), *wsgi, "bihuan.project.wsgi:application"],
            variables,
        ),
        Process(
            "live",
            [*serve, "--port", str(options.port + 1), *asgi, "bihuan.project.asgi:application"],
            # it writes no names: pypinyin's table of phrases would only take 44 MB there
            {**variables, "PYPINYIN_NO_PHRASES": "1"},
        ),
        Process("worker", [*django, "procrastinate", "worker", *work], variables),
    ]


def first_page(host: str, port: int) -> int:
    """HTTP status of the first page; 0 while nothing answers."""
    reach = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    connection = http.client.HTTPConnection(reach, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _read(stream: IO[str] | None, take: Callable[[str], object]) -> None:
    for line in stream or ():
        take(line.rstrip())


def _stop_on_signal() -> threading.Event:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotRun(
                "Bihuan runs already on {home} (supervisor {pid}).",
                home=home,
                pid=lock.read().strip() or "unknown",
                remedy="Stop it first, or set BIHUAN_HOME to another folder and choose another --port.",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
