"""Journal: entries written and verified a second, beside plain SHA-256 over the same bytes in the same run.

Verification is measured several times; the middle run is told, with the CPU time of its processes and of PostgreSQL
for each entry: the steadier figure where the machine has other work too.

python bench/journal.py [--entries 400000] [--times 3]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import stand

TARGET = 100_000


def main() -> None:
    """Write, anchor, verify, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=400_000)
    options.add_argument("--anchors", type=int, default=4)
    options.add_argument("--times", type=int, default=3)
    given = options.parse_args()
    about = stand.machine()
    with stand.stand() as here:
        found = measure(given.entries, given.anchors, given.times, psutil.Process(here.server.pid))
    rate = found["verified_per_s"]
    rows = [
        stand.figure(
            "appends of one event, a transaction each", found["appends_per_s_one_event_each"], "a second"
        ),
        stand.figure("entries written in batches of 500", found["entries_per_s_batched"], "a second"),
        stand.figure("entries anchored", found["anchored_per_s"], "a second"),
        stand.figure("size of an entry with its indexes", found["bytes_per_entry"], "bytes"),
        stand.figure(
            f"verification with comparison of columns, {found['processes']} processes",
            rate,
            "a second",
            floor=found["floor_sha256_per_s_one_core"],
            floor_is="SHA-256 alone, one core",
            target=f">= {TARGET:,}",
            ok=rate >= TARGET and found["ok"],
        ),
        stand.figure("CPU time of it, PostgreSQL's included", found["cpu_us_per_entry"], "µs an entry"),
    ]
    stand.show("journal", rows, **about, **found)


def measure(entries: int, anchors: int, times: int, server: psutil.Process) -> dict[str, Any]:
    """Writes (in single appends and in batches), anchors, verifies; rates in entries a second."""
    from django.db import connection

    from bihuan.journal import actions

    single = _singles(2_000)
    started = time.perf_counter()
    anchoring = 0.0
    for _ in range(anchors):
        _batches(entries // anchors)
        moment = time.perf_counter()
        actions.make_anchors()
        anchoring += time.perf_counter() - moment
    batched = entries / (time.perf_counter() - started - anchoring)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE journal_entry, journal_head")
        cursor.execute("SELECT pg_total_relation_size(relid) FROM pg_partition_tree('journal_entry')")
        size = sum(row[0] for row in cursor.fetchall())
    runs = sorted((_verification(server) for _ in range(times)), key=lambda run: run[0].seconds)
    report, cpu = runs[times // 2]
    floor = _floor()
    rate = report.entries / report.seconds
    return {
        "entries": report.entries, "subjects": report.subjects, "ok": all(run.ok for run, _ in runs),
        "appends_per_s_one_event_each": round(single), "entries_per_s_batched": round(batched),
        "anchored_per_s": round(entries / anchoring), "bytes_per_entry": size // report.entries,
        "verified_per_s": round(rate), "processes": report.processes,
        "cpu_us_per_entry": round(cpu / report.entries * 1e6, 2),
        "all_runs": [[round(run.entries / run.seconds), round(used / run.entries * 1e6, 2)] for run, used in runs],
        "floor_sha256_per_s_one_core": round(floor), "ratio_to_floor": round(rate / floor, 3),
    }  # fmt: skip


def _verification(server: psutil.Process) -> tuple[Any, float]:
    """One report, and the CPU seconds of this process, those it started and the database."""
    from bihuan.journal import queries

    before = _cpu(server)
    report = queries.verify()
    return report, _cpu(server) - before


def _cpu(server: psutil.Process) -> float:
    own = os.times()
    used = own.user + own.system + own.children_user + own.children_system
    for each in (server, *server.children()):
        with suppress(psutil.NoSuchProcess):
            spent = each.cpu_times()
            used += (
                spent.user + spent.system + (each == server) * (spent.children_user + spent.children_system)
            )
    return used


def _draft(subject: Any, number: int) -> Any:
    from bihuan.journal.actions import Draft
    from bihuan.journal.actor import PROGRAM
    from bihuan.journal.events import REGISTRY, Event, event
    from bihuan.journal.time import now

    if "bench.assigned" not in REGISTRY:
        fields = {"owner_id": str, "due_at": Any, "rule": str, "count": int, "case_id": str}
        event("bench.assigned", zh="…", en="…")(type("Assigned", (Event,), {"__annotations__": fields}))
    made = REGISTRY["bench.assigned"](
        owner_id=str(subject.id), due_at=now(), rule="skill.load", count=number, case_id=str(subject.id)
    )
    return Draft(subject=subject, event=made, actor=PROGRAM, occurred_at=now())


def _singles(count: int) -> float:
    from django.db import transaction

    from bihuan.journal.actions import append
    from bihuan.journal.subject import Subject

    started = time.perf_counter()
    for _ in range(count // 5):
        subject = Subject("case", uuid4())
        for number in range(5):
            with transaction.atomic():
                append([_draft(subject, number)])
    return count / (time.perf_counter() - started)


def _batches(count: int) -> None:
    """Five events for each of a hundred subjects in a transaction."""
    from django.db import transaction

    from bihuan.journal.actions import append
    from bihuan.journal.subject import Subject

    for _ in range(count // 500):
        subjects = [Subject("case", uuid4()) for _ in range(100)]
        with transaction.atomic():
            append([_draft(subject, number) for number in range(5) for subject in subjects])


def _floor() -> float:
    """The hashing alone: SHA-256 over the previous hash and the stored bytes, in memory, on one core."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT hash, canonical FROM journal_entry ORDER BY id LIMIT 200000")
        rows = [bytes(before) + bytes(body) for before, body in cursor.fetchall()]
    started = time.perf_counter()
    for row in rows:
        hashlib.sha256(row).digest()
    return len(rows) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
