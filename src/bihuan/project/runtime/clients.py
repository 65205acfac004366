"""PostgreSQL's client programs on one database address, without its password on any command line."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bihuan.project.runtime import binaries, cluster
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import Say

VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def client_environment(url: str) -> dict[str, str]:
    """The environment by which psql, pg_dump and pg_restore find the database."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given = conninfo_to_dict(url)
    return own | {name: str(given[key]) for key, name in VARIABLES.items() if given.get(key)}


def run(tool: str, url: str, arguments: list[str]) -> None:
    """Run one program; its words are shown, and a failure becomes a refusal."""
    command = [binaries.find().tool(tool), *arguments]
    done = subprocess.run(  # noqa: S603
        command, env=client_environment(url), stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise CannotRun(
            "{tool} failed: {why}",
            tool=tool,
            why=" ".join(done.stderr.split())[-600:] or f"code {done.returncode}",
            remedy="Nothing of the database was changed.",
        )


def psql(url: str, arguments: list[str]) -> int:
    """Hand the terminal over to psql."""
    command = [binaries.find().tool("psql"), "-X", *arguments]
    return subprocess.run(command, env=client_environment(url), check=False).returncode  # noqa: S603


def dump(url: str, target: Path) -> None:
    """Write the whole database into one compressed file, complete or not at all."""
    if target.exists():
        raise CannotRun("{file} exists already.", file=target, remedy="Name another file.")
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        run("pg_dump", url, ["--format=custom", "--no-owner", "--file", str(part)])
        part.replace(target)
    except OSError as error:
        raise CannotRun(
            "{file} cannot be written: {why}.", file=target, why=error.strerror, remedy="Name another file."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def restore(owner_url: str, source: Path, say: Say, *, aside: bool = False) -> None:
    """Put a dump into the database, all or nothing. One that holds tables is refused, or with ``aside``
    kept under another name first (embedded server, or an owner that may create databases)."""
    if not source.is_file():
        raise CannotRun("There is no file {file}.", file=source, remedy="Name the file of a dump.")
    if not is_empty(owner_url):
        if not aside:
            raise CannotRun(
                "The database holds tables already; nothing was changed.",
                remedy="With --force it is kept under another name and a new one is filled.",
            )
        say(f"The present database is kept as {move_aside(owner_url)}")
    arguments = ["--no-owner", "--exit-on-error", "--single-transaction"]
    name = str(conninfo_to_dict(owner_url)["dbname"])
    run("pg_restore", owner_url, [*arguments, "--dbname", name, str(source)])


@contextmanager
def connected(url: str, *, database: str | None = None) -> Iterator[psycopg.Connection]:
    """An autocommit connection; what the server refuses becomes a sentence."""
    try:
        with psycopg.connect(
            make_conninfo(url, **({"dbname": database} if database else {})), autocommit=True
        ) as it:
            yield it
    except psycopg.Error as error:
        raise CannotRun(
            "The database refused: {why}", why=" ".join(str(error).split()), remedy="Check DATABASE_URL."
        ) from error


def is_empty(url: str) -> bool:
    """Whether the database holds no table of anybody's."""
    with connected(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN"
            " ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
        ).fetchone()
    return found is not None and found[0] == 0


def move_aside(owner_url: str) -> str:
    """Rename the database and make an empty one in its place; gives the new name of the old one."""
    given = conninfo_to_dict(owner_url)
    name = str(given["dbname"])
    kept = f"{name}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    old, new = sql.Identifier(name), sql.Identifier(kept)
    app = sql.Identifier(app_role())
    with connected(owner_url, database="postgres") as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, new))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(old)
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(old))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(old, app))
    return kept


def app_role() -> str:
    """Name of the program's role: that of DATABASE_URL, or of the embedded server."""
    url = os.environ.get("DATABASE_URL")
    return str(conninfo_to_dict(url).get("user") or cluster.APP) if url else cluster.APP
