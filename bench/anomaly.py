"""A hundred thousand orders in one go: found, frozen, everybody told once, with one worker as in production.

Persons, buyers, orders, lines and parcels are rows made by SQL out of one real order; everything else goes
through the real actions and the worker's own process (two jobs at a time). Told means: the letter lies in the
inbox, with its event in the journal. Then the same on a part of it with the worker killed with SIGKILL in
the middle and started again. Floor: the rows that came of it, written once more by one connection with plain
INSERT … SELECT, a statement a table.

python bench/anomaly.py [--orders 100000] [--workers 1] [--killed 10000]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import stand

TARGET = 120.0
COPIES = {
    "accounts_person": "jsonb_build_object('id', {id}, 'username', NULL, 'label', '', 'language',"
    " CASE WHEN n %% 2 = 0 THEN 'zh-hans' ELSE 'en' END)",
    "marketplace_buyer": "jsonb_build_object('id', {id}, 'ref', {ref}, 'ref_digest', {digest},"
    " 'phone_digest', NULL, 'person_id', bench_of('accounts_person', n))",
    "marketplace_order": "jsonb_build_object('id', {id}, 'number', {ref}, 'ordered_at', now() - interval '2 days',"
    " 'buyer_id', bench_of('marketplace_buyer', n))",
    "marketplace_orderline": "jsonb_build_object('id', {id}, 'order_id', bench_of('marketplace_order', n))",
    "marketplace_shipment": "jsonb_build_object('id', {id}, 'order_id', bench_of('marketplace_order', n),"
    " 'tracking_number', {ref}, 'carrier', {carrier}, 'state', 'in_transit', 'promised_at',"
    " now() - interval '1 day', 'shipped_at', now() - interval '2 days', 'delivered_at', NULL)",
}
OF = """CREATE OR REPLACE FUNCTION bench_of(kind text, n int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN md5('bench' || kind || n)::uuid"""
FLOOR = ("notices_notice", "notices_attempt", "notices_inboxletter", "incidents_recipient")


def main() -> None:
    """Fill, tell, count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=100_000)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--killed", type=int, default=10_000)
    given = options.parse_args()
    about = stand.machine()
    with stand.stand() as here:
        rows = measure(here, given)
    stand.show("anomaly", rows, **about, orders=given.orders, workers=given.workers)


def measure(here: stand.Stand, given: argparse.Namespace) -> list[dict[str, Any]]:
    """All figures of one run."""
    from bihuan.complaints import stage
    from bihuan.journal.time import now

    on = stage.build(at=now(), count=12)
    fill(here, 1, given.orders, "bench-late")
    fill(here, given.orders + 1, given.orders + given.killed, "bench-killed")
    with here.connect() as admin:
        admin.execute("VACUUM ANALYZE")
    found, seconds = prepared(on, "bench-late")
    told, spent = tell(here, on, found, given.workers)
    first = counted(here, found)
    base = floor(here)
    rows = [
        stand.figure(f"{given.orders:,} orders found and frozen", seconds, "s"),
        stand.figure(
            f"{given.orders:,} orders: every consumer told", told, "s", floor=round(base, 2),
            floor_is="the same rows by INSERT … SELECT", ratio=round(told / base, 1),
            target=f"< {TARGET:.0f}", ok=told < TARGET,
        ),
        stand.figure("letters a second", given.orders / told, "a second"),
        stand.figure("CPU of the worker for a letter", 1000 * spent / given.orders, "ms"),
        stand.figure("told exactly once", first["letters"], "", target=f"{given.orders:,}",
                     ok=exact(first, given.orders), **first),
    ]  # fmt: skip
    return [*rows, *after_a_kill(here, on, given.killed)] if given.killed else rows


def after_a_kill(here: stand.Stand, on: Any, total: int) -> list[dict[str, Any]]:
    """The same once more with the worker killed in the middle."""
    found, _ = prepared(on, "bench-killed")
    after, lasted = killed(here, on, found, total)
    rows = counted(here, found)
    return [
        stand.figure(f"killed with SIGKILL after {after:,}: all told", lasted, "s"),
        stand.figure("told exactly once, with a kill", rows["letters"], "", target=f"{total:,}",
                     ok=exact(rows, total), **rows),
    ]  # fmt: skip


def fill(here: stand.Stand, first: int, last: int, carrier: str) -> None:
    """One buyer, one person, one order, one line, one late parcel for each number."""
    with here.connect() as admin:
        admin.execute(OF)
        source = admin.execute(
            "SELECT s.id, s.order_id, o.buyer_id, b.person_id, l.id FROM marketplace_shipment s JOIN"
            " marketplace_order o ON o.id = s.order_id JOIN marketplace_buyer b ON b.id = o.buyer_id JOIN"
            " marketplace_orderline l ON l.order_id = o.id WHERE b.person_id IS NOT NULL AND s.carrier NOT LIKE"
            " 'bench%' LIMIT 1"
        ).fetchone()
        if source is None:
            raise SystemExit("there is no order with a parcel to copy")
        ids = dict(zip(("marketplace_shipment", "marketplace_order", "marketplace_buyer", "accounts_person",
                        "marketplace_orderline"), source, strict=True))  # fmt: skip
        for table, values in COPIES.items():
            made = values.format(
                id=f"bench_of('{table}', n)", ref="'bench-' || n", digest="'\\x' || md5('bench' || n)",
                carrier=f"'{carrier}'",
            )  # fmt: skip
            admin.execute(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(t, {made})).* FROM {table} t,"
                f" generate_series(%s::int, %s::int) n WHERE t.id = %s",
                [first, last, ids[table]],
            )


