"""A hundred thousand clocks due in the same second, two workers, one poisoned row.

Twenty real cases are cloned (bench/clones.py); each clone gets five running clocks whose limit is the
same instant. Two processes call fire_due as the worker's job does. Committed together are the breach
event and the job of the reaction that queues its notices; how fast a worker works these jobs off is
measured apart, on a part of them. Floor: the rows that came of it, written once more by two connections
with plain INSERT … SELECT, 500 a transaction.

python bench/clocks.py [--clocks 100000] [--workers 2] [--reactions 2000]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import stand
from bench.clones import Cloner

ORIGINALS, EACH = 20, 5
TARGET = 60.0
WORK = """
import sys, time, django
django.setup()
from bihuan.clocks.firing import fire_due
from bihuan.journal.time import now
from bihuan.norms import queries

queries.rules(), queries.calendars()
print("ready", flush=True)
sys.stdin.readline()
before = time.process_time()
said = pushed = 0
idle = time.monotonic()
while time.monotonic() - idle < 1.0:  # the last batch may be in the other worker's hands
    fired = fire_due(at=now())
    if fired.rows:
        said, pushed, idle = said + fired.said, pushed + fired.pushed_back, time.monotonic()
    else:
        time.sleep(0.05)
print(said, pushed, idle, time.process_time() - before)
"""
DUE = """
INSERT INTO clocks_clock (id, subject_kind, subject_id, clause_id, clause_hash, key, generation, round, facts,
    limit_text, calendar_version, started_at, start_entry, due_at, warn_at, next_at, stage, state, merchant_id,
    team_id, owner_id)
SELECT gen_random_uuid(), 'case', c.id, t.clause_id, t.clause_hash, 'bench' || k, 1, 1, t.facts, t.limit_text,
    t.calendar_version, t.started_at, t.start_entry, %(at)s, '{}', %(at)s, 0, 'running', t.merchant_id, t.team_id,
    t.owner_id
FROM (SELECT id FROM cases_case ORDER BY id LIMIT %(cases)s) AS c CROSS JOIN generate_series(1, %(each)s) AS k
    CROSS JOIN (SELECT * FROM clocks_clock WHERE clause_id = %(clause)s LIMIT 1) AS t
"""


def main() -> None:
    """Fill, fire, count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clocks", type=int, default=100_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--reactions", type=int, default=2_000)
    given = options.parse_args()
    about = stand.machine()
    with stand.stand() as here:
        rows = measure(here, given)
    stand.show("clocks", rows, **about, clocks=given.clocks, workers=given.workers)


def measure(here: stand.Stand, given: argparse.Namespace) -> list[dict[str, Any]]:
    """All figures of one run."""
    total = given.clocks
    fill(here, total)
    admin = here.connect()
    poisoned = admin.execute(
        "UPDATE clocks_clock SET limit_text = 'not a limit' WHERE id = (SELECT id FROM clocks_clock "
        "WHERE key ="
        " 'bench3' ORDER BY id LIMIT 1) RETURNING id"
    ).fetchone()
    admin.execute("CHECKPOINT")
    seconds, spent, words = fire(here, given.workers)
    found = counted(admin, poisoned[0] if poisoned else None)
    exact = found["breaches"] == found["clocks"] == found["jobs"] == total - 1
    base = floor(here, admin, given.workers)
    rate, left = reactions(here, admin, given.reactions)
    return [
        stand.figure(
            f"{total:,} clocks due at once: breaches and jobs committed",
            seconds,
            "s",
            floor=round(base, 2),
            floor_is="the same rows by INSERT … SELECT, 500 a transaction",
            ratio=round(seconds / base, 1),
            target=f"<= {TARGET:.0f}",
            ok=seconds <= TARGET,
            workers=words,
        ),
        stand.figure("breaches a second", (total - 1) / seconds, "a second"),
        stand.figure("CPU of the workers for a breach", 1000 * spent / total, "ms"),
        stand.figure(
            "breach events, clocks said and jobs, each exactly once",
            found["breaches"],
            "",
            target=f"{total - 1:,} of each",
            ok=exact,
            **found,
        ),
        stand.figure(
            "poisoned row pushed back with its error",
            found["poisoned"],
            "",
            target="1",
            ok=found["poisoned"] == 1,
            error=found["error"],
        ),
        stand.figure("reactions worked off by one worker (breach told)", rate, "a second", left=left),
    ]


