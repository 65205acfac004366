"""`bihuan up --demo` on a fresh home: seconds to the first page, and memory at rest with PostgreSQL included.

Memory is PSS (what is shared counts by its share) of the supervisor, everything below it, and the
database. Floors of the same run: a Python that has only set Django up (time and PSS), four of which is
what four processes cost at least.

python bench/idle.py [--rest 60]
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import stand

TARGET_MB, TARGET_SECONDS = 500.0, 10.0
BARE = "import django, sys; django.setup(); print('ready', flush=True); sys.stdin.readline()"


def main() -> int:
    """Start twice (fresh, and with the data there), rest, weigh, stop."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rest", type=float, default=60.0, help="seconds at rest before weighing")
    given = options.parse_args()
    about = stand.machine()
    with stand.folder() as root:
        home, port = root / "home", stand.free_port()
        own = environment(home)
        bare_seconds, bare_pss = bare(own)
        with started(own, port) as (fresh, up):
            time.sleep(given.rest)
            weighed = weigh(up, home)
        with started(own, port) as (again, up):
            pass
    total = sum(weighed.values())
    rows = [
        stand.figure(
            "first page after start, fresh home with demo",
            fresh,
            "s",
            floor=round(bare_seconds, 2),
            floor_is="one Python that sets Django up",
            target=f"< {TARGET_SECONDS:.0f}",
            ok=fresh < TARGET_SECONDS,
        ),
        stand.figure(
            "first page after start, data there",
            again,
            "s",
            floor=round(bare_seconds, 2),
            floor_is="one Python that sets Django up",
            target=f"< {TARGET_SECONDS:.0f}",
            ok=again < TARGET_SECONDS,
        ),
        stand.figure(
            f"PSS after {given.rest:.0f} s of rest, all processes",
            total,
            "MB",
            floor=round(3 * bare_pss, 1),
            floor_is="three Pythons that only set Django up, weighed alone",
            target=f"< {TARGET_MB:.0f}",
            ok=total < TARGET_MB,
        ),
        *(stand.figure(f"of it {name}", value, "MB") for name, value in weighed.items()),
    ]
    stand.show("idle", rows, **about)
    return 0


def environment(home: Path) -> dict[str, str]:
    """As a new user has it: nothing set but the folder."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("BIHUAN_") and n != "DATABASE_URL"}
    return kept | {"BIHUAN_HOME": str(home), "PYTHONPATH": stand.python_path()}


@contextmanager
def started(own: dict[str, str], port: int) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """Seconds from the command to the first page, and the supervisor."""
    command = [sys.executable, "-m", "bihuan.project.cli", "up", "--demo", "--port", str(port)]
    begun = time.monotonic()
    up = subprocess.Popen(
        command, env=own, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
    )
    try:
        stand.wait_for(port, "/", 180)
        yield time.monotonic() - begun, up
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def weigh(up: subprocess.Popen[bytes], home: Path) -> dict[str, float]:
    """PSS in MB by part."""
    place = home / "postgres.place"
    data = (Path(place.read_text().strip()) if place.exists() else home / "postgres") / "data"
    postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    found = {"database": sum(pss(p.pid) for p in [postmaster, *postmaster.children()])}
    database = {postmaster.pid, *(p.pid for p in postmaster.children())}
    for process in [psutil.Process(up.pid), *psutil.Process(up.pid).children(recursive=True)]:
        if process.pid not in database:
            name = part(process)
            found[name] = found.get(name, 0.0) + pss(process.pid)
    return found


def part(process: psutil.Process) -> str:
    """supervisor, web, live or worker; children count with their parent."""
    named: Any = process.environ().get("BIHUAN_PROCESS", "bihuan-supervisor")
    return str(named).removeprefix("bihuan-")


def pss(pid: int) -> float:
    """MB of one process; 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def bare(own: dict[str, str]) -> tuple[float, float]:
    """Seconds and PSS of a Python that has set Django up and does nothing else."""
    begun = time.monotonic()
    made = {**own, "DJANGO_SETTINGS_MODULE": "bihuan.project.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", BARE], env=made, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if process.stdout is None or process.stdout.readline().strip() != b"ready":
        raise SystemExit("Django does not set up")
    seconds, weight = time.monotonic() - begun, pss(process.pid)
    process.communicate(b"\n")
    return seconds, weight


if __name__ == "__main__":
    sys.exit(main())
