"""What the program's role may not do in the journal, tried under that role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from bihuan.engine.errors import Refusal
from bihuan.project import grants

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["bihuan.journal"])
ROLE = "bihuan_grants_test"
WANTED = ("dbname", "user", "password", "host", "port")


@pytest.fixture
def role(_django_db_helper: None, settings: Any) -> Iterator[Any]:
    """A connection of the program's own role: the server's where it has one, else one made for the test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, current_user FROM pg_roles WHERE rolname = current_user")
        superuser, owner = cursor.fetchone()
        if superuser:
            cursor.execute(f"CREATE ROLE {ROLE}")
            settings.DATABASE_APP_USER = ROLE
    assert settings.DATABASE_APP_USER not in ("", owner)
    assert grants.apply() is True
    address = {k: v for k, v in connection.get_connection_params().items() if k in WANTED}
    if superuser:
        program = psycopg.connect(**address, autocommit=True)
        program.execute(f"SET ROLE {ROLE}")
    else:
        program = psycopg.connect(os.environ["DATABASE_URL"], dbname=address["dbname"], autocommit=True)
    yield program
    program.close()
    if superuser:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {ROLE}")
            cursor.execute(f"DROP ROLE {ROLE}")


def refused(role: Any, sql: str) -> bool:
    try:
        role.execute(sql)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize(
    "table", ["journal_entry", "journal_anchor", "journal_anchor_copy", "journal_receipt"]
)
@pytest.mark.parametrize(
    "sql",
    ["UPDATE {} SET ctid = ctid", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"],
)
def test_the_programs_role_cannot_change_history(role: Any, table: str, sql: str) -> None:
    column = {"journal_entry": "version", "journal_anchor": "epoch"}.get(table, "entry_id")
    column = "number" if table == "journal_anchor_copy" else column
    assert refused(role, sql.replace("ctid", column).format(table))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry_2026 SET version = 2",
        "TRUNCATE journal_entry_other",
        "INSERT INTO journal_entry_2026 SELECT * FROM journal_entry",
        "UPDATE journal_deployment SET kind = 'drill'",
        "UPDATE journal_deployment SET epoch = 2",
        "DELETE FROM journal_head",
        "DROP TABLE journal_anchor",
    ],
)
def test_nor_go_round_it(role: Any, sql: str) -> None:
    assert refused(role, sql)


def test_a_partition_made_later_is_closed_too(role: Any) -> None:
    assert role.execute("SELECT journal_add_year(2034)").fetchone() == (True,)
    assert refused(role, "UPDATE journal_entry_2034 SET version = 2")
    assert refused(role, "SELECT * FROM journal_entry_2034")


def test_it_can_do_its_work(role: Any) -> None:
    role.execute("SELECT count(*) FROM journal_entry, journal_anchor")
    role.execute("INSERT INTO journal_receipt (entry_id, reaction) VALUES (-1, 'x') ON CONFLICT DO NOTHING")
    role.execute("SELECT nextval('journal_entry_id_seq')")
    assert refused(role, "CREATE TABLE more (id int)")


def test_a_role_that_does_not_exist_is_refused_by_name(settings: Any) -> None:
    settings.DATABASE_APP_USER = "nobody_like_this"
    with pytest.raises(Refusal, match="nobody_like_this"):
        grants.apply()


def test_one_role_for_both_is_left_alone(settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        settings.DATABASE_APP_USER = cursor.fetchone()[0]
    assert grants.apply() is False
