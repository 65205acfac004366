"""A small soak: three processes are killed under load and nothing is lost; losses made on purpose are seen.

`make soak` is the long one, with fifty kills.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOSSES = {
    "complaint lost",
    "complaint twice",
    "evidence lost",
    "event lost or twice",
    "event lost",
    "notice lost or twice",
    "reaction lost",
    "job stuck",
    "journal",
    "clock wrong",
}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    own = {n: v for n, v in os.environ.items() if n != "DATABASE_URL" and not n.startswith("BIHUAN_")}
    if "BIHUAN_PGBIN" in os.environ:
        own["BIHUAN_PGBIN"] = os.environ["BIHUAN_PGBIN"]
    own["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    words = ["--kills", "3", "--first", "worker", "postmaster", "web", "--gap", "3", "--clients", "3"]
    words += ["--aged", "10", "--hurry", "--settle", "240", "--prove"]
    command = [sys.executable, "-m", "bench.soak", *words]
    done = subprocess.run(
        command, env=own, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr[-4000:]
    assert lines[-1].startswith("{"), done.stdout[-2000:] + done.stderr[-4000:]
    found: dict[str, Any] = json.loads(lines[-1])
    return found


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.xdist_group("robustness")
def test_nothing_acknowledged_is_lost_or_done_twice(figures: dict[str, Any]) -> None:
    assert figures["kills"] == 3
    assert figures["problems"] == {}
    assert figures["answers"].get("gave up", 0) == 0
    assert figures["acknowledged"]["complaints"] > 0
    assert figures["acknowledged"]["steps"] > 0


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.xdist_group("robustness")
def test_each_kind_of_loss_would_have_been_seen(figures: dict[str, Any]) -> None:
    assert figures["losses_not_found"] == []
    assert set(figures["losses_found_when_made"]) == LOSSES