def fill(here: stand.Stand, total: int) -> None:
    """Real cases, their clones, and the clocks that are due now."""
    from bihuan.complaints import actions, stage
    from bihuan.complaints.actions import NewComplaint
    from bihuan.journal.time import now
    from bihuan.project.drain import drain

    on = stage.build(at=now())
    for number in range(ORIGINALS):
        order = on.orders[number % len(on.orders)]
        consumer = on.consumers[order["buyer"]["ref"]]
        new = NewComplaint(
            channel="site",
            consumer_id=consumer.id,
            matter_text=f"商品破损（{number}）",
            type="quality",
            demand="refund",
            order_number=order["number"],
            evidence_ids=(stage.photo(consumer, at=now(), shade=number),),
        )
        actions.submit(actor=consumer, at=now(), new=new)
    drain(at=now())
    cloner = Cloner(here.server.cluster.url("postgres"))
    cloner.prepare()
    cases = -(-total // EACH)
    cloner.write(1, -(-cases // ORIGINALS), lambda _: None)
    with here.connect() as admin:
        admin.execute("DELETE FROM clocks_clock WHERE subject_id NOT IN (SELECT id FROM bench_case)")
        clause = admin.execute(
            "SELECT clause_id FROM clocks_clock WHERE state = 'running' GROUP BY 1 ORDER BY count(*) "
            "DESC, 1 LIMIT 1"
        ).fetchone()
        values = {"at": now(), "cases": cases, "each": EACH, "clause": clause[0] if clause else ""}
        admin.execute(DUE, values)
        admin.execute(
            "DELETE FROM clocks_clock WHERE key LIKE 'bench%%' AND id IN (SELECT id FROM clocks_clock "
            "WHERE key LIKE"
            " 'bench%%' ORDER BY id OFFSET %s)",
            [total],
        )
        admin.execute("VACUUM ANALYZE clocks_clock, cases_case, journal_head, journal_entry")


def fire(here: stand.Stand, workers: int) -> tuple[float, float, list[str]]:
    """Seconds from the start signal to the last commit, CPU seconds of the workers, what each said."""
    own = {**os.environ, **here.variables(BIHUAN_LOG_LEVEL="CRITICAL")}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORK], env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    for worker in running:
        if worker.stdout is None or worker.stdout.readline().strip() != "ready":
            raise SystemExit("a worker did not start")
    begun = time.monotonic()
    ends, spent, words = [], 0.0, []
    for worker in running:
        if worker.stdin:
            worker.stdin.write("go\n")
            worker.stdin.flush()
    for worker in running:
        said, pushed, ended, cpu = worker.communicate()[0].split()
        ends.append(float(ended))
        spent += float(cpu)
        words.append(f"{said} said, {pushed} pushed back")
    return max(ends) - begun, spent, words


def counted(admin: Any, poisoned: Any) -> dict[str, Any]:
    """What stands in the database afterwards."""
    one = lambda sql, *v: admin.execute(sql, v).fetchone()  # noqa: E731
    row = one("SELECT failures, last_error, next_at > now() FROM clocks_clock WHERE id = %s", poisoned)
    return {
        "breaches": one("SELECT count(*) FROM journal_entry WHERE event = 'clock.breached'")[0],
        "clocks": one(
            "SELECT count(DISTINCT data->>'clock_id') FROM journal_entry WHERE event = 'clock.breached'"
        )[0],
        "jobs": one(
            "SELECT count(DISTINCT e) FROM procrastinate_jobs, jsonb_array_elements(args->'entry_ids') AS e"
            " WHERE args->>'reaction' = 'cases.tell_breach'"
        )[0],
        "jobs in all": one(
            "SELECT count(*) FROM procrastinate_jobs, jsonb_array_elements(args->'entry_ids')"
            " WHERE args->>'reaction' = 'cases.tell_breach'"
        )[0],
        "poisoned": int(bool(row and row[0] == 1 and row[1] and row[2])),
        "error": row[1] if row else "",
    }


def floor(here: stand.Stand, admin: Any, workers: int) -> float:
    """Seconds in which as many connections write the same entries, jobs and clock changes, and nothing else."""
    admin.execute(
        "CREATE TABLE floor_entry (LIKE journal_entry INCLUDING ALL); CREATE TABLE floor_job (LIKE "
        "procrastinate_jobs"
        " INCLUDING ALL); CREATE TABLE floor_clock (LIKE clocks_clock INCLUDING ALL);"
        " INSERT INTO floor_clock SELECT * FROM clocks_clock;"
        " CREATE TABLE said AS SELECT e.id, j.id AS job, (e.data->>'clock_id')::uuid AS clock, "
        "e.recorded_at AS at,"
        " row_number() OVER (ORDER BY e.id) AS n FROM journal_entry e JOIN (SELECT id, "
        "jsonb_array_elements(args->'entry_ids')::bigint AS entry FROM procrastinate_jobs) j ON"
        " j.entry = e.id WHERE e.event = 'clock.breached'; CREATE INDEX ON said (n);"
        " ANALYZE said; CHECKPOINT"
    )
    most = admin.execute("SELECT count(*) FROM said").fetchone()[0]

    def half(number: int) -> None:
        with here.connect() as own:
            for first in range(1 + 500 * number, most + 1, 500 * workers):
                ends = [first, first + 499]
                with own.transaction():
                    own.execute(
                        "INSERT INTO floor_entry SELECT e.* FROM journal_entry e JOIN said s ON s.id = "
                        "e.id AND"
                        " e.recorded_at = s.at WHERE n BETWEEN %s AND %s",
                        ends,
                    )
                    own.execute(
                        "INSERT INTO floor_job SELECT j.* FROM procrastinate_jobs j WHERE id IN (SELECT job FROM"
                        " said WHERE n BETWEEN %s AND %s) ON CONFLICT DO NOTHING",
                        ends,
                    )
                    own.execute(
                        "UPDATE floor_clock c SET next_at = NULL, stage = 1, breached_at = due_at FROM said s"
                        " WHERE c.id = s.clock AND n BETWEEN %s AND %s",
                        ends,
                    )

    begun = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(half, range(workers)))
    return time.monotonic() - begun


def reactions(here: stand.Stand, admin: Any, most: int) -> tuple[float, int]:
    """Jobs a second that the supervisor's own worker process does, until ``most`` are done."""
    count = "SELECT count(*) FROM journal_receipt WHERE reaction = 'cases.tell_breach'"
    before = admin.execute(count).fetchone()[0]
    with stand.running(here, "worker", stand.free_port()):
        while admin.execute(count).fetchone()[0] < before + 20:
            time.sleep(0.05)
        first, begun = admin.execute(count).fetchone()[0], time.monotonic()
        while (done := admin.execute(count).fetchone()[0]) < first + most and time.monotonic() - begun < 60:
            time.sleep(0.2)
        seconds = time.monotonic() - begun
    left = admin.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'").fetchone()[0]
    return (done - first) / seconds, int(left)


if __name__ == "__main__":
    main()
