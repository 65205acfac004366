"""What the program's role may do in the database; the schema belongs to another one.

Applied after each migration. The program reads and writes everywhere except that the journal's
entries and anchors, and the books of the ledger, are for it only to be read and added to.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from bihuan.engine.errors import Refusal

_EVERYTHING = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""

_APPEND_ONLY = (
    "journal_entry", "journal_anchor", "journal_anchor_copy", "journal_receipt",
    "ledger_account", "ledger_posting", "ledger_leg",
)  # fmt: skip

_PARTITIONS = (
    "SELECT relid::regclass::text FROM pg_partition_tree('journal_entry') WHERE parentrelid IS NOT NULL"
)


def apply() -> bool:
    """Grant the program's role what it needs; False where it is the owner itself (one role for both)."""
    role = settings.DATABASE_APP_USER
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        owner, exists = cursor.fetchone()
        if role in ("", owner):
            return False
        if not exists:
            raise Refusal(
                "The role {role} of DATABASE_URL does not exist in this database.",
                code="project.role",
                role=role,
                remedy="Create it (CREATE ROLE … LOGIN), then run `bihuan migrate` again.",
            )
        for statement in _statements(cursor, role):
            cursor.execute(statement)
    return True


def _statements(cursor: Any, role: str) -> list[str]:
    name = sql.Identifier(role)
    cursor.execute(_PARTITIONS)
    partitions = [row[0] for row in cursor.fetchall()]
    pieces = [sql.SQL(_EVERYTHING).format(role=name)]
    for table in _APPEND_ONLY:
        revoke = "REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES ON {table} FROM {role}"
        pieces.append(sql.SQL(revoke).format(table=sql.Identifier(table), role=name))
    for table in partitions:
        revoke = "REVOKE ALL ON {table} FROM {role}"
        pieces.append(sql.SQL(revoke).format(table=sql.Identifier(table), role=name))
    pieces.append(
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON journal_deployment FROM {role}").format(role=name)
    )
    pieces.append(sql.SQL("GRANT UPDATE (frozen_at) ON journal_deployment TO {role}").format(role=name))
    pieces.append(sql.SQL("REVOKE DELETE, TRUNCATE ON journal_head FROM {role}").format(role=name))
    return [piece.as_string(connection.connection) for piece in pieces]
