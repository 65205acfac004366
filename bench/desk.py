"""The desk at a million cases, over HTTP: inbox with its counts, rare filters, search, the case page.

Cases are made as bench/lists.py makes them; besides, every clone gets two texts of its own (the words of the
original, a name that few share, one that some share, one that is nearly its own), so that search has rare,
middling and very frequent words. The supervisor's own web process answers: every middleware, session,
template and query is in the time, which runs from the request's last byte to the answer's last. One client
waits for each answer (what a request costs), then four at once (what a request costs when others come; two
cores, one Python). Cold: the server is started anew and its files are dropped from the system's cache.
Floors of the same run, over the same connection: /healthz, and one case by id on a connection of its own.

python bench/desk.py [--drilled 200] [--sizes 10000,1000000] [--each 200] [--cold 8] [--keep FOLDER]
                     [--again] [--plans FILE]   # the kept folder once more; EXPLAIN, for reading
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import lists, stand
from bench.clones import Cloner

TARGET_P99 = 150.0
FEW, SOME = 2_000, 200  # different names: each stands in one of so many texts
TEXTS_EACH = 2
WORDS = """
INSERT INTO accounts_text (id, subject_kind, subject_id, about_person, author, body, salt, digest, created_at,
    redacted_at, reason, replaced_by_id)
SELECT bench_id(t.id, n), 'case', bench_id(t.subject_id, n), NULL, t.author,
    t.body || '，' || bench_word(n * 31 + b.place, {few}, 1) || '，' || bench_word(n * 17 + b.place, {some}, 2)
        || '，' || bench_word(hashint8(n::bigint * 100003 + b.place * 7 + t.place), 2147483647, 3),
    t.salt, t.digest, t.created_at - s.shift, NULL, t.reason, NULL
FROM (SELECT *, row_number() OVER (PARTITION BY subject_id ORDER BY created_at, id) AS place FROM accounts_text
    WHERE subject_kind = 'case' AND body IS NOT NULL) t
JOIN bench_case b ON b.id = t.subject_id AND t.place <= {each} CROSS JOIN generate_series(<first>, <last>) AS n
CROSS JOIN LATERAL (SELECT most * ((b.place * 7919 + n * 104729) % 99991) / 99991.0 AS shift FROM bench_shift) s
"""
WORD = """
CREATE OR REPLACE FUNCTION bench_word(n bigint, many bigint, kind int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(chr(19968 + (('x' || substr(md5((abs(n) % many)::text || kind::text), 1 + 4 * i, 4))
    ::bit(16)::int % 5000)), '' ORDER BY i) FROM generate_series(0, 3) AS i);
"""


def main() -> None:
    """Drill, multiply, measure at each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--drilled", type=int, default=200)
    options.add_argument("--sizes", default="10000,1000000", help="numbers of cases, growing")
    options.add_argument("--each", type=int, default=200, help="warm requests of each kind")
    options.add_argument("--cold", type=int, default=8, help="cold requests of each kind")
    options.add_argument("--keep", type=Path, help="a folder to fill and to keep")
    options.add_argument("--again", action="store_true", help="measure the kept folder as it is")
    options.add_argument("--plans", type=Path, help="write EXPLAIN of the desk's statements here")
    given = options.parse_args()
    about = stand.machine()
    sizes = [int(size) for size in given.sizes.split(",")]
    with stand.folder(given.keep) as root:
        desk = Desk(root / "home", given)
        rows = [row for n, size in enumerate(sizes) for row in desk.table(size, first=n == 0)]
    stand.show("desk", rows, **about, drilled=given.drilled)


class WordyCloner(Cloner):
    """Clones the first texts of a case too, each with words of its own."""

    def prepare(self) -> int:
        found = super().prepare()
        self._run(WORD)
        texts = WORDS.format(few=FEW, some=SOME, each=TEXTS_EACH)
        self.tables.append(("accounts_text", texts))
        return found


