"""The refund action beside pgbench with the very same SQL, one client each.

Starts the embedded PostgreSQL as production does (fsync and synchronous_commit on). A process of its own
asks for refunds of a price that was paid in three ways (``money.actions.request_refund``, each committed:
balances of lines and ways, refund, parts, journal, job). The floor is a script with the statements of one
such request out of the server's log (bench/floor.py), run by pgbench over the same data.

Round trips are counted as bench/wire.py counts them, by the Sync messages; inside its pipeline the action
waits four more times for a result it needs (insert, lock, head of the journal, entries).

python bench/refund.py [--count 1500] [--rounds 3] [--floor-seconds 15]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import floor, stand, wire

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET_TRIPS, TARGET_RATIO = 10, 0.25
ORDER = "R-BENCH-1"
WAYS = (("wechat", 700_000_000), ("points", 200_000_000), ("voucher", 100_000_000))


def main() -> None:
    """Start, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1500, help="refunds in each round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--floor-seconds", type=int, default=15)
    options.add_argument("--script", type=Path, help="keep the floor's script here")
    options.add_argument("--work", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.work:
        work(given.work)
        return
    about = stand.machine()
    log = ("logging_collector=on", "log_destination=jsonlog")
    with stand.stand(options=log) as here:
        rows = measure(here, given)
    stand.show("refund", rows, **about, count=given.count)


def measure(here: stand.Stand, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Round trips and script first, then the action, then the floor."""
    agent, known = world()
    trips, script = capture(here, agent, known)
    if given.script:
        script.write(given.script)
    with working(here, agent, here.server.url) as run:
        run(given.count // 5)  # warm
        rates = [given.count / run(given.count) for _ in range(given.rounds)]
    path = script.write(here.home.parent / "refund.sql")
    here.connect().execute("CHECKPOINT")
    base = floor.pgbench(here.server.url, path, clients=1, seconds=given.floor_seconds)
    best, usual = max(rates), statistics.median(trips)
    ratio = best / base["tps"]
    return [
        stand.figure(
            "refunds asked for, one client, best round",
            best,
            "a second",
            floor=round(base["tps"], 1),
            floor_is="pgbench, the same SQL, one client",
            ratio=round(ratio, 3),
            target=f">= {TARGET_RATIO:.0%} of the floor, {ratio:.0%}",
            ok=ratio >= TARGET_RATIO,
            rounds=[round(rate, 1) for rate in rates],
        ),
        stand.figure(
            "round trips to the database of a refund, look-up of the order included",
            usual,
            "trips",
            target=f"<= {TARGET_TRIPS}",
            ok=usual <= TARGET_TRIPS,
            all=sorted(trips),
        ),
    ]


def world() -> tuple[str, set[UUID]]:
    """An order paid in three ways; the agent who asks, and every id that stands in the database before."""
    from django.db import connection

    from bihuan.complaints import stage
    from bihuan.journal.actor import PROGRAM
    from bihuan.journal.time import now
    from bihuan.marketplace import actions as marketplace

    on = stage.build(at=now(), count=3)
    order = json.loads(json.dumps(on.orders[0], default=str))
    line = order["lines"][0] | {"number": 1, "paid_fen": 1_000_000_000, "unit_price_fen": 1_000_000_000}
    order |= {"number": ORDER, "lines": [line | {"quantity": 1, "gift_of": None}], "freight_fen": 0}
    order |= {"shipments": [], "promotions": []}
    order["payments"] = [{"way": way, "amount_fen": fen, "reference": f"pay-{way}"} for way, fen in WAYS]
    taken = marketplace.take_orders(actor=PROGRAM, at=now(), batch=[order], source="import")
    if taken.rejected:
        raise SystemExit(f"the order was refused: {taken.rejected}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM accounts_person UNION ALL SELECT id FROM accounts_organisation"
            " UNION ALL SELECT id FROM accounts_team"
        )
        known = {row[0] for row in cursor.fetchall()}
    return str(on.people["agent"].id), known


def capture(here: stand.Stand, agent: str, known: set[UUID]) -> tuple[list[int], floor.Script]:
    """A dozen requests one after the other through the counting proxy; the statements of a usual one."""
    from urllib.parse import quote

    cluster = here.server.cluster
    proxy = wire.Counter(cluster.socket, here.home.parent / "wire")
    url = here.server.url.replace(quote(str(cluster.socket), safe=""), quote(str(proxy.folder), safe=""))
    admin = here.connect()
    admin.execute("ALTER ROLE bihuan_app SET log_statement = 'all'")
    trips = []
    with working(here, agent, url) as run:
        for number in range(15):
            floor.mark(admin, f"start{number}")
            proxy.reset()
            run(1)
            trips.append(proxy.trips)
            floor.mark(admin, f"end{number}")
    admin.execute("ALTER ROLE bihuan_app RESET log_statement")
    proxy.close()
    time.sleep(0.5)  # the log's own process writes behind
    usual = statistics.median_low(trips[8:])
    number = next(n for n in range(14, 7, -1) if trips[n] == usual)
    statements = floor.between(cluster.data / "log", f"start{number}", f"end{number}")
    key = next(word for s in statements for word in s.split("'") if word.startswith("bench-"))
    return trips[8:], floor.Script(statements, known, key, [])


@contextmanager
def working(here: stand.Stand, agent: str, url: str) -> Iterator[Any]:
    """A process that asks for as many refunds as it is told and says how many seconds it took."""
    command = [sys.executable, __file__, "--work", agent]
    environ = here.variables(DATABASE_URL=url)
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )

    def run(count: int) -> float:
        told, heard = _open(process.stdin), _open(process.stdout)
        told.write(f"{count}\n")
        told.flush()
        line = heard.readline()
        if not line:
            raise SystemExit("the process that asks for refunds ended; its words are above")
        return float(line)

    try:
        yield run
    finally:
        _open(process.stdin).close()
        process.wait(30)


def work(agent_id: str) -> None:
    """The other side of ``working``."""
    import django

    django.setup()
    from bihuan.accounts.queries import actor_by_id
    from bihuan.journal.time import now
    from bihuan.money import actions

    actor = actor_by_id(UUID(agent_id), at=now())
    number = os.getpid() * 1_000_000
    for line in sys.stdin:
        begun = time.perf_counter()
        for _ in range(int(line)):
            number += 1
            actions.request_refund(
                actor=actor,
                at=now(),
                key=f"bench-{number:012d}",
                order_number=ORDER,
                kind="price",
                amount_fen=7,
            )
        print(time.perf_counter() - begun, flush=True)


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise SystemExit("no pipe")
    return stream


if __name__ == "__main__":
    main()
