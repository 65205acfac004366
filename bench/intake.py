"""Intake over HTTP beside pgbench with the very same SQL: closed loop, open loop, nothing lost.

Starts the embedded PostgreSQL as production does (fsync and synchronous_commit on) and the supervisor's
own web process; the worker is not started, so its jobs and notices stay queued and its CPU is not in the
figures. The clients take their share of the same cores. The floor is a script with the statements of one
real intake out of the server's log (bench/floor.py), run by pgbench at as many clients over the same
data.

python bench/intake.py [--count 3000] [--clients 16] [--open-seconds 30] [--floor-seconds 20] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import floor, stand, wire

PATH = "/api/v1/complaints"
TARGET_TRIPS, TARGET_RATIO, TARGET_P99 = 12, 0.30, 150.0
MATTERS = (
    "收到的杯子碎成三块，包装没有缓冲",
    "米里有虫，袋口封条完好",
    "外套起球严重，与描述不符",
    "耳机左声道无声",
)


def main() -> None:
    """Start, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=3000, help="intakes in each round of the closed loop")
    options.add_argument("--clients", type=int, default=16)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--open-seconds", type=int, default=30)
    options.add_argument("--floor-seconds", type=int, default=20)
    options.add_argument("--script", type=Path, help="keep the floor's script here")
    given = options.parse_args()
    about = stand.machine()
    log = ("logging_collector=on", "log_destination=jsonlog")
    with stand.stand(options=log) as here:
        rows = measure(here, given)
    stand.show("intake", rows, **about, clients=given.clients, count=given.count)


