"""One verification: a state of the database, all cores, then names for what was found."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connections

from bihuan.journal.anchors import outside
from bihuan.journal.anchors.record import public_key
from bihuan.journal.verification import anchored, fast
from bihuan.journal.verification.diagnose import as_time, diagnose
from bihuan.journal.verification.report import Exposure, Finding, Report, finding

SMALL: Final = 50_000
"""Below so many entries other processes cost more than they bring."""
PART: Final = 200_000
"""At most so many entries in one piece of work."""
EXAMINED: Final = 200


def verify(
    database: str = "default",
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check the whole journal of a database against itself, its anchors and their copies outside.

    Reads one state of the database and changes nothing. ``processes``: by default one a core, or
    one where the journal is small or the caller has a transaction open (whose work it then sees).
    ``progress`` is told after each part how many entries were read, and of how many.
    """
    started = time.perf_counter()
    with state(database) as (connection, source):
        fast.tell_times(connection)
        journal, size, subjects, due = _sizes(connection)
        cores = processes or (1 if size < SMALL else os.cpu_count() or 1)
        cores = cores if source else 1
        stored = anchored.read(connection)
        ranges = anchored.ranges(stored)
        parts, suspects, covered = _read(
            connection,
            source,
            _spans(min(size, 2 * due + SMALL), cores),
            cores,
            ranges,
            _telling(progress, due),
        )
        suspects = suspects.union(*(part.suspects for part in parts))
        report = Report(entries=sum(p.entries for p in parts), subjects=subjects, processes=cores)
        report.anchors = len(stored)
        if report.entries != due:
            suspects |= fast.beyond_heads(connection)
        report.findings = _diagnoses(connection, sorted(suspects)) + _anchors(connection, journal, stored)
        report.findings += anchored.compare(stored, covered)
        report.exposure = _exposure(parts)
    report.seconds = time.perf_counter() - started
    return report


def trusted_keys() -> frozenset[bytes]:
    """Our public key, and those that signed before it was changed (``ANCHOR_FORMER_KEYS``, hexadecimal)."""
    former = getattr(settings, "ANCHOR_FORMER_KEYS", [])
    return frozenset({public_key(settings.KEYS.signing), *(bytes.fromhex(key) for key in former)})


@contextmanager
def state(database: str) -> Iterator[tuple[psycopg.Connection[Any], fast.Source | None]]:
    """One unchanging state of the database.

    The caller's own transaction where one is open; else a new connection whose state others can join."""
    wrapper = connections[database]
    if wrapper.in_atomic_block:
        yield wrapper.connection, None
        return
    wanted = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
    parameters = wrapper.get_connection_params()
    conninfo = {name: parameters[name] for name in wanted if parameters.get(name)}
    with psycopg.connect(**conninfo) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, fast.Source(tuple(conninfo.items()), row[0] if row else "")


def _exposure(parts: list[fast.Part]) -> Exposure:
    times = [moment for part in parts if part.since and isinstance(moment := as_time(part.since), datetime)]
    return Exposure(sum(part.exposed for part in parts), min(times, default=None))


def _sizes(connection: psycopg.Connection[Any]) -> tuple[str, int, int, int]:
    """Identity, highest number, subjects, and the entries that the heads say together."""
    row = connection.execute(
        "SELECT identity::text, (SELECT coalesce(max(id), 0) FROM journal_entry), s.*"
        " FROM journal_deployment, (SELECT count(*), coalesce(sum(sequence), 0)::bigint FROM journal_head) s"
    ).fetchone()
    if row is None:
        raise LookupError("journal_deployment has no row")
    return row


def _spans(size: int, cores: int) -> list[tuple[int, int]]:
    """Ranges of numbers up to ``size``; the first takes in whatever lies below them, the last whatever above.

    They grow shorter towards the end, so that all cores end at about the same time."""
    ends: list[int] = []
    while not ends or ends[-1] < size:
        begun = ends[-1] if ends else 0
        ends.append(begun + min(PART, max(10_000, (size - begun) // (cores * 2))))
    return list(zip([-(2**63), *(end + 1 for end in ends[:-1])], [*ends[:-1], 2**63 - 1], strict=True))


def _read(
    connection: psycopg.Connection[Any],
    source: fast.Source | None,
    spans: list[tuple[int, int]],
    cores: int,
    ranges: list[fast.Range],
    tell: Callable[[fast.Part], fast.Part],
) -> tuple[list[fast.Part], set[str], list[anchored.Covered]]:
    if source is None or cores == 1:
        heads = fast.check_heads(connection)
        parts = [tell(fast.check_part(connection, *span, ranges)) for span in spans]
        return parts, heads, anchored.covered(ranges, parts)
    # rows make no cycles, and looking for some among them is a twentieth of the work
    with multiprocessing.get_context("spawn").Pool(cores, initializer=gc.disable) as pool:
        waiting = pool.apply_async(fast.heads_of, (source,))
        work = partial(fast.part_in, source, ranges)
        parts = [tell(part) for part in pool.imap(work, spans, chunksize=1)]
        return parts, waiting.get(), anchored.covered(ranges, parts, pool.map)


def _telling(progress: Callable[[int, int], None] | None, due: int) -> Callable[[fast.Part], fast.Part]:
    """Hands a part on and says how far the reading is."""
    read = 0

    def tell(part: fast.Part) -> fast.Part:
        nonlocal read
        read += part.entries
        if progress is not None:
            progress(read, due)
        return part

    return tell


def _diagnoses(connection: psycopg.Connection[Any], suspects: list[str]) -> list[Finding]:
    fast.prepare(connection)
    found = [f for subject_id in suspects[:EXAMINED] for f in diagnose(connection, subject_id)]
    if len(suspects) > EXAMINED:
        found.append(finding("more", count=len(suspects) - EXAMINED))
    return found


def _anchors(
    connection: psycopg.Connection[Any], journal: str, stored: list[anchored.Stored]
) -> list[Finding]:
    trusted = trusted_keys()
    found = anchored.check(stored, journal, trusted)
    for place in outside.places(journal):
        rows = connection.execute("SELECT number FROM journal_anchor_copy WHERE place = %s", [place.name])
        copied = frozenset(row[0] for row in rows.fetchall())
        found += anchored.outside(place, stored, copied, trusted)
    return found