def prepared(on: Any, carrier: str) -> tuple[UUID, float]:
    """An incident of the supervisor's with its list and its remedy; seconds for finding and freezing."""
    from bihuan.incidents import actions
    from bihuan.journal.time import now
    from bihuan.marketplace.queries import Reach

    at = now()
    boss = on.who("supervisor")
    reach = Reach(from_at=at - timedelta(days=3), until_at=at, by="promised", carrier=carrier, late=True)
    made = actions.declare(kind="carrier", reach=reach, text="分拨中心停电，晚到两天", actor=boss, at=at)
    begun = time.monotonic()
    actions.freeze(incident_id=made.id, actor=boss, at=now())
    seconds = time.monotonic() - begun
    actions.choose(incident_id=made.id, remedy="validity", days=7, actor=boss, at=now())
    return made.id, seconds


def tell(here: stand.Stand, on: Any, incident_id: UUID, workers: int) -> tuple[float, float]:
    """Seconds from the start of telling until the incident is told; CPU seconds of the workers."""
    from bihuan.incidents import actions
    from bihuan.journal.time import now

    with ExitStack() as stack:
        running = [
            stack.enter_context(stand.running(here, "worker", stand.free_port())) for _ in range(workers)
        ]
        time.sleep(8)  # they stand before the clock starts
        processes = [psutil.Process(each.pid) for each in running if each.pid]
        before = sum(cpu(each) for each in processes)
        begun = time.monotonic()
        actions.start(incident_id=incident_id, actor=on.who("supervisor"), at=now())
        wait(here, incident_id, "told")
        return time.monotonic() - begun, sum(cpu(each) for each in processes) - before


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def killed(here: stand.Stand, on: Any, incident_id: UUID, total: int) -> tuple[int, float]:
    """Kill the worker when a third is told, start another; how many were told then, seconds in all."""
    from bihuan.incidents import actions
    from bihuan.journal.time import now

    with stand.running(here, "worker", stand.free_port()) as process:
        time.sleep(8)
        begun = time.monotonic()
        actions.start(incident_id=incident_id, actor=on.who("supervisor"), at=now())
        while counted(here, incident_id)["told"] < total // 3:
            time.sleep(0.05)
        if process.pid:
            os.kill(process.pid, signal.SIGKILL)
        after = counted(here, incident_id)["told"]
    with stand.running(here, "worker", stand.free_port()):
        wait(here, incident_id, "told")
    return after, time.monotonic() - begun


def wait(here: stand.Stand, incident_id: UUID, state: str, seconds: float = 900) -> None:
    begun = time.monotonic()
    with here.connect() as admin:
        while time.monotonic() - begun < seconds:
            row = admin.execute(
                "SELECT state FROM incidents_incident WHERE id = %s", [incident_id]
            ).fetchone()
            if row and row[0] == state:
                return
            time.sleep(0.2)
    raise SystemExit(f"the incident was not {state} in {seconds:.0f} s")


def counted(here: stand.Stand, incident_id: UUID) -> dict[str, int]:
    """What came of it: rows, letters, notices, events, and people who have more than one letter."""
    with here.connect() as admin:
        row = admin.execute(
            "SELECT (SELECT count(*) FROM incidents_recipient WHERE incident_id = %(id)s AND state = 'told'),"
            " (SELECT count(*) FROM notices_notice WHERE subject_id = %(id)s AND kind = 'incident'),"
            " (SELECT count(*) FROM notices_inboxletter l JOIN notices_notice n ON n.id = l.notice_id"
            "  WHERE n.subject_id = %(id)s AND n.kind = 'incident'),"
            " (SELECT count(*) FROM journal_entry e JOIN notices_notice n ON n.id = e.subject_id"
            "  WHERE e.event = 'notice.accepted' AND n.subject_id = %(id)s AND n.kind = 'incident'),"
            " (SELECT count(*) FROM (SELECT recipient_id FROM notices_notice WHERE subject_id = %(id)s AND"
            "  kind = 'incident' GROUP BY 1 HAVING count(*) > 1) d)",
            {"id": incident_id},
        ).fetchone()
    return dict(zip(("told", "notices", "letters", "events", "twice"), row or (), strict=True))


def exact(found: dict[str, int], total: int) -> bool:
    return found["twice"] == 0 and all(n == total for name, n in found.items() if name != "twice")


def floor(here: stand.Stand) -> float:
    """Seconds for writing the rows once more into copies of the tables with their indexes."""
    with here.connect() as admin:
        for table in FLOOR:
            admin.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        admin.execute("CREATE TABLE floor_entry (LIKE journal_entry INCLUDING DEFAULTS)")
        begun = time.monotonic()
        for table in FLOOR:
            admin.execute(f"INSERT INTO floor_{table} SELECT * FROM {table}")
        admin.execute("INSERT INTO floor_entry SELECT * FROM journal_entry")
        return time.monotonic() - begun


if __name__ == "__main__":
    main()
