"""The whole program as a person starts it, for tests of pages and journeys: ``bihuan up --demo``.

It has a home, a database and ports of its own, so that it neither waits for other tests nor holds them up.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 420
"""Seconds in which the demo has to be there, on a machine that does other things too."""
OTHERS = ("DATABASE_URL", "BIHUAN_DATABASE_OWNER_URL", "BIHUAN_ROLE", "BIHUAN_PUBLIC_URL", "BIHUAN_LIVE_PORT")
"""Variables of the test run that are not the program's."""


@dataclass
class Program:
    """A running demo."""

    url: str
    home: Path
    live_port: int
    variables: dict[str, str] = field(repr=False)

    def run(self, script: Path) -> Any:
        """What a script beside the tests says as JSON, with the database of this program."""
        done = subprocess.run(
            [sys.executable, str(script)],
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """Started by the first test that needs it, or the demo that BIHUAN_TEST_PROGRAM=PORT:HOME names."""
    own = {name: value for name, value in os.environ.items() if name not in OTHERS}
    own |= {"PYTHONPATH": str(ROOT / "src"), "BIHUAN_LOG_LEVEL": "WARNING"}
    if running := os.environ.get("BIHUAN_TEST_PROGRAM"):
        port, _, folder = running.partition(":")
        yield Program(f"http://localhost:{port}", Path(folder), int(port) + 1, {**own, "BIHUAN_HOME": folder})
        return
    home = Path(tempfile.mkdtemp(prefix="bihuan-program-"))
    home.chmod(0o711)  # the database's own account has to pass
    number = _two_free_ports()
    own["BIHUAN_HOME"] = str(home)
    with (home / "said").open("w+") as said:
        command = [sys.executable, "-m", "bihuan.project.cli", "up", "--demo", "--port", str(number)]
        process = subprocess.Popen(command, env=own, stdout=said, stderr=subprocess.STDOUT)
        try:
            _wait(process, home / "said")
            yield Program(f"http://localhost:{number}", home, number + 1, own)
        finally:
            process.terminate()
            process.wait(60)
            shutil.rmtree(home, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], said: Path) -> None:
    end = time.monotonic() + PATIENCE
    while "Ready after" not in said.read_text("utf-8"):
        assert process.poll() is None, said.read_text("utf-8")
        assert time.monotonic() < end, said.read_text("utf-8")
        time.sleep(0.2)


def _two_free_ports() -> int:
    """A port for the pages whose next one is free too."""
    for port in range(18_400 + os.getpid() % 1000, 30_000, 2):
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("there are no two free ports")
