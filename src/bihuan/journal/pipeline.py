"""Fewer round trips to the database, for the actions that write most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def pipelined() -> Iterator[None]:
    """Statements whose result nobody waits for travel together with the next one (psycopg's pipeline)."""
    connection.ensure_connection()
    if connection.connection is None:
        raise RuntimeError("a transaction without a connection")
    # leaving the pipeline may fail in psycopg's own words, which nobody further up knows
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
