from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bihuan.project.runtime import postgres

STAND_IN = "bihuan.project.runtime.tests.stand_in"
Up = Callable[..., "Running"]


class Running:
    """A supervisor in a process of its own, with its words in a file."""

    def __init__(
        self,
        home: Path,
        port: int,
        *words: str,
        command: list[str] | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.home, self.port = home, port
        self.words = home.parent / f"words-{time.monotonic_ns()}"
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        stand_in = [sys.executable, "-m", STAND_IN, str(home), str(port), *words]
        with self.words.open("w") as file:
            self.popen = subprocess.Popen(
                command or stand_in, stdout=file, stderr=file, env=variables or own, start_new_session=True
            )

    def said(self) -> str:
        return self.words.read_text()

    def wait_for(self, text: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while text not in self.said():
            assert time.monotonic() < end, f"{text!r} was never said:\n{self.said()}"
            time.sleep(0.05)

    def pids(self) -> dict[str, int]:
        recorded = json.loads((self.home / "processes.json").read_text())
        return {name: pid for name, pid, _ in recorded["processes"]}


def free_port() -> int:
    for port in range(20000 + os.getpid() % 10000, 60000, 2):
        with socket.socket() as one, socket.socket() as two:
            try:
                one.bind(("127.0.0.1", port))
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def alive(pids: dict[str, int]) -> list[str]:
    return [
        name for name, pid in pids.items()
        if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    ]  # fmt: skip


@pytest.fixture
def up(home: Path) -> Iterator[Up]:
    started: list[Running] = []

    def start(*words: str, port: int = 0) -> Running:
        started.append(Running(home, port or free_port(), *words))
        return started[-1]

    yield start
    for running in started:
        if running.popen.poll() is None:
            running.popen.terminate()
            running.popen.wait(40)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_with_the_database_last(up: Up, home: Path, how: int) -> None:
    running = up()
    running.wait_for("Ctrl-C stops everything")
    assert "sign in as somebody" in running.said()
    assert f"open http://localhost:{running.port}" in running.said()
    pids = running.pids()
    running.popen.send_signal(how)
    assert running.popen.wait(30) == 0
    assert alive(pids) == []
    assert postgres.status(home).state == "stopped"
    assert not (home / "processes.json").exists()


def test_what_falls_is_started_again_loudly(up: Up, home: Path) -> None:
    running = up()
    running.wait_for("Ctrl-C stops everything")
    before, database = running.pids(), postgres.status(home).pid
    os.kill(before["web"], signal.SIGKILL)
    running.wait_for("!! web was killed (SIGKILL); starting it again in 0.5 s (restart 1)")
    assert database
    os.kill(database, signal.SIGKILL)
    running.wait_for("!! the database ended unexpectedly")
    end = time.monotonic() + 30
    while running.pids().get("web") in (None, before["web"]):
        assert time.monotonic() < end, running.said()
        time.sleep(0.05)
    assert postgres.status(home).state == "running"


def test_what_never_works_pauses_longer_each_time(up: Up) -> None:
    running = up("crash")
    running.wait_for("worker ended with code 7; starting it again in 0.5 s (restart 1)")
    running.wait_for("starting it again in 1 s (restart 2)")


def test_a_killed_supervisor_takes_its_children_along_and_the_next_goes_on(up: Up, home: Path) -> None:
    first = up()
    first.wait_for("Ctrl-C stops everything")
    pids, database = first.pids(), postgres.status(home).pid
    first.popen.kill()
    first.popen.wait()
    end = time.monotonic() + 10
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert alive(pids) == []
    second = up(port=first.port)
    second.wait_for("Ctrl-C stops everything")
    assert postgres.status(home).pid == database


def test_a_busy_port_is_named_and_nothing_is_started(up: Up, home: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        running = up(port=port)
        assert running.popen.wait(30) == 1
    assert f"Port {port + 1} (live updates) is in use by python" in running.said()
    assert str(os.getpid()) in running.said()
    assert not (home / "postgres").exists()


def test_a_second_supervisor_of_one_home_is_refused(up: Up) -> None:
    first = up()
    first.wait_for("Ctrl-C stops everything")
    second = up()
    assert second.popen.wait(30) == 1
    assert f"runs already on {first.home} (supervisor {first.popen.pid})" in second.said()
