"""The only reading of the time. Doors call it once and hand ``at`` down.

In a database marked as a drill's the time is the drill's; a production or demo database has no
way to shift it (a constraint of the table refuses).
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from bihuan.engine.errors import Refusal


def now() -> datetime:
    """Aware UTC time of this database: the machine's, or the drill's where one is set."""
    if deployment_kind() != "drill":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bihuan_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def deployment_kind() -> str:
    """``production``, ``demo`` or ``drill``; read once a process for each database."""
    name = str(connection.settings_dict["NAME"])
    if name not in _kinds:
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind FROM journal_deployment")
            _kinds[name] = str(cursor.fetchone()[0])
    return _kinds[name]


def is_fresh() -> bool:
    """Whether nothing happened in this database yet but the loading of the rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM journal_entry WHERE subject_kind <> ALL (%s))", [list(RULES)]
        )
        return bool(cursor.fetchone()[0])


def mark_deployment(kind: str) -> None:
    """Mark a fresh database as demo or drill (as its owner). Raises Refusal where people acted already."""
    if deployment_kind() != kind and not is_fresh():
        raise Refusal(
            "This database already holds entries and stays what it is.",
            code="journal.deployment",
            remedy="Use an empty database.",
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_deployment SET kind = %s", [kind])
    _kinds.clear()


RULES = ("rulebook", "clause", "calendar", "hours")
"""Subjects of the rules, whose entries every installation begins with."""


def set_drill_time(moment: datetime | None) -> None:
    """Set the time of a drill's database. Raises Refusal in any other."""
    if deployment_kind() != "drill":
        raise Refusal(
            "The time is shifted only in a database marked as a drill's.",
            code="journal.time",
            remedy="Run `bihuan drill`, which makes a database of its own.",
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_deployment SET frozen_at = %s", [moment])


_kinds: dict[str, str] = {}