class Desk(lists.Run):
    """One scratch installation while it grows."""

    cloning = WordyCloner

    def table(self, count: int, *, first: bool) -> list[dict[str, Any]]:
        """The figures at one size."""
        found: dict[str, Any] = {}
        if not self.given.again:
            self._serve(lists.FILL, lambda: self._grow(count, first))
        lists.drop_from_cache(self.home)
        self._serve((), lambda: found.update(self._look()))
        return list(self._figures(count, found))

    def _look(self) -> dict[str, Any]:
        here = stand.Stand(self.home, self.server)
        world = World.of(here)
        found: dict[str, Any] = {"floor": by_id(here, world)}
        with stand.running(here, "web", port := stand.free_port()):
            browser = Browser(port, world)
            browser.ask("/healthz")  # the process is up; what it reads once is no part of a request
            for path in (f"/desk/{world.cases[0]}", "/desk?view=mine", "/desk/search?q=0000"):
                browser.ask(path)
            lists.drop_from_cache(self.home)
            found["cold"] = ask(world, port, self.given.cold, seed=1, clients=1)
            ask(world, port, max(5, self.given.each // 10), seed=2, clients=1)
            found["alone"] = ask(world, port, self.given.each, seed=3, clients=1)
            found["four at once"] = ask(world, port, self.given.each, seed=4, clients=4)
        if self.given.plans:
            self.given.plans.write_text(plans(world), encoding="utf-8")
        return found

    def _figures(self, count: int, found: dict[str, Any]) -> Iterator[dict[str, Any]]:
        floor = stand.percentile(found["alone"].pop("floor: /healthz"), 0.5)
        yield stand.figure(
            f"{count:>9,} cases, one case by id: p50", stand.percentile(found["floor"], 0.5), "ms"
        )
        yield stand.figure(f"{count:>9,} cases, /healthz: p50", floor, "ms")
        for state in ("alone", "cold", "four at once"):
            for name, times in found[state].items():
                p99 = stand.percentile(times, 0.99)
                held = (
                    {}
                    if state == "four at once"
                    else {"target": f"< {TARGET_P99:.0f}", "ok": p99 < TARGET_P99}
                )
                yield stand.figure(
                    f"{count:>9,} cases, {name}, {state}: p99", p99, "ms",
                    p50=round(stand.percentile(times, 0.5), 1), floor=round(floor, 2),
                    floor_is=f"/healthz; p50 {stand.percentile(times, 0.5):.1f}", requests=len(times), **held,
                )  # fmt: skip


# ---- who asks for what ----


@dataclass
class World:
    """Sessions of people, and what can be asked for."""

    cookies: dict[str, str]
    people: dict[str, Any]
    cases: list[str]
    words: dict[str, list[str]]
    columns: dict[str, list[str]]
    """Values of rare filters: ``type=…`` with how many open cases."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, here: stand.Stand) -> World:
        from bihuan.accounts.models import Person

        people = {p.username: p for p in Person.objects.filter(username__in=("supervisor", "agent"))}
        cookies = {name: session_of(person) for name, person in people.items()}
        with here.connect() as connection:
            total = connection.execute("SELECT count(*) FROM cases_case").fetchone()[0]
            share = min(100.0, 100 * 4000 / total)
            cases = [
                str(row[0])
                for row in connection.execute(
                    f"SELECT id FROM cases_case TABLESAMPLE BERNOULLI ({share})".encode()
                )
            ]
            words = {
                kind: [
                    row[0]
                    for row in connection.execute(
                        f"SELECT bench_word(n, {many}, {key}) FROM generate_series(0, 199) AS n".encode()
                    )
                ]
                for kind, many, key in (("few", FEW, 1), ("some", SOME, 2))
            }
            words["one"] = [
                row[0][-4:]
                for row in connection.execute(
                    b"SELECT body FROM accounts_text TABLESAMPLE SYSTEM (1) WHERE subject_kind = 'case'"
                    b" AND body LIKE '%\xef\xbc\x8c____' LIMIT 500"
                )
            ] or words["few"]
            words["most"] = ["退款", "快递", "商家", "质量 发票"]
            columns = {
                name: [
                    row[0]
                    for row in connection.execute(
                        f"SELECT {name} FROM cases_case WHERE is_open GROUP BY 1 ORDER BY count(*)".encode()
                    )
                ]
                for name in ("type", "urgency", "channel")
            }
            for name, found in columns.items():  # a drill too small leaves no open case
                found.extend(["other" if name == "type" else "normal"] if not found else [])
        return cls(cookies, people, cases, words, columns)

    def requests(self, chance: random.Random) -> Iterator[tuple[str, str, str]]:
        """Name, person and address of one round: each kind once."""
        yield "floor: /healthz", "agent", "/healthz"
        yield "case page", "supervisor", f"/desk/{chance.choice(self.cases)}"
        for view in ("all", "unowned", "overdue", "today"):
            yield f"inbox, {view}", "supervisor", f"/desk?view={view}"
        for view in ("mine", "team"):
            yield f"inbox of an agent, {view}", "agent", f"/desk?view={view}"
        yield "inbox, rarest type", "supervisor", f"/desk?view=all&type={self.columns['type'][0]}"
        yield "inbox, no such urgency", "supervisor", f"/desk?view=all&urgency={self.absent('urgency')}"
        yield "inbox, no such channel", "supervisor", f"/desk?view=all&channel={self.absent('channel')}"
        yield (
            "inbox of an agent, no such channel",
            "agent",
            f"/desk?view=team&channel={self.absent('channel')}",
        )
        both = f"type={self.columns['type'][0]}&urgency={self.absent('urgency')}"
        yield "inbox, rare type and urgency", "supervisor", f"/desk?view=all&{both}"
        for kind, words in self.words.items():
            for person in ("supervisor", "agent"):
                yield f"search of {person}, word in {kind}", person, f"/desk/search?q={chance.choice(words)}"

    def absent(self, name: str) -> str:
        """A value that no open case has, else the rarest."""
        from bihuan.desk.filters import lists as closed

        return next((v for v in closed()[name] if v not in self.columns[name]), self.columns[name][0])


def session_of(person: Any) -> str:
    """The key of a session of that person, as signing in makes it."""
    from django.contrib import auth
    from django.contrib.sessions.backends.db import SessionStore

    made = SessionStore()
    made[auth.SESSION_KEY] = str(person.pk)
    made[auth.BACKEND_SESSION_KEY] = "bihuan.accounts.backends.PersonBackend"
    made[auth.HASH_SESSION_KEY] = person.get_session_auth_hash()
    made.create()
    return str(made.session_key)


class Browser:
    """One connection that is kept, with a session."""

    def __init__(self, port: int, world: World) -> None:
        self.world = world
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, path: str, person: str = "supervisor") -> float:
        """Milliseconds; raises SystemExit for an answer that is not the page."""
        from urllib.parse import quote

        cookie = f"sessionid={self.world.cookies[person]}"
        head = {"Cookie": cookie, "Host": "localhost", "Accept": "text/html", "Accept-Encoding": "gzip, br"}
        begun = time.perf_counter()
        self.connection.request("GET", quote(path, safe="/?=&:"), headers=head)
        answer = self.connection.getresponse()
        body = answer.read()
        took = 1000 * (time.perf_counter() - begun)
        if answer.status != 200:
            said = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
            words = re.sub(r"<[^>]*>|\s+", " ", said.decode()).strip()
            raise SystemExit(f"{path}: {answer.status} {answer.headers.get('Location', '')} {words[-600:]}")
        return took


def ask(world: World, port: int, each: int, *, seed: int, clients: int) -> dict[str, list[float]]:
    """The times of all kinds of requests, asked in turn by so many clients."""
    found: dict[str, list[float]] = {}
    failed: list[BaseException] = []

    def one(n: int) -> None:
        try:
            browser, chance = Browser(port, world), random.Random(seed * 100 + n)
            for _ in range(max(1, each // clients)):
                for name, person, path in world.requests(chance):
                    took = browser.ask(path, person)
                    with world.lock:
                        found.setdefault(name, []).append(took)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


def by_id(here: stand.Stand, world: World) -> list[float]:
    """The floor of the database: one case by its id."""
    times = []
    with here.connect() as connection:
        for case in world.cases[:300]:
            begun = time.perf_counter()
            connection.execute("SELECT * FROM cases_case WHERE id = %s", [case]).fetchone()
            times.append(1000 * (time.perf_counter() - begun))
    return times


# ---- plans, for reading ----


def plans(world: World) -> str:
    """EXPLAIN (ANALYZE, BUFFERS) of every statement behind one round of requests that takes over 5 ms."""
    from django.db import connection

    from bihuan.accounts import queries as accounts
    from bihuan.desk import queries
    from bihuan.desk.filters import wanted
    from bihuan.desk.queries import Asking
    from bihuan.journal.time import now

    at = now()
    who = {name: accounts.actor_by_id(p.id, at=at) for name, p in world.people.items()}
    filters = {
        "channel": {"owner": "all", "channel": world.absent("channel")},
        "type": {"owner": "all", "type": world.columns["type"][0]},
        "all": {"owner": "all"},
    }
    works: dict[str, Callable[[], Any]] = {}
    for name, actor in who.items():
        for kind, codes in filters.items():
            asking, chosen = Asking(actor, at), wanted(codes)
            works[f"{name} page {kind}"] = lambda a=asking, c=chosen: queries.page(a, c)
            works[f"{name} counts {kind}"] = lambda a=asking, c=chosen: queries.counts(a, {"one": c})
        for kind, words in world.words.items():
            works[f"{name} search {kind} {words[0]}"] = lambda a=actor, w=words[0]: queries.find(a, w, at=at)
    said: list[str] = []
    for name, work in works.items():
        said.append(f"\n######## {name}\n")

        def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            begun = time.perf_counter()
            found = execute(sql, params, many, context)
            took = 1000 * (time.perf_counter() - begun)
            if took > 5 and not sql.startswith("EXPLAIN"):
                with connection.connection.cursor() as cursor:
                    cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, params)
                    said.append(
                        f"-- {took:.0f} ms: {sql[:200]}\n" + "\n".join(r[0] for r in cursor.fetchall())
                    )
            return found

        begun = time.perf_counter()
        work()
        said.append(f"-- whole: {1000 * (time.perf_counter() - begun):.0f} ms")
        with connection.execute_wrapper(explained):
            work()
    return "\n".join(said) + "\n"


if __name__ == "__main__":
    main()