def measure(here: stand.Stand, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Round trips and script first, then load, then the floor on what the load left."""
    world = World.build()
    scale = given.count // given.clients * given.clients
    trips, script = capture(here, world)
    if given.script:
        script.write(given.script)
    with stand.running(here, "web", port := stand.free_port()):
        web = _web(port)
        uploads = closed(port, world.uploads(scale // 20 * 2 + 64), given.clients)
        world.take(uploads)
        closed(port, world.complaints(scale // 20), given.clients)  # warm
        rounds, seconds, spent = [], [], [0.0, 0.0]
        for _ in range(given.rounds):
            files = closed(port, world.uploads(2 * scale), given.clients)
            world.take(files)
            before = _cpu(here, web)
            done = closed(port, world.complaints(scale), given.clients)
            spent = [a - b + s for a, b, s in zip(_cpu(here, web), before, spent, strict=True)]
            world.acknowledged(done)
            rounds.append(done)
            seconds.append(done.seconds)
        best = max(scale / s for s in seconds)
        half = best / 2
        world.take(closed(port, world.uploads(2 * round(half * given.open_seconds) + 2), given.clients))
        opened = open_loop(port, world.complaints(round(half * given.open_seconds)), half)
        world.acknowledged(opened)
    lost = missing(here, world)
    each = round(6 * best * given.floor_seconds / given.clients) + 500
    base = floored(here, script, given, each)
    return table(world, trips, rounds, best, spent, scale * given.rounds, files, opened, half, base, lost)


def table(
    world: World,
    trips: list[int],
    rounds: list[Done],
    best: float,
    spent: list[float],
    total: int,
    files: Done,
    opened: Done,
    half: float,
    base: dict[str, float],
    lost: dict[str, int],
) -> list[dict[str, Any]]:
    """The rows."""
    closed_ms = [ms for done in rounds for ms in done.latencies]
    p99 = stand.percentile(opened.latencies, 0.99)
    ratio = best / base["tps"]
    rates = {"floor": round(base["tps"], 1), "floor_is": "pgbench, the same SQL and clients"}
    refused = sum(len(d.refused) for d in (*rounds, opened))
    return [
        stand.figure(
            "intake, closed loop, best round",
            best,
            "a second",
            **rates,
            ratio=round(ratio, 3),
            target=f">= {TARGET_RATIO:.0%} of the floor, {ratio:.0%}",
            ok=ratio >= TARGET_RATIO,
            rounds=[round(len(d.latencies) / d.seconds, 1) for d in rounds],
        ),
        stand.figure(
            "intake, closed loop, p50",
            stand.percentile(closed_ms, 0.5),
            "ms",
            floor=round(base["latency_ms"], 2),
            floor_is="pgbench, mean",
        ),
        stand.figure("intake, closed loop, p99", stand.percentile(closed_ms, 0.99), "ms"),
        stand.figure(
            "round trips to the database of an intake",
            statistics.median(trips),
            "trips",
            target=f"<= {TARGET_TRIPS}",
            ok=statistics.median(trips) <= TARGET_TRIPS,
            all=sorted(trips),
        ),
        stand.figure("CPU of web for an intake", 1000 * spent[0] / total, "ms"),
        stand.figure("CPU of PostgreSQL for an intake", 1000 * spent[1] / total, "ms"),
        stand.figure(f"open loop at {half:.0f} a second, p50", stand.percentile(opened.latencies, 0.5), "ms"),
        stand.figure(
            f"open loop at {half:.0f} a second, p99", p99, "ms", target=f"< {TARGET_P99}", ok=p99 < TARGET_P99
        ),
        stand.figure("uploads of evidence before", len(files.latencies) / files.seconds, "a second"),
        stand.figure("requests refused or failed", refused, "", target="0", ok=not refused),
        stand.figure(
            "acknowledged intakes of which something is missing",
            sum(lost.values()),
            "",
            target="0",
            ok=not any(lost.values()),
            of=len(world.numbers),
            **lost,
        ),
    ]


# ---- what is sent ----


@dataclass
class World:
    """People and orders to complain about, evidence waiting, and what was acknowledged."""

    key: str
    orders: list[dict[str, Any]]
    known: set[UUID]
    chance: random.Random
    waiting: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    serial: Iterator[int] = field(default_factory=count)

    @classmethod
    def build(cls) -> World:
        """The stage, a key, and every id that stands in the database before."""
        from django.db import connection

        from bihuan.complaints import stage
        from bihuan.journal.time import now

        on = stage.build(at=now(), count=200)
        key = stand.api_key("complaints:*", "evidence:*")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM accounts_person UNION ALL SELECT id FROM accounts_organisation"
                " UNION ALL SELECT id FROM accounts_team UNION ALL SELECT id FROM accounts_apikey"
            )
            known = {row[0] for row in cursor.fetchall()}
        return cls(key, on.orders, known, random.Random(5))

    def uploads(self, number: int) -> list[bytes]:
        return [upload(self.key, next(self.serial)) for _ in range(number)]

    def complaints(self, number: int) -> list[bytes]:
        return [self.complaint() for _ in range(number)]

    def complaint(self) -> bytes:
        """Twelve fields besides the consumer, two items, two files."""
        order, serial = self.chance.choice(self.orders), next(self.serial)
        line = order["lines"][0]
        paid = int(line["paid_fen"])
        items = [
            {
                "matter": "quality",
                "demand": "refund",
                "amount": max(1, paid // share),
                "order_line": str(line["number"]),
                "text": f"第 {share} 项，编号 {serial}",
            }
            for share in (1, 2)
        ]
        body = {
            "channel": "api",
            "consumer": {"reference": order["buyer"]["ref"]},
            "type": "quality",
            "matter": f"{self.chance.choice(MATTERS)}，请核实处理（{serial}）",
            "demand": "refund",
            "demand_text": f"希望退款并说明原因（{serial}）",
            "demand_amount": paid,
            "happened_at": (datetime.now().astimezone() - timedelta(hours=30)).isoformat(),
            "order_number": order["number"],
            "transaction_record": f"bench-{serial}",
            "party": "buyer",
            "items": items,
            "evidence": [self.waiting.pop(), self.waiting.pop()],
        }
        content = json.dumps(body, ensure_ascii=False).encode()
        return request(self.key, PATH, "application/json", content, f"bench-{serial}")

    def take(self, done: Done) -> None:
        self.waiting += [answer["id"] for answer in done.answers]

    def acknowledged(self, done: Done) -> None:
        self.numbers |= {answer["number"]: answer["id"] for answer in done.answers}


def request(key: str, path: str, kind: str, content: bytes, once: str = "") -> bytes:
    """A request ready to be written to a socket."""
    head = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        f"Content-Type: {kind}",
    ]
    head += [f"Content-Length: {len(content)}", *([f"Idempotency-Key: {once}"] if once else [])]
    return "\r\n".join([*head, "", ""]).encode() + content


def upload(key: str, serial: int) -> bytes:
    """A text file of its own, as evidence."""
    edge = "bench-boundary"
    content = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="note-{serial}.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n聊天记录 {serial}\r\n--{edge}\r\n"
        f'Content-Disposition: form-data; name="party"\r\n\r\nconsumer\r\n--{edge}--\r\n'
    )
    return request(key, "/api/v1/evidence", f"multipart/form-data; boundary={edge}", content.encode())


# ---- how it is sent ----


@dataclass
class Done:
    """Answers with success, how long each took in ms, and what was refused."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Caller:
    """One kept connection; as little client as possible, since it shares the cores with what is measured."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def call(self, content: bytes) -> tuple[int, bytes]:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(content)
        buffer = b""
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            buffer += self._more()
        head = buffer[:end].lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(buffer) < end + 4 + length:
            buffer += self._more()
        return int(buffer[9:12]), buffer[end + 4 :]

    def _more(self) -> bytes:
        if self.socket is None or not (data := self.socket.recv(65536)):
            raise ConnectionError("closed by the server")
        return data


def closed(port: int, requests: list[bytes], clients: int) -> Done:
    """Each client sends its next request when it has the answer to the last."""
    left, made = iter(requests), Done()
    taking = threading.Lock()

    def client() -> None:
        caller = Caller(port)
        while True:
            with taking:
                content = next(left, None)
            if content is None:
                return
            begun = time.perf_counter()
            _note(made, caller, content, begun)

    begun = time.perf_counter()
    _together(client, clients)
    made.seconds = time.perf_counter() - begun
    return made


def open_loop(port: int, requests: list[bytes], rate: float, callers: int = 64) -> Done:
    """Requests come at their own time, whatever was answered; latency counts from that time."""
    made, left, taking = Done(), iter(enumerate(requests)), threading.Lock()
    begun = time.perf_counter() + 0.2

    def client() -> None:
        caller = Caller(port)
        while True:
            with taking:
                number, content = next(left, (-1, b""))
            if number < 0:
                return
            due = begun + number / rate
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            _note(made, caller, content, due)

    _together(client, callers)
    made.seconds = time.perf_counter() - begun
    return made


def _note(made: Done, caller: Caller, content: bytes, begun: float) -> None:
    try:
        status, body = caller.call(content)
    except OSError as error:
        made.refused.append(repr(error))
        caller.socket = None
        return
    if status == 201:
        made.latencies.append(1000 * (time.perf_counter() - begun))
        made.answers.append(json.loads(body))
    else:
        made.refused.append(f"{status} {body[:300].decode('utf-8', 'replace')}")
        if len(made.refused) <= 3:
            print(made.refused[-1], file=sys.stderr)


def _together(client: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=client) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---- what is looked at ----


def capture(here: stand.Stand, world: World) -> tuple[list[int], floor.Script]:
    """A dozen intakes one after the other through the counting proxy; the statements of a usual one."""
    from urllib.parse import quote

    cluster = here.server.cluster
    proxy = wire.Counter(cluster.socket, here.home.parent / "wire")
    url = here.server.url.replace(quote(str(cluster.socket), safe=""), quote(str(proxy.folder), safe=""))
    admin = here.connect()
    admin.execute("ALTER ROLE bihuan_app SET log_statement = 'all'")
    trips, receipts, bodies = [], [], []
    with stand.running(here, "web", port := stand.free_port(), DATABASE_URL=url):
        world.take(closed(port, world.uploads(40), 1))
        for number in range(15):
            used = world.waiting[-2:]
            content = [world.complaint()]
            floor.mark(admin, f"start{number}")
            proxy.reset()
            done = closed(port, content, 1)
            trips.append(proxy.trips)
            floor.mark(admin, f"end{number}")
            world.acknowledged(done)
            receipts += done.answers
            bodies.append([UUID(each) for each in used])
    admin.execute("ALTER ROLE bihuan_app RESET log_statement")
    proxy.close()
    time.sleep(0.5)  # the log's own process writes behind
    if len(receipts) < 15:
        raise SystemExit("an intake was refused; its words are above")
    usual = statistics.median_low(trips[5:])
    number = next(n for n in range(14, 4, -1) if trips[n] == usual)
    statements = floor.between(cluster.data / "log", f"start{number}", f"end{number}")
    return trips[5:], floor.Script(statements, world.known, receipts[number]["number"], bodies[number])


def floored(
    here: stand.Stand, script: floor.Script, given: argparse.Namespace, each: int
) -> dict[str, float]:
    """pgbench with the script, after as much warming up as the program had."""
    admin = here.connect()
    script.prepare(admin, given.clients, each)
    admin.execute("ANALYZE evidence_item")
    path = script.write(here.home.parent / "intake.sql")
    admin.execute("CHECKPOINT")
    return floor.pgbench(here.server.url, path, clients=given.clients, seconds=given.floor_seconds)


def missing(here: stand.Stand, world: World) -> dict[str, int]:
    """Of how many acknowledged intakes the case, its entries, its files or its notice is not there."""
    with here.connect() as connection:
        connection.execute(f"SET search_path TO public; SELECT 1".encode())  # noqa: F541
        admin = connection
        admin.execute("CREATE TEMP TABLE said (number text, id uuid)")
        with admin.cursor().copy("COPY said FROM STDIN") as copy:
            for number, case_id in world.numbers.items():
                copy.write_row((number, case_id))
        found = {}
        for name, condition in LOST.items():
            row = admin.execute(f"SELECT count(*) FROM said s WHERE NOT {condition}".encode()).fetchone()
            found[name] = int(row[0]) if row else -1
    return found


LOST = {
    "case": "EXISTS (SELECT FROM cases_case c WHERE c.id = s.id AND c.number = s.number)",
    "entries": "(SELECT count(DISTINCT event) FROM journal_entry e WHERE e.subject_id = s.id AND event IN"
    " ('complaint.received', 'complaint.checked', 'complaint.classified', 'complaint.evidence_added')) = 4",
    "files": "(SELECT count(*) FROM evidence_item i WHERE i.subject_id = s.id) = 2",
    "notice": "EXISTS (SELECT FROM notices_notice n WHERE n.subject_id = s.id)",
    "clocks": "EXISTS (SELECT FROM clocks_clock k WHERE k.subject_id = s.id)",
}


def _web(port: int) -> list[psutil.Process]:
    """The web process and its children, by who listens."""
    own = psutil.Process(os.getpid()).children(recursive=True)
    return [p for p in own if "granian" in " ".join(p.cmdline())]


def _cpu(here: stand.Stand, web: list[psutil.Process]) -> list[float]:
    """CPU seconds so far: of web, of PostgreSQL."""
    postmaster = psutil.Process(here.server.pid)
    return [_spent(web), _spent([postmaster, *postmaster.children()])]


def _spent(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            used = process.cpu_times()
            total += used.user + used.system
    return total


if __name__ == "__main__":
    main()
