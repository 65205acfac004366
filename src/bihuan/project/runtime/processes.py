"""One process under the supervisor: started in a group of its own, its lines prefixed, ended for certain."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bihuan.project.runtime.home import Say
from bihuan.project.runtime.postgres import die_with_parent

SHORTEST, LONGEST, STEADY = 0.5, 30.0, 60.0  # seconds: first wait, longest wait, what counts as a good run
COLOURS = {"web": "36", "live": "35", "worker": "33", "database": "32"}
_printing = threading.Lock()


def show(name: str, line: str) -> None:
    """Print one line of one process; in colour on a terminal."""
    head = f"{name:<8} |"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        head = f"\x1b[{COLOURS.get(name, '1')}m{head}\x1b[0m"
    with _printing:
        print(head, line, flush=True)


@dataclass
class Process:
    """A command that has to run all the time."""

    name: str
    command: list[str]
    environment: dict[str, str]
    restarts: int = 0
    _popen: subprocess.Popen[str] | None = None
    _begun: float = 0.0
    _due: float = 0.0
    _wait: float = SHORTEST
    _reader: threading.Thread | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Process id while it runs; it leads a group of the same number."""
        return self._popen.pid if self._popen else None

    def start(self) -> None:
        """Start it; it dies with this process (call from the main thread)."""
        self._popen = subprocess.Popen(  # noqa: S603
            self.command,
            env={**os.environ, **self.environment, "BIHUAN_PROCESS": f"bihuan-{self.name}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        self._begun, self._due = time.monotonic(), 0.0
        self._reader = threading.Thread(target=self._read, args=(self._popen,), daemon=True)
        self._reader.start()

    def tend(self, say: Say) -> None:
        """Notice that it ended, and start it again after a growing pause."""
        if self._popen is None:
            if self._due and time.monotonic() >= self._due:
                self.start()
            return
        code = self._popen.poll()
        if code is None:
            return
        end_group(self._popen.pid)  # what it left behind would keep its port
        self._popen = None
        steady = time.monotonic() - self._begun > STEADY
        self._wait = SHORTEST if steady or not self.restarts else min(self._wait * 2, LONGEST)
        self.restarts += 1
        self._due = time.monotonic() + self._wait
        why = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"
        say(f"!! {self.name} {why}; starting it again in {self._wait:g} s (restart {self.restarts})")

    def ask_to_stop(self) -> None:
        """Let it finish what it has begun."""
        self._due = 0.0
        if self._popen and self._popen.poll() is None:
            self._popen.terminate()

    def stopped(self) -> bool:
        """Whether it has ended."""
        return self._popen is None or self._popen.poll() is not None

    def end(self) -> None:
        """End it and all that it started."""
        if self._popen:
            end_group(self._popen.pid)
            self._popen.wait()
            if self._reader:
                self._reader.join(timeout=2)

    def _read(self, popen: subprocess.Popen[str]) -> None:
        if popen.stdout:
            for line in popen.stdout:
                show(self.name, line.rstrip())


def end_group(group: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def remember(home: Path, processes: list[Process]) -> None:
    """Write which processes run, so that the next start finds them if this supervisor is killed."""
    lines = []
    for process in processes:
        try:
            if process.pid:
                lines.append([process.name, process.pid, psutil.Process(process.pid).create_time()])
        except psutil.NoSuchProcess:
            continue
    temporary = home / ".processes.json"
    temporary.write_text(json.dumps({"supervisor": os.getpid(), "processes": lines}))
    temporary.replace(home / "processes.json")


def end_orphans(home: Path, say: Say) -> None:
    """End what a killed supervisor left; a number that another program has by now is left alone."""
    try:
        recorded = json.loads((home / "processes.json").read_text())["processes"]
    except (FileNotFoundError, ValueError, KeyError):
        return
    for name, pid, created in recorded:
        if _same_group(pid, created):
            say(f"Ending {name} (process {pid}), which a killed supervisor left running")
            end_group(pid)
    (home / "processes.json").unlink()


def _same_group(group: int, created: float) -> bool:
    """Whether any process of the group is one that started with or after its leader, as ours."""
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.pid == group:
                return abs(process.create_time() - created) < 1
            if os.getpgid(process.pid) == group and process.create_time() >= created - 1:
                return "python" in process.name() or "granian" in " ".join(process.cmdline())
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    return False
