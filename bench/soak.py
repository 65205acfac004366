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
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import soakcheck, stand
from bench.soakcheck import Ledger

PASSWORD = "soak-password-2026"
KINDS = ("web", "web child", "live", "worker", "postmaster", "backend", "supervisor")
DESK = ("supervisor", "other_supervisor")
COURSE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("send_message", {"text": "您好，您反映的问题已收到，正在核实。"}),
    ("open_investigation", {}),
    ("draw_records", {}),
    ("decide_liability", {"party": "merchant", "ground": "first_view", "reason": "按订单记录初步认定"}),
    ("record_findings", {"result": "substantiated", "reason": "核对记录和双方陈述后作出结论"}),
)


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
        soak = Soak(root / "home", given)
        figures = soak.run()
    print(_table(figures))
    if given.doc:
        given.doc.write_text(_document(figures, about, given), encoding="utf-8")
    print(json.dumps({"bench": "soak", **about, **figures}, ensure_ascii=False, default=str))
    return 0 if figures["ok"] else 1


@dataclass
class Soak:
    """One run."""

    home: Path
    given: argparse.Namespace
    ledger: Ledger = field(default_factory=Ledger)
    killed: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    away: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    up: subprocess.Popen[bytes] | None = None
    port: int = 0
    key: str = ""
    orders: list[dict[str, Any]] = field(default_factory=list)

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

    # ---- clients ----

    def _consumers(self, number: int) -> None:
        """Uploads two files and submits with them, again and again; withdraws one in twenty."""
        chance = random.Random(f"{self.given.seed}-{number}")
        with self._client() as client:
            client.headers["Authorization"] = f"Bearer {self.key}"
            while not self.stop.is_set():
                files = [self._upload(client) for _ in range(2)]
                if None in files:
                    continue
                receipt = self._submit(client, chance, [str(f) for f in files])
                if receipt and chance.random() < 0.05:
                    self._step(client, receipt, "withdraw", {"reason": "已自行解决"})

    def _upload(self, client: httpx.Client) -> str | None:
        content = f"聊天记录 {uuid4()}".encode()
        kept = {"file": ("note.txt", content, "text/plain")}
        body = self._until_known(
            lambda key: client.post(
                "/api/v1/evidence", files=kept, data={"party": "consumer"}, headers={"Idempotency-Key": key}
            )
        )
        if body is None:
            return None
        if body["sha256"] != hashlib.sha256(content).hexdigest():
            self.answers["wrong digest acknowledged"] += 1
        with self.lock:
            self.ledger.files[body["id"]] = body["sha256"]
        return str(body["id"])

    def _submit(self, client: httpx.Client, chance: random.Random, files: list[str]) -> str | None:
        order, token = chance.choice(self.orders), f"soak-{uuid4()}"
        line = order["lines"][0]
        said = {
            "channel": "api",
            "consumer": {"reference": order["buyer"]["ref"]},
            "type": "quality",
            "matter": f"收到的商品破损，要求退款（{token}）",
            "demand": "refund",
            "demand_amount": line["paid_fen"],
            "order_number": order["number"],
            "transaction_record": token,
            "evidence": files,
            "items": [
                {
                    "matter": "quality",
                    "demand": "refund",
                    "amount": line["paid_fen"],
                    "order_line": str(line["number"]),
                }
            ],
        }
        body = self._until_known(
            lambda key: client.post("/api/v1/complaints", json=said, headers={"Idempotency-Key": key})
        )
        if body is None:
            return None
        with self.lock:
            self.ledger.cases[body["id"]] = {"number": body["number"], "token": token, "files": files}
        return str(body["id"])

    def _step(self, client: httpx.Client, case_id: str, step: str, data: dict[str, Any]) -> bool:
        path = f"/api/v1/complaints/{case_id}/steps/{step}"
        body = self._until_known(
            lambda key: client.post(path, json=data, headers={"Idempotency-Key": key, **_token(client)})
        )
        if body is None:
            return False
        with self.lock:
            self.ledger.steps[(case_id, step)] += 1
        return True

    def _desk(self, number: int, of: int) -> None:
        """A supervisor, signed in, takes every case of their share through the investigation."""
        done: set[str] = set()
        with self._client() as client:
            self._sign_in(client, DESK[number % len(DESK)])
            while not self.stop.is_set():
                with self.lock:
                    mine = [c for c in self.ledger.cases if c not in done and int(c[-2:], 16) % of == number]
                if not mine:
                    time.sleep(0.2)
                for case_id in mine[:20]:
                    done.add(case_id)
                    for step, data in COURSE:
                        if self.stop.is_set() or not self._step(client, case_id, step, data):
                            break

    def _sign_in(self, client: httpx.Client, name: str) -> None:
        while not self.stop.is_set():
            with suppress(httpx.HTTPError):
                client.get("/sign-in")
                form = {
                    "login": name,
                    "password": PASSWORD,
                    "csrfmiddlewaretoken": client.cookies.get("csrftoken", ""),
                }
                client.post("/sign-in", data=form)
                if client.cookies.get("sessionid"):
                    return
            time.sleep(0.3)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=15)

    def _until_known(self, send: Callable[[str], httpx.Response]) -> dict[str, Any] | None:
        """Repeat the very same request until its answer is definite; None when it was refused."""
        key, end = str(uuid4()), time.monotonic() + 170
        while time.monotonic() < end:
            try:
                answer = send(key)
            except httpx.HTTPError:
                self._count("no answer, repeated")
                time.sleep(0.1)
                continue
            if answer.status_code < 300:
                self._count(
                    "acknowledged again" if "Idempotent-Replayed" in answer.headers else "acknowledged"
                )
                body: dict[str, Any] = answer.json()
                return body
            code = _code(answer)
            if answer.status_code in (429, 502, 503, 504) or answer.status_code == 500 or code in AGAIN:
                if code in AGAIN and self.stop.is_set():
                    break  # it waits for a job; nothing was acknowledged
                self._count(f"{answer.status_code} {code}, repeated")
                time.sleep(0.5)
                continue
            self._count(f"refused {answer.status_code} {code}")
            if "/steps/" not in str(answer.url):
                self._count("refused, although nothing was wrong with it")
            return None
        self._count("left" if self.stop.is_set() else "gave up")
        return None

    def _count(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1

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
            proved = self._spoiled(server) if self.given.prove and not problems else []
            counted = _counts()
        finally:
            stand.close_connections()
            server.release(stand.QUIET)
        gave_up = self.answers["gave up"] + stuck + self.answers["wrong digest acknowledged"]
        gave_up += self.answers["refused, although nothing was wrong with it"]
        missed = [kind for kind in SPOILS if kind not in proved] if self.given.prove and not problems else []
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

    def _spoiled(self, server: Any) -> list[str]:
        """Make one loss of each kind by SQL and see that the check names it."""
        import psycopg

        before = Ledger(dict(self.ledger.files), dict(self.ledger.cases), Counter(self.ledger.steps))
        with psycopg.connect(server.cluster.url("postgres"), autocommit=True) as admin:
            admin.execute("SET session_replication_role = replica")
            for sql in SPOILS.values():
                admin.execute(sql.encode())
        return [kind for kind in SPOILS if kind in soakcheck.check(before)]


SPOILS = {
    "complaint lost": "DELETE FROM cases_case WHERE id = (SELECT case_id FROM complaints_complaint WHERE"
    " transaction_record LIKE 'soak-%' ORDER BY case_id LIMIT 1)",
    "complaint "
    "twice": "UPDATE complaints_complaint SET transaction_record = (SELECT max(transaction_record) FROM"
    " complaints_complaint) WHERE case_id = (SELECT case_id FROM complaints_complaint WHERE "
    "transaction_record"
    " LIKE 'soak-%' ORDER BY transaction_record LIMIT 1)",
    "evidence "
    "lost": "DELETE FROM evidence_item WHERE id = (SELECT id FROM evidence_item WHERE subject_id IS NOT"
    " NULL ORDER BY id LIMIT 1)",
    "event lost or "
    "twice": "DELETE FROM journal_entry WHERE id = (SELECT max(id) FROM journal_entry WHERE event ="
    " 'complaint.received')",
    "event lost": "DELETE FROM journal_entry WHERE id = (SELECT max(id) FROM journal_entry WHERE event ="
    " 'complaint.answered')",
    "notice lost or "
    "twice": "DELETE FROM notices_notice WHERE id = (SELECT id FROM notices_notice WHERE kind ="
    " 'acceptance' ORDER BY id LIMIT 1)",
    "reaction "
    "lost": "DELETE FROM journal_receipt WHERE entry_id = (SELECT min(entry_id) FROM journal_receipt)",
    "job stuck": "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('x', "
    "'x', '{}',"
    " 'doing')",
    "journal": "UPDATE journal_entry SET occurred_at = occurred_at - interval '1 hour' WHERE id = "
    "(SELECT min(id)"
    " FROM journal_entry WHERE event = 'complaint.checked')",
    "clock wrong": "UPDATE clocks_clock SET due_at = due_at + interval '1 minute' WHERE id = (SELECT id FROM"
    " clocks_clock WHERE subject_kind = 'case' AND subject_id IN (SELECT id FROM cases_case) ORDER BY "
    "id LIMIT 1)",
}
AGAIN = ("case.changed", "complaint.no_owner")
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


def _code(answer: httpx.Response) -> str:
    with suppress(ValueError):
        return str(answer.json().get("code", ""))
    return ""


def _token(client: httpx.Client) -> dict[str, str]:
    token = client.cookies.get("csrftoken")
    return {"X-CSRFToken": token} if token else {}


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


def _table(figures: dict[str, Any]) -> str:
    rows = [f"{name:<28}{value}" for name, value in figures.items() if name != "problems"]
    for kind, found in figures["problems"].items():
        rows.append(f"!! {kind}: {found['count']}, such as {'; '.join(found['first'])}")
    return "\n".join(rows)


def _document(figures: dict[str, Any], about: dict[str, Any], given: argparse.Namespace) -> str:
    said = figures["acknowledged"]
    verdict = (
        "Nothing was lost, nothing was done twice."
        if figures["ok"]
        else "NOT passed; see the problems below."
    )
    lines = [
        "# The soak",
        "",
        "`make soak` kills (SIGKILL) a random process under live load and checks afterwards that "
        "everything which was",
        "acknowledged is there, once. The text at the head of bench/soak.py says how; "
        "bench/soakcheck.py what is checked.",
        "This page is written by it.",
        "",
        f"**{verdict}**",
        "",
        f"Run of {about['at']} on {about['machine']}, {about['system']}, Python {about['python']},"
        f" seed {given.seed}, {given.clients} clients:",
        "",
        "| figure | value |",
        "| --- | --- |",
        f"| kills | {figures['kills']}: "
        + ", ".join(f"{k} {n}" for k, n in sorted(figures["killed"].items()))
        + " |",
        f"| under load | {figures['seconds_under_load']} s |",
        f"| acknowledged | {said['complaints']} complaints, {said['evidence']} files, {said['steps']} "
        f"steps |",
        f"| away after a kill | median {figures['away_p50_s']} s, longest {figures['away_longest_s']} s |",
        f"| all jobs done after the load | {figures['settled_after_s']} s |",
        "| stored | " + ", ".join(f"{n} {name}" for name, n in figures["stored"].items()) + " |",
        "",
        "Answers the clients got: "
        + "; ".join(f"{what}: {n}" for what, n in figures["answers"].items())
        + ".",
        "",
        "Problems found: " + ("none." if not figures["problems"] else ""),
    ]
    lines += [
        f"- {kind}: {found['count']}, such as {'; '.join(found['first'])}"
        for kind, found in figures["problems"].items()
    ]
    if figures["losses_found_when_made"]:
        lines += [
            "",
            "That the check sees a loss was tried by making one of each kind by SQL afterwards; found: "
            + ", ".join(figures["losses_found_when_made"])
            + ".",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
