"""Worker, database, anchors, backups, jobs and notices in one look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_noop as _

from bihuan.accounts.permissions import require
from bihuan.administration.models import Backup, BackupState
from bihuan.administration.permissions import RoomPermission
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.notices import queries as notices

ALIVE: Final = timedelta(minutes=1)
ANCHORED: Final = timedelta(minutes=30)
"""An anchor is made every ten minutes, where there is something to anchor."""
BACKED_UP: Final = timedelta(days=1, hours=2)
_OLDEST: Final = """
SELECT count(*) FILTER (WHERE status = 'failed'),
    count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < %s))
FROM procrastinate_jobs WHERE status IN ('failed', 'todo')
"""
_HEARD: Final = "SELECT max(last_heartbeat) FROM procrastinate_workers"
_DATABASE: Final = """
SELECT current_setting('server_version'), pg_database_size(current_database()),
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    current_setting('max_connections')::int, current_setting('data_checksums')
"""
MANY_WAIT: Final = 1000


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is well (``good``), to be looked at (``watch``) or broken (``bad``).

    ``words`` is an English msgid with fields from ``data``; ``route`` names the page with more.
    """

    name: str
    state: str
    words: str
    route: str
    at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)


def signs(actor: Actor, *, at: datetime) -> list[Sign]:
    """All of them, in a fixed order."""
    require(actor, RoomPermission.SYSTEM)
    look: tuple[Callable[[Actor, datetime], Sign], ...] = (
        _worker,
        _database,
        _jobs,
        _notices,
        _anchors,
        _backups,
    )
    return [each(actor, at) for each in look]


def _worker(actor: Actor, at: datetime) -> Sign:
    heard = _row(_HEARD)[0]
    if heard is None:
        return Sign("worker", "bad", _("No worker runs: nothing is sent, no deadline is watched."), "jobs")
    alive = at - heard < ALIVE
    words = _("A worker gives signs of life.") if alive else _("No worker has given a sign of life lately.")
    return Sign("worker", "good" if alive else "bad", words, "jobs", heard)


def _database(actor: Actor, at: datetime) -> Sign:
    version, size, used, most, checksums = _row(_DATABASE)
    crowded = used > most * 0.8
    words = _("PostgreSQL {version}, {size}, {used} of {most} connections, page checksums {checksums}.")
    data = {"version": version, "size": sized(size), "used": used, "most": most, "checksums": checksums}
    state = "watch" if crowded or checksums != "on" else "good"
    return Sign("database", state, words, "overview", None, data)


def _jobs(actor: Actor, at: datetime) -> Sign:
    failed, waiting = _row(_OLDEST, [at - timedelta(minutes=1)])
    if failed:
        return Sign("jobs", "bad", _("{n} jobs failed for good."), "jobs", None, {"n": failed})
    if waiting > MANY_WAIT:
        return Sign("jobs", "watch", _("{n} jobs are due and wait."), "jobs", None, {"n": waiting})
    return Sign("jobs", "good", _("No job failed; {n} are due and wait."), "jobs", None, {"n": waiting})


def _notices(actor: Actor, at: datetime) -> Sign:
    n = notices.failed_count()
    if n:
        words = _("{n} notices did not go out: somebody was not told.")
        return Sign("notices", "bad", words, "notices", None, {"n": n})
    return Sign("notices", "good", _("Every notice went out or is on its way."), "notices")


def _anchors(actor: Actor, at: datetime) -> Sign:
    anchor = journal.last_anchor()
    if anchor is None:
        return Sign("anchors", "watch", _("No anchor was made yet."), "overview")
    exposed = journal.exposed_since(anchor)
    late = exposed is not None and at - exposed > ANCHORED
    words = _("Entries wait for an anchor for too long.") if late else _("The journal is anchored.")
    return Sign("anchors", "bad" if late else "good", words, "overview", anchor.made_at)


def _backups(actor: Actor, at: datetime) -> Sign:
    last = Backup.objects.filter(state=BackupState.ENDED).order_by("-ended_at").first()
    if last is None or last.ended_at is None:
        return Sign("backups", "bad", _("No backup was made from here yet."), "backups")
    old = at - last.ended_at > BACKED_UP
    stale, fresh = _("The last backup is older than a day."), _("A verified backup of the last day exists.")
    words = stale if old else fresh
    return Sign("backups", "watch" if old else "good", words, "backups", last.ended_at)


def sized(number: int) -> str:
    """Bytes as people say them: 13.6 MB."""
    for unit, size in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number} B"


def _row(statement: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or [])
        return tuple(cursor.fetchone())
