"""The soak: kill -9 of any process at random moments under live load; nothing is lost, nothing twice.

Runs `bihuan up` with its supervisor on a database of its own, marked demo so that notices go to a sink.
Clients upload, submit and take steps over HTTP, each request with an Idempotency-Key and repeated until
it has a definite answer. A random one of web, live, worker (the process or its child), database
(postmaster or a backend) and the supervisor is killed; what falls is started again by the supervisor, and
the supervisor by this program, as an init system does. Complaints received almost 24 hours ago run out
meanwhile, so that breaches are said under the kills too.

python bench/soak.py [--kills 50] [--clients 6] [--seed 1] [--doc docs/soak.md] [--prove]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import soakcheck, soakloss, soaktold, stand
from bench.soakclients import PASSWORD, Clients

ENOUGH = 5
"""Complaints that must be acknowledged before the load ends."""
KINDS = ("web", "web child", "live", "worker", "postmaster", "backend", "supervisor")


def main() -> int:
    """Run and report; 1 when anything was lost, twice, stuck or wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--clients", type=int, default=6, help="four of six submit, two work at the desk")
    options.add_argument("--gap", type=float, default=6.0, help="most seconds between two kills")
    options.add_argument(
        "--first", nargs="*", default=[], choices=KINDS, help="what is killed first, in order"
    )
    options.add_argument("--aged", type=int, default=200, help="complaints that run out during the soak")
    options.add_argument(
        "--settle", type=float, default=300.0, help="most seconds for jobs to come to their end"
    )
    options.add_argument(
        "--hurry", action="store_true", help="rescue stalled jobs at once, not by the minute"
    )
    options.add_argument(
        "--prove", action="store_true", help="then spoil the database and see each loss found"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--doc", type=Path, help="write the result here (from 50 kills on: docs/soak.md)")
    given = options.parse_args()
    if given.doc is None and given.kills >= 50:
        given.doc = Path(__file__).resolve().parent.parent / "docs" / "soak.md"
    about = stand.machine()
    with stand.folder() as root:
        soak = Soak(given, home=root / "home")
        figures = soak.run()
    print(soaktold.table(figures))
    if given.doc:
        given.doc.write_text(soaktold.document(figures, about, given), encoding="utf-8")
    print(json.dumps({"bench": "soak", **about, **figures}, ensure_ascii=False, default=str))
    return 0 if figures["ok"] else 1


@dataclass
class Soak(Clients):
    """One run."""

    home: Path = Path()
    killed: Counter[str] = field(default_factory=Counter)
    away: list[float] = field(default_factory=list)
    up: subprocess.Popen[bytes] | None = None

    def run(self) -> dict[str, Any]:
        """Prepare, load and kill, settle, check."""
        chance = random.Random(self.given.seed)
        self._prepare(chance)
        self.port = stand.free_port()
        threads = self._threads()
        begun = time.monotonic()
        try:
            self._start()
            self._ready(120)
            for thread in threads:
                thread.start()
            self._kill_all(chance)
            self.stop.set()
            for thread in threads:
                thread.join(timeout=180)
            stuck = sum(thread.is_alive() for thread in threads)
            seconds = time.monotonic() - begun
            settled = self._settle()
        finally:
            self.stop.set()
            self._end()
        return self._judged(seconds, settled, stuck)

    # ---- before ----

    def _prepare(self, chance: random.Random) -> None:
        """A demo database with people who may sign in, a key, and complaints that run out soon."""
        from bihuan.project.runtime import postgres

        server = postgres.ensure_running(self.home, say=stand.QUIET)
        stand.enter(self.home, server)
        stand.migrate()
        from bihuan.complaints import actions, stage
        from bihuan.complaints.actions import NewComplaint
        from bihuan.journal.time import mark_deployment, now

        mark_deployment("demo")
        on = stage.build(at=now(), count=60, password=PASSWORD)
        self.key, self.orders = stand.api_key("complaints:*", "evidence:*"), on.orders
        for number in range(self.given.aged):
            order = chance.choice(on.orders)
            consumer = on.consumers[order["buyer"]["ref"]]
            ends = timedelta(seconds=chance.uniform(20, max(40.0, self.given.kills * self.given.gap)))
            new = NewComplaint(
                channel="site",
                consumer_id=consumer.id,
                matter_text=f"商品有问题，没有照片（{number}）",
                type="quality",
                demand="refund",
                order_number="",
                transaction_record="",
            )
            at = now()
            actions.submit(actor=consumer, at=at, new=new, received_at=at - timedelta(hours=24) + ends)
        stand.close_connections()
        server.release(stand.QUIET)

    def _threads(self) -> list[threading.Thread]:
        desks = max(1, self.given.clients // 3)
        made = [
            threading.Thread(target=self._consumers, args=(n,), daemon=True)
            for n in range(self.given.clients - desks)
        ]
        return made + [
            threading.Thread(target=self._desk, args=(n, desks), daemon=True) for n in range(desks)
        ]

    # ---- processes ----

    def _start(self) -> None:
        own = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "BIHUAN_DATABASE_OWNER_URL", "BIHUAN_ROLE", "BIHUAN_PROCESS")
        }
        own |= {
            "BIHUAN_HOME": str(self.home),
            "PYTHONPATH": stand.python_path(),
            "BIHUAN_LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "bihuan.project.cli", "up", "--port", str(self.port)]
        with (self.home / "log" / "up.log").open("ab") as log:
            self.up = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=own, start_new_session=True
            )

    def _tend(self) -> None:
        """What an init system does for the supervisor."""
        if self.up and self.up.poll() is not None and not self.stop.is_set():
            self._start()

    def _ready(self, seconds: float) -> float:
        """Seconds until pages and database answer again."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            self._tend()
            with suppress(httpx.HTTPError):
                answer = httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5)
                if answer.status_code == 200 or "migrations" in answer.text:  # of a tree that is worked on
                    return time.monotonic() - begun
            time.sleep(0.1)
        raise SystemExit(
            f"not ready after {seconds:.0f} s:\n{(self.home / 'log' / 'up.log').read_text()[-200000:]}"
        )

    def _end(self) -> None:
        if self.up and self.up.poll() is None:
            self.up.terminate()
            try:
                self.up.wait(60)
            except subprocess.TimeoutExpired:
                self.up.kill()

    # ---- killing ----

    def _kill_all(self, chance: random.Random) -> None:
        wanted = list(self.given.first)
        while sum(self.killed.values()) < self.given.kills:
            until = time.monotonic() + chance.uniform(0.3, self.given.gap)
            while time.monotonic() < until:
                self._tend()
                time.sleep(0.05)
            kind = wanted[0] if wanted else chance.choice(KINDS)
            pid = self._pid(kind, chance)
            if pid is None:
                continue
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed[kind] += 1
                wanted = wanted[1:]
            time.sleep(0.05)
            if chance.random() < 0.7:  # the others fall while the last has not recovered
                self.away.append(self._ready(180))
        self._ready(180)
        self._enough()

    def _enough(self) -> None:
        """Wait until there is something to lose: a slow machine may have been killed before it got far."""
        end = time.monotonic() + 120
        while len(self.ledger.cases) < ENOUGH or not self.ledger.steps:
            if time.monotonic() > end:
                raise SystemExit(f"only {len(self.ledger.cases)} of {ENOUGH} complaints were acknowledged")
            self._tend()
            time.sleep(0.2)

    def _pid(self, kind: str, chance: random.Random) -> int | None:
        if kind == "supervisor":
            return self.up.pid if self.up and self.up.poll() is None else None
        with suppress(OSError, ValueError, KeyError, psutil.Error, IndexError):
            if kind in ("postmaster", "backend"):
                place = self.home / "postgres.place"
                data = Path(place.read_text().strip()) if place.exists() else self.home / "postgres"
                pid = int((data / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
                if kind == "postmaster":
                    return pid
                served = [p for p in psutil.Process(pid).children() if "bihuan_app" in " ".join(p.cmdline())]
                return chance.choice(served).pid
            recorded = json.loads((self.home / "processes.json").read_text())["processes"]
            name = kind.partition(" ")[0]
            pid = next((p for n, p, _ in recorded if n == name), None)
            if pid is None:
                return None  # it is being started again at this moment
            return chance.choice(psutil.Process(pid).children()).pid if "child" in kind else int(pid)
        return None

    # ---- after ----

    def _settle(self) -> float:
        """Seconds until the worker has done everything that waits."""
        from django.db import connection

        begun = time.monotonic()
        while time.monotonic() - begun < self.given.settle:
            self._tend_after()
            try:
                if self.given.hurry:
                    _rescue_now()
                with connection.cursor() as cursor:
                    cursor.execute(WAITING)
                    if cursor.fetchone()[0] == 0:
                        return time.monotonic() - begun
            except Exception:
                stand.close_connections()
            time.sleep(0.5)
        return float("inf")

    def _tend_after(self) -> None:
        if self.up and self.up.poll() is not None:
            self._start()

    def _judged(self, seconds: float, settled: float, stuck: int) -> dict[str, Any]:
        from bihuan.project.runtime import postgres

        stand.close_connections()
        server = postgres.ensure_running(self.home, say=stand.QUIET)
        try:
            problems = soakcheck.check(self.ledger)
            proving = self.given.prove and not problems
            proved = soakloss.found(server, self.ledger) if proving else []
            counted = _counts()
        finally:
            stand.close_connections()
            server.release(stand.QUIET)
        gave_up = self.answers["gave up"] + stuck + self.answers["wrong digest acknowledged"]
        gave_up += self.answers["refused, although nothing was wrong with it"]
        missed = [kind for kind in soakloss.LOSSES if kind not in proved] if proving else []
        return {
            "ok": not problems and not gave_up and not missed,
            "kills": sum(self.killed.values()),
            "killed": dict(self.killed),
            "seconds_under_load": round(seconds, 1),
            "settled_after_s": round(settled, 1),
            "away_p50_s": round(stand.percentile(self.away, 0.5), 2),
            "away_longest_s": round(max(self.away, default=0.0), 2),
            "acknowledged": {
                "complaints": len(self.ledger.cases),
                "evidence": len(self.ledger.files),
                "steps": sum(self.ledger.steps.values()),
            },
            "answers": dict(self.answers.most_common()),
            "stored": counted,
            "problems": {kind: {"count": len(words), "first": words[:3]} for kind, words in problems.items()},
            "losses_found_when_made": proved,
            "losses_not_found": missed,
        }


WAITING = """
SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' OR (status = 'todo'
        AND (args ? 'reaction' OR coalesce(scheduled_at, '-infinity') < now() - interval '3 seconds')))
     + (SELECT count(*) FROM notices_notice WHERE state IN ('queued', 'sending'))
     + (SELECT count(*) FROM clocks_clock WHERE next_at < now() - interval '12 seconds')
"""


def _rescue_now() -> None:
    """The house's own rescue with a shorter patience, for a test that cannot wait two minutes."""
    import asyncio

    from bihuan.project import jobs

    jobs.STALLED_AFTER = 15
    asyncio.run(jobs.rescue.func(0))


def _counts() -> dict[str, int]:
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name, sql in COUNTS.items():
            cursor.execute(f"SELECT count(*) FROM {sql}")
            found[name] = cursor.fetchone()[0]
    return found


COUNTS = {
    "cases": "cases_case",
    "entries": "journal_entry",
    "clocks": "clocks_clock",
    "evidence": "evidence_item",
    "notices": "notices_notice",
    "receipts": "journal_receipt",
    "breaches": "journal_entry WHERE event = 'clock.breached'",
}


if __name__ == "__main__":
    sys.exit(main())
