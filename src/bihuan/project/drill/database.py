"""A database of the drill's own beside the real one, made anew for each run."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bihuan.engine.errors import Invalid

ENDING = "_drill"


def make(owner_url: str, name: str) -> str:
    """Create the drill's database (dropping an earlier drill of the same name); returns its address.

    Raises Invalid for a name that does not end in ``_drill``: no other database is ever dropped.
    """
    if not name.endswith(ENDING) or not name.replace("_", "").isalnum():
        raise Invalid(
            "A drill's database has a name that ends in {ending}.", field="database", ending=ENDING,
            remedy="Leave the name out, or choose one such as spring_drill.",
        )  # fmt: skip
    with psycopg.connect(_at(owner_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            ).format(sql.Identifier(name))
        )
        # a drill can be repeated; its commits need not wait for the disk
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
        )
    return _at(owner_url, name)


def enter(url: str) -> None:
    """Let the settings that are read next point at the drill's database, as its owner."""
    os.environ["DATABASE_URL"] = os.environ["BIHUAN_DATABASE_OWNER_URL"] = url
    os.environ["BIHUAN_ROLE"] = "owner"


def _at(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))
