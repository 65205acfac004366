"""What measurements stand on: a home of their own with an embedded PostgreSQL, and its processes.

Everything lies in a temporary folder that is removed at the end, unless a folder is named to be kept.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psutil
import psycopg

from bihuan.project.runtime import environment, keys, postgres
from bihuan.project.runtime.processes import Process
from bihuan.project.runtime.supervisor import Options, commands

QUIET: Any = lambda _: None  # noqa: E731
READY = 120.0  # seconds for a process to answer


@dataclass
class Stand:
    """One installation for a measurement; Django is set up on it as the owner."""

    home: Path
    server: postgres.Server

    @property
    def owner(self) -> str:
        return self.server.owner_url

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of the superuser, outside Django."""
        return psycopg.connect(self.server.cluster.url("postgres"), autocommit=True)

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of a process of this installation."""
        made = {**environment.environment(self.home, self.server), "BIHUAN_ROLE": "app"}
        return made | {"BIHUAN_LOG_LEVEL": "ERROR", "PYTHONPATH": python_path()} | more


def python_path() -> str:
    """Where a process finds bihuan and bench."""
    root = Path(__file__).resolve().parent.parent
    return os.pathsep.join([str(root / "src"), str(root)])


@contextmanager
def folder(kept: Path | None = None) -> Iterator[Path]:
    """A folder that the database's account can reach; removed at the end unless it was named."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.absolute()
        return
    made = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        place = made / "home" / "postgres.place"
        if place.exists():
            shutil.rmtree(place.read_text().strip(), ignore_errors=True)
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def stand(kept: Path | None = None, *, options: tuple[str, ...] = ()) -> Iterator[Stand]:
    """Start the database as production does (``options`` besides), migrate, set Django up as the owner."""
    with folder(kept) as root:
        home = root / "home"
        server = postgres.ensure_running(home, say=QUIET, options=options, tied=True)
        try:
            keys.load_or_create(home)
            enter(home, server)
            migrate()
            yield Stand(home, server)
        finally:
            close_connections()
            server.release(QUIET)


def enter(home: Path, server: postgres.Server) -> None:
    """Let Django of this process stand on that database, as the owner."""
    os.environ.update(environment.environment(home, server))
    os.environ.update(BIHUAN_ROLE="owner", BIHUAN_HOME=str(home))
    os.environ.setdefault("BIHUAN_LOG_LEVEL", "ERROR")
    django.setup()


def migrate() -> None:
    """The schema, the rights of the program's role, the partitions."""
    from bihuan.project.cli.migrate import migrate as bring_up

    bring_up(verbosity=0)


def close_connections() -> None:
    """Django's own, so that the server can stop."""
    from django.db import connections

    with suppress(Exception):
        connections.close_all()


def api_key(*scopes: str, rate: int = 100_000_000) -> str:
    """A key for the API, with a rate that no measurement meets."""
    from bihuan.accounts import actions
    from bihuan.journal.actor import PROGRAM
    from bihuan.journal.time import now

    return actions.create_api_key(name="bench", scopes=scopes, actor=PROGRAM, at=now(), rate=rate).secret


def free_port() -> int:
    """A port that is free together with the next one."""
    for port in range(21000 + os.getpid() % 9000, 60000, 2):
        with socket.socket() as one, socket.socket() as two:
            try:
                one.bind(("127.0.0.1", port))
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise SystemExit("no port is free")


@contextmanager
def running(here: Stand, name: str, port: int, **variables: str) -> Iterator[Process]:
    """One of the supervisor's processes, with the command that the supervisor gives it."""
    own = here.variables(**variables)
    made = commands(Options(home=here.home, port=port), own)
    process = next(p for p in made if p.name == name)
    process.start()
    try:
        if name == "web":
            wait_for(port)
        yield process
    finally:
        process.ask_to_stop()
        process.end()


def wait_for(port: int, path: str = "/healthz", seconds: float = READY) -> float:
    """Seconds until the address answers with success."""
    import httpx

    begun = time.monotonic()
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code < 400:
                return time.monotonic() - begun
        if time.monotonic() - begun > seconds:
            raise SystemExit(f"{path} did not answer in {seconds:.0f} s")
        time.sleep(0.05)


def machine() -> dict[str, Any]:
    """On what it was measured."""
    memory = psutil.virtual_memory().total / 2**30
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
        "at": time.strftime("%Y-%m-%d %H:%M", time.gmtime()) + "Z",
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0–1) of them lie; the highest of few."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def figure(name: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """One row; ``floor``, ``floor_is``, ``ratio``, ``target`` and ``ok`` where they apply."""
    return {"name": name, "value": round(value, 3), "unit": unit, **more}


def show(bench: str, rows: Iterable[dict[str, Any]], **about: Any) -> None:
    """The table, then the JSON on the last line."""
    rows = list(rows)
    for row in rows:
        words = [f"{row['name']:<58}{row['value']:>14,.2f} {row['unit']:<12}"]
        if "floor" in row:
            words.append(f"floor {row['floor']:,.2f} ({row['floor_is']})")
        if "target" in row:
            words.append(f"target {row['target']}{'' if row.get('ok', True) else '  NOT MET'}")
        print("  ".join(words))
    print(json.dumps({"bench": bench, **about, "results": rows}, ensure_ascii=False, default=str))
