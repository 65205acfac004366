"""Conformity over ten million clocks, beside plain count(*) over the same rows in the same run.

Fills the clocks' table of a scratch installation and measures the reports and the pages behind their figures.

python bench/conformity.py [--clocks 10000000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import stand

CHUNK = 500_000
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, tzinfo=UTC)
MONTH = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
TARGET = 5.0
# 2 % open, 3 % cancelled, 7 % late, 1 % imported, 0.1 % provisional; 5,000 merchants, 20 teams, 400 owners
FILL = """
INSERT INTO clocks_clock (id, subject_kind, subject_id, clause_id, clause_hash, generation, round, facts,
    limit_text, calendar_version, started_at, start_entry, due_at, warn_at, next_at, stage, state, stopped_at,
    stop_entry, verdict, provisional, imported, merchant_id, team_id, owner_id)
SELECT gen_random_uuid(), 'case', gen_random_uuid(),
    (%(clauses)s::text[])[1 + i %% cardinality(%(clauses)s::text[])],
    repeat(md5(i::text), 2), 1, 1, '{"flow": "complaint", "type": "quality", "complexity": "complex"}', '24h',
    'cn-6022ce5a2068123d', t, i, t + interval '3 days', ARRAY[t + interval '1 day', t + interval '2 days'],
    CASE WHEN r < 0.02 THEN t + interval '3 days' END, 0,
    CASE WHEN r < 0.02 THEN 'running' WHEN r < 0.05 THEN 'cancelled' ELSE 'stopped' END,
    CASE WHEN r >= 0.02 THEN t + interval '1 day' END, CASE WHEN r >= 0.02 THEN i + 1 END,
    CASE WHEN r < 0.02 THEN NULL WHEN r < 0.05 THEN 'cancelled' WHEN r < 0.12 THEN 'late' ELSE 'met' END,
    r > 0.999, r > 0.95 AND r < 0.96, md5('m' || floor(m * 5000)::text)::uuid,
    md5('t' || floor(m * 20)::text)::uuid, md5('o' || floor(m * 400)::text)::uuid
FROM (SELECT i, timestamptz '2025-12-29Z' + i * (interval '364 days' / %(total)s) AS t,
    random() AS r, random() AS m FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i) AS s
"""


def main() -> None:
    """Fill, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clocks", type=int, default=10_000_000)
    options.add_argument("--keep", type=Path, help="a folder to fill and to keep, and to use if it is full")
    given = options.parse_args()
    about = stand.machine()
    with stand.stand(given.keep):
        fill(given.clocks)
        rows = measure(given.clocks)
    stand.show("conformity", rows, **about, clocks=given.clocks)


def fill(total: int) -> None:
    """Migrate and write the clocks, with progress; nothing where they are there already."""
    from django.db import connection

    from bihuan.norms import queries as norms

    clauses = [read.clause.id for read in norms.library() if read.clause.has_clock][:20]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clocks_clock")
        if cursor.fetchone()[0] == total:
            return
        cursor.execute("TRUNCATE clocks_clock")
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = 'clocks_clock' AND indexname !~ 'pkey'"
        )
        indexes = cursor.fetchall()  # made anew afterwards: twice as fast, and as compact as after a REINDEX
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for first in range(1, total + 1, CHUNK):
            last = min(first + CHUNK - 1, total)
            cursor.execute(FILL, {"clauses": clauses, "total": total, "first": first, "last": last})
            print(f"\r{last:>12,} of {total:,} clocks", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        for _, definition in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
        cursor.execute("VACUUM ANALYZE clocks_clock")


def measure(total: int) -> list[dict[str, Any]]:
    """Seconds of each report and page, the best of three, with the floor of the same period."""
    from bihuan.compliance import queries
    from bihuan.compliance.figures import By, Outcome
    from bihuan.journal.actor import PROGRAM

    year, month = {"start": START, "end": END}, {"start": MONTH[0], "end": MONTH[1]}
    report = queries.conformity(actor=PROGRAM, at=AT, **year)
    seen = sum(report.total[outcome] for outcome in Outcome)
    if seen != total:
        raise SystemExit(f"{seen} clocks counted, {total} written")
    clause = report.lines[0].clause_id
    floor, month_floor = best(lambda: count(START, END)), best(lambda: count(*MONTH))
    rows = [
        row(
            f"a year by {by}",
            best(lambda by=by: queries.conformity(actor=PROGRAM, at=AT, by=by, **year)),
            floor,
        )
        for by in By
    ]
    rows.append(
        row("a month by clause", best(lambda: queries.conformity(actor=PROGRAM, at=AT, **month)), month_floor)
    )
    for outcome in Outcome:
        asked = {"actor": PROGRAM, "at": AT, "clause_id": clause, "outcome": outcome, **year}
        rows.append(
            row(f"first page of {outcome}", best(lambda asked=asked: queries.clocks_behind(**asked)), floor)
        )
    return rows


def count(start: datetime, end: datetime) -> None:
    """The floor: plain count(*) over the same rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clocks_clock WHERE due_at >= %s AND due_at < %s", [start, end])
        cursor.fetchone()


def best(work: Callable[[], Any]) -> float:
    """Seconds of the fastest of three."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def row(name: str, value: float, floor: float) -> dict[str, Any]:
    """One figure."""
    return stand.figure(
        name,
        value,
        "s",
        floor=round(floor, 3),
        floor_is="count(*) of the same rows",
        ratio=round(value / floor, 1),
        target=f"< {TARGET:.0f}",
        ok=value < TARGET,
    )


if __name__ == "__main__":
    main()
