"""Many cases out of few: clones of stored cases with their complaint, rows, clocks and journal entries.

A clone's ids are digests of the original's id and the clone's number, so that rows of all tables find
each other again. Times are shifted by a whole number of minutes. The journal's hash chain of a clone does
not verify (its hashed bytes name the original): a scratch database only. Free texts, people and evidence
are shared with the originals.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg

PREPARE = """
CREATE OR REPLACE FUNCTION bench_id(u uuid, n int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5(u::text || n::text)::uuid;
CREATE TABLE IF NOT EXISTS bench_case AS
    SELECT id, row_number() OVER (ORDER BY id)::int AS place FROM cases_case;
CREATE TABLE IF NOT EXISTS bench_shift AS
    SELECT greatest(interval '1 minute', least(interval '400 days', now() - min(received_at)))
    AS most FROM cases_case;
GRANT SELECT ON bench_case TO PUBLIC;
"""
ENTRIES = 8  # of each clone at most; the journal is the biggest table
SKIPPED = ("cases_link",)


@dataclass
class Cloner:
    """Writes clones number ``first`` to ``last`` of every case; ``url`` is the superuser's."""

    url: str
    tables: list[tuple[str, str]] = field(default_factory=list)
    """Tables of one case in order, each with the statement that clones it."""
    constraints: list[tuple[str, str, str]] = field(default_factory=list)
    indexes: list[tuple[str, str]] = field(default_factory=list)

    def prepare(self) -> int:
        """Find the tables; returns the number of originals."""
        with self._connect() as connection:
            connection.execute(PREPARE.encode())
            for table, key in _tables(connection):
                self.tables.append((table, _statement(connection, table, key)))
            row = connection.execute("SELECT count(*) FROM bench_case").fetchone()
            return int(row[0]) if row else 0

    def drop_indexes(self) -> None:
        """Indexes and constraints of the tables: made anew afterwards they cost a fraction."""
        names = [table for table, _ in self.tables]
        with self._connect() as connection:
            self.constraints = [
                (str(r[0]), str(r[1]), str(r[2]))
                for r in connection.execute(
                    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
                    "FROM pg_constraint"
                    " WHERE contype IN ('p', 'u', 'f') AND conparentid = 0 AND "
                    "(conrelid::regclass::text = ANY(%s) OR"
                    " confrelid::regclass::text = ANY(%s)) ORDER BY contype = 'f'",
                    [names, names],
                )
            ]
            for table, name, _ in reversed(self.constraints):
                connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
            self.indexes = [
                (str(r[0]), str(r[1]))
                for r in connection.execute(
                    "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index "
                    "i JOIN pg_class c"
                    " ON c.oid = i.indexrelid WHERE i.indrelid::regclass::text = ANY(%s) AND NOT "
                    "c.relispartition",
                    [names],
                )
            ]
            for name, _ in self.indexes:
                connection.execute(f"DROP INDEX {name}".encode())

    def make_indexes(self, say: Callable[[str], None]) -> None:
        """Everything as it was; foreign keys without looking at every row again (clones keep them)."""
        made = [definition.replace(" ON ONLY ", " ON ") for _, definition in self.indexes]
        keys = [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            for table, name, definition in self.constraints
            if not definition.startswith("FOREIGN")
        ]
        foreign = [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"{definition}{'' if table in PARTITIONED else ' NOT VALID'}"
            for table, name, definition in self.constraints
            if definition.startswith("FOREIGN")
        ]
        self._both([*keys, *made], say)
        for statement in foreign:
            self._run(statement)

    def write(self, first: int, last: int, say: Callable[[str], None]) -> None:
        """Two connections, each table by table, so that both cores work."""
        steps = [
            statement.replace("<first>", str(first)).replace("<last>", str(last))
            for _, statement in self.tables
        ]
        self._both(sorted(steps, key=lambda s: "journal_entry" not in s), say)

    def finish(self) -> None:
        """Statistics and visibility, as autovacuum would have made them in time."""
        self._both([f"VACUUM ANALYZE {table}" for table, _ in self.tables], lambda _: None)

    def _both(self, statements: list[str], say: Callable[[str], None]) -> None:
        def one(statement: str) -> None:
            self._run(statement)
            say(" ".join(statement.split())[:70])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, statements))

    def _run(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(
                "SET session_replication_role = replica; SET synchronous_commit = off;"
                " SET maintenance_work_mem = '1GB'; SET work_mem = '64MB'"
            )
            connection.execute(statement.encode())

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, autocommit=True)


PARTITIONED = ("clocks_clock", "journal_entry")


def _tables(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """The tables of a case, with the column that leads to it."""
    complaint = [("cases_case", "id"), ("complaints_complaint", "case_id")]
    found = connection.execute(
        "SELECT conrelid::regclass::text, (SELECT attname FROM pg_attribute WHERE attrelid = conrelid "
        "AND attnum ="
        " conkey[1]) FROM pg_constraint WHERE contype = 'f' AND confrelid IN ('cases_case'::regclass,"
        " 'complaints_complaint'::regclass) ORDER BY 1, 2"
    ).fetchall()
    known = {table for table, _ in complaint}
    for table, column in found:
        if table not in known and table not in SKIPPED:
            complaint.append((str(table), str(column)))
            known.add(str(table))
    return [
        *complaint,
        ("clocks_clock", "subject_id"),
        ("journal_head", "subject_id"),
        ("journal_entry", "subject_id"),
    ]


def _statement(connection: psycopg.Connection[Any], table: str, key: str) -> str:
    """INSERT … SELECT for one table: ids by bench_id, times shifted, the rest as it is."""
    columns = connection.execute(
        "SELECT column_name, udt_name, is_identity = 'YES' OR column_default LIKE 'nextval%%' FROM"
        " information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    ).fetchall()
    keys = _own_ids(connection, table)
    names, values = [], []
    for name, kind, generated in columns:
        if generated or name == "txid":
            continue
        names.append(f'"{name}"')
        values.append(_value(table, name, kind, name in keys or name == key))
    limit = f" AND t.sequence <= {ENTRIES}" if table == "journal_entry" else ""
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} t"
        f" JOIN bench_case b ON b.id = t.{key}{limit} CROSS JOIN generate_series(<first>, <last>) AS n"
        " CROSS JOIN LATERAL (SELECT most * ((b.place * 7919 + n * 104729) % 99991) / 99991.0 AS shift FROM"
        " bench_shift) s"
    )


def _own_ids(connection: psycopg.Connection[Any], table: str) -> set[str]:
    """The columns whose ids are cloned too: the row's own, and those that lead to cloned rows."""
    rows = connection.execute(
        "SELECT a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum ="
        " c.conkey[1] WHERE c.conrelid = %s::regclass AND (c.contype = 'p' OR (c.contype = 'f' AND"
        " (c.confrelid::regclass::text LIKE 'complaints_%%' OR c.confrelid = 'cases_case'::regclass)))",
        [table],
    ).fetchall()
    return {str(row[0]) for row in rows}


def _value(table: str, name: str, kind: str, own: bool) -> str:
    column = f't."{name}"'
    if own and kind == "uuid":
        return f"bench_id({column}, n)"
    if table == "cases_case" and name == "number":
        return "'BX' || lpad(b.place::text, 5, '0') || lpad(n::text, 9, '0')"
    if kind == "timestamptz":
        return f"{column} - s.shift"
    if kind == "_timestamptz":
        return f"ARRAY(SELECT w - s.shift FROM unnest({column}) AS w)"
    return column
