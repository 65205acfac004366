from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bihuan.engine.errors import BihuanError
from bihuan.project.runtime import postgres, testing


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the server's account can reach (pytest's own folders are closed to others)."""
    folder = Path(tempfile.mkdtemp(dir=os.environ[testing.ROOT]))
    folder.chmod(0o711)
    yield folder / "home"
    stop_all(folder / "home")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def said() -> list[str]:
    return []


def stop_all(home: Path) -> None:
    """End whatever server a test left."""
    try:
        pid = postgres.status(home).pid if home.exists() else None
    except BihuanError:
        pid = None
    if pid:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGQUIT)
        process.wait(10)
