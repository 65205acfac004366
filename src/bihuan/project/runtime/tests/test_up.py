"""The real programs under `bihuan up`, then a real backup put back elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from bihuan.project.runtime import postgres
from bihuan.project.runtime.tests.test_supervisor import Running, free_port

BIHUAN = [sys.executable, "-P", "-m", "bihuan.project.cli"]
SERVERS = ("DATABASE_URL", "BIHUAN_DATABASE_OWNER_URL", "BIHUAN_ROLE")
IDLE_LIMIT = 500  # MB, PostgreSQL included


def own(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SERVERS}
    return {**kept, "BIHUAN_HOME": str(home)}


def bihuan(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*BIHUAN, *words], env=own(home), capture_output=True, text=True)


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def megabytes(pid: int) -> float:
    leader = psutil.Process(pid)
    return sum(p.memory_full_info().pss for p in [leader, *leader.children(recursive=True)]) / 2**20


@pytest.mark.slow
def test_up_backup_while_it_runs_stop_and_restore(home: Path) -> None:
    port = free_port()
    running = Running(home, port, command=[*BIHUAN, "up", "--port", str(port)], variables=own(home))
    try:
        running.wait_for("Ctrl-C stops everything", 120)
        assert "!!" not in running.said()
        assert (status(port) < 500, status(port + 1) < 500) == (True, True)
        assert megabytes(running.popen.pid) < IDLE_LIMIT
        saved = bihuan(home, "backup", str(home.parent / "all.tar"))
        assert saved.returncode == 0, saved.stderr
    finally:
        running.popen.send_signal(signal.SIGTERM)
        running.popen.wait(60)
    assert running.popen.returncode == 0
    assert postgres.status(home).state == "stopped"
    other = home.parent / "other"
    restored = bihuan(other, "restore", str(home.parent / "all.tar"))
    assert restored.returncode == 0, restored.stderr
    assert "new epoch" in restored.stderr
    shown = bihuan(other, "db", "psql", "--", "-At", "-c", "select epoch from journal_deployment")
    assert shown.stdout == "2\n"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["backup"], ["up", "--port", "x"]])
def test_wrong_words_give_a_usage_line(home: Path, words: list[str]) -> None:
    done = bihuan(home, *words)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: bihuan")


def test_errors_are_one_sentence_without_a_traceback(home: Path) -> None:
    done = bihuan(home, "restore", "/nowhere/file.tar")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("bihuan: /nowhere/file.tar cannot be read as a backup")
    assert "Traceback" not in done.stderr
