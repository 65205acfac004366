"""Inbox and case page with ten thousand and with a million cases, at four clients, cold and warm.

A small drill makes cases with a whole life each; bench/clones.py multiplies them, with clocks and up to
eight journal entries each. The server fills with fsync off and big buffers and is then started again with
the settings of every installation. Cold: the server is started anew and its files are dropped from the
system's cache; the first requests count. Warm: after a round over other cases. Measured are the queries
behind the pages, cases.queries.inbox for a supervisor and an agent (several filters, first and later
pages) and complaints.queries.file_for, in processes of their own, from the call to the finished object.
Floor: SELECT of one case by its id on the same connections.

python bench/lists.py [--drilled 200] [--small 10000] [--large 1000000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import stand
from bench.clones import Cloner

FILL = (
    "fsync=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=16GB",
    "shared_buffers=1GB",
    "checkpoint_timeout=1h",
    "autovacuum=off",
)
TARGET_P99, TARGET_GROWTH, TARGET_MINUTES = 100.0, 1.5, 20.0
TEXTS = (
    "外卖送来已经凉了，还少了一份菜",
    "收到的衣服有破洞，客服一直不理",
    "买的手机是翻新机，要求退一赔三",
    "吃完以后肚子疼，去医院看了急诊",
    "快递三天没有更新，催了也没用",
    "商家私自修改订单，不给退款",
    "描述写的纯棉，实际是化纤",
    "送货员态度恶劣，还骂人",
    "发票一直不开",
    "退货寄回十天了还没退款",
)


def main() -> None:
    """Drill, multiply, measure twice."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--drilled", type=int, default=200)
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--clients", type=int, default=4)
    options.add_argument("--each", type=int, default=400, help="warm requests of each kind and client")
    options.add_argument("--cold", type=int, default=25, help="cold requests of each kind and client")
    options.add_argument("--keep", type=Path, help="a folder to fill and to keep")
    options.add_argument("--client", metavar="JSON", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.client:
        client(json.loads(given.client))
        return
    about = stand.machine()
    with stand.folder(given.keep) as root:
        run = Run(root / "home", given)
        rows = run.measured()
    stand.show("lists", rows, **about)


class Run:
    """One scratch installation while it grows."""

    cloning = Cloner

    def __init__(self, home: Path, given: argparse.Namespace) -> None:
        self.home, self.given = home, given
        self.drilled = 0
        self.seconds = 0.0

    def measured(self) -> list[dict[str, Any]]:
        """Figures at both sizes, then what they have to do with each other."""
        small = self._at(self.given.small, first=True)
        large = self._at(self.given.large, first=False)
        rows = [*self._rows(self.given.small, small), *self._rows(self.given.large, large)]
        for name in small["warm"]:
            one, other = (stand.percentile(x["warm"][name], 0.99) for x in (small, large))
            growth = other / one
            rows.append(
                stand.figure(
                    f"{name}: p99 large over small, warm",
                    growth,
                    "times",
                    target=f"<= {TARGET_GROWTH}",
                    ok=growth <= TARGET_GROWTH,
                )
            )
        minutes = self.seconds / 60
        rows.append(
            stand.figure(
                f"time to make {self.given.large:,} cases",
                minutes,
                "minutes",
                target=f"< {TARGET_MINUTES:.0f}",
                ok=minutes < TARGET_MINUTES,
            )
        )
        return [*rows, *(stand.figure(f"size: {k}", v, "MB") for k, v in large["size"].items())]

    def _rows(self, count: int, found: dict[str, Any]) -> list[dict[str, Any]]:
        floor = stand.percentile(found["warm"].pop("floor"), 0.5)
        found["cold"].pop("floor", None)
        rows = []
        for state in ("warm", "cold"):
            for name, times in found[state].items():
                p99 = stand.percentile(times, 0.99)
                rows.append(
                    stand.figure(
                        f"{count:>9,} cases, {name}, {state}: p99",
                        p99,
                        "ms",
                        p50=round(stand.percentile(times, 0.5), 2),
                        floor=round(floor, 2),
                        floor_is="one case by id, p50",
                        target=f"< {TARGET_P99:.0f}",
                        ok=p99 < TARGET_P99,
                        requests=len(times),
                    )
                )
        return rows

    def _at(self, count: int, *, first: bool) -> dict[str, Any]:
        """Grow to that many cases, then measure cold and warm on a server as every installation has it."""
        self._serve(FILL, lambda: self._grow(count, first))
        found: dict[str, Any] = {}

        def look() -> None:
            found["cold"] = self._clients(self.given.cold, seed=1)
            found["cold"] = {k: v for k, v in found["cold"].items()}
            self._clients(max(20, self.given.each // 10), seed=2)
            found["warm"] = self._clients(self.given.each, seed=3)
            found["size"] = self._sizes()

        drop_from_cache(self.home)
        self._serve((), look)
        return found

    def _serve(self, options: tuple[str, ...], work: Any) -> None:
        from bihuan.project.runtime import keys, postgres

        self.server = postgres.ensure_running(self.home, say=stand.QUIET, options=options, tied=True)
        try:
            keys.load_or_create(self.home)
            stand.enter(self.home, self.server)
            work()
        finally:
            stand.close_connections()
            self.server.release(stand.QUIET)

    def _grow(self, count: int, first: bool) -> None:
        begun = time.monotonic()
        if first:
            stand.migrate()
            self._drill()
        else:
            say("indexes away")
            self.cloner.drop_indexes()
        if first:
            self.cloner = self.cloning(self.server.cluster.url("postgres"))
            self.drilled = self.cloner.prepare()
            self.made = 0
        upto = max(0, count // self.drilled - 1)
        if upto > self.made:
            step = max(1, 200_000 // self.drilled)
            for start in range(self.made + 1, upto + 1, step):
                self.cloner.write(start, min(upto, start + step - 1), lambda _: None)
                say(f"{(min(upto, start + step - 1) + 1) * self.drilled:,} cases")
            self.made = upto
        if not first:
            self.cloner.make_indexes(say)
        self.cloner.finish()
        self._execute("CHECKPOINT")
        if not first:
            self.seconds = time.monotonic() - begun

    def _drill(self) -> None:
        from bihuan.project.drill.run import Plan, run

        texts = self.home / "texts.jsonl"
        texts.write_text(
            "".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in TEXTS), encoding="utf-8"
        )
        start = datetime(2026, 9, 1, 1, tzinfo=UTC)
        run(
            Plan(texts, self.given.drilled, 20, 3, start),
            progress=lambda at, acts: say(f"drill {at:%m-%d}, {acts} acts"),
        )

    def _execute(self, sql: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.server.cluster.url("postgres"), autocommit=True) as admin:
            cursor = admin.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def _sizes(self) -> dict[str, float]:
        rows = self._execute(
            "SELECT split_part(c.relname, '_20', 1), sum(pg_total_relation_size(c.oid)) / 1048576.0 "
            "FROM pg_class c"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 2 DESC "
            "LIMIT 6"
        )
        whole = self._execute("SELECT pg_database_size(current_database()) / 1048576.0")
        return {"database": float(whole[0][0]), **{str(name): float(size) for name, size in rows}}

    def _clients(self, each: int, *, seed: int) -> dict[str, list[float]]:
        """The times in ms of all clients, by kind of request."""
        from bihuan.project.runtime import environment

        own = {**os.environ, **environment.environment(self.home, self.server), "BIHUAN_ROLE": "app"}
        own |= {"PYTHONPATH": stand.python_path(), "BIHUAN_LOG_LEVEL": "ERROR", "BIHUAN_HOME": str(self.home)}
        command = [sys.executable, __file__, "--client"]
        running = [
            subprocess.Popen(
                [*command, json.dumps({"each": each, "seed": seed * 100 + n})],
                env=own,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for n in range(self.given.clients)
        ]
        for process in running:
            if process.stdout is None or process.stdout.readline().strip() != "ready":
                raise SystemExit("a client did not start")
        if seed == 1:
            self._cool()
        for process in running:
            if process.stdin:
                process.stdin.write("go\n")
                process.stdin.flush()
        found: dict[str, list[float]] = {}
        for process in running:
            for name, times in json.loads(process.communicate()[0]).items():
                found.setdefault(name, []).extend(times)
        return found

    def _cool(self) -> None:
        """What the start of the clients read may stay; the rows of the cases leave the system's cache."""
        drop_from_cache(self.home)


def drop_from_cache(home: Path) -> None:
    """Tell the system that it need not keep the database's files in memory."""
    place = home / "postgres.place"
    data = (Path(place.read_text().strip()) if place.exists() else home / "postgres") / "data" / "base"
    os.sync()
    for file in data.rglob("*"):
        with suppress(OSError):
            handle = os.open(file, os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def say(line: str) -> None:
    """Progress, a line now and then."""
    if time.monotonic() - _said[0] > 5:
        _said[0] = time.monotonic()
        print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


_said = [0.0]


# ---- a client, in a process of its own ----


def client(given: dict[str, int]) -> None:
    """Ask for inboxes and case pages of random cases; the times as JSON."""
    import django

    django.setup()
    from django.db import connection

    from bihuan.accounts import queries as accounts
    from bihuan.cases import queries as cases
    from bihuan.complaints import queries as complaints
    from bihuan.journal.time import now

    chance, at = random.Random(given["seed"]), now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT username, id FROM accounts_person WHERE username IN ('supervisor', 'agent')")
        who = {name: accounts.actor_by_id(person, at=at) for name, person in cursor.fetchall()}
        cursor.execute("SELECT max(place) FROM bench_case")
        places = cursor.fetchone()[0]
        cursor.execute("SELECT id, place FROM bench_case")
        originals = dict((place, case) for case, place in cursor.fetchall())
        cursor.execute("SELECT max(substr(number, 8)::int) FROM cases_case WHERE number LIKE 'BX00001%'")
        clones = cursor.fetchone()[0] or 0
    for person in who.values():  # what a process reads once is no part of a request
        cases.inbox(person)
    complaints.file_for(who["supervisor"], originals[1], at=at)
    print("ready", flush=True)
    sys.stdin.readline()
    times: dict[str, list[float]] = {}

    def timed(name: str, work: Any) -> Any:
        begun = time.perf_counter()
        found = work()
        times.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        return found

    def any_case() -> Any:
        original, n = originals[chance.randint(1, places)], chance.randint(0, clones)
        if n == 0:
            return original
        with connection.cursor() as cursor:
            cursor.execute("SELECT bench_id(%s, %s)", [original, n])
            return cursor.fetchone()[0]

    supervisor, agent = who["supervisor"], who["agent"]
    state = ("accepted", "investigating", "settling", "handled")
    for _ in range(given["each"]):
        case_id = any_case()
        timed("floor", lambda case_id=case_id: cases.get(case_id))
        timed("case page", lambda: complaints.file_for(supervisor, any_case(), at=at))
        page = timed("inbox of a supervisor", lambda: cases.inbox(supervisor))
        for _ in range(chance.randint(0, 2)):
            if page.after:
                page = timed(
                    "inbox of a supervisor, later page",
                    lambda page=page: cases.inbox(supervisor, after=page.after),
                )
        timed("inbox of a supervisor, one state", lambda: cases.inbox(supervisor, state=chance.choice(state)))
        timed("inbox of a supervisor, without owner", lambda: cases.inbox(supervisor, owner="none"))
        page = timed("inbox of an agent", lambda: cases.inbox(agent))
        if page.after:
            timed("inbox of an agent, second page", lambda page=page: cases.inbox(agent, after=page.after))
        timed("inbox of an agent, own cases", lambda: cases.inbox(agent, owner="mine"))
    print(json.dumps(times))


if __name__ == "__main__":
    main()
