"""The `bihuan` command. One table of sub-commands; each is a module here with add_parser() and run().

A module is imported only when its command is called, after Django is set up where the table says so. To add
one: write the module beside these and a line in COMMANDS.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import django

from bihuan.engine.errors import BihuanError
from bihuan.project.collecting import loading
from bihuan.project.runtime import environment, home
from bihuan.project.runtime.errors import CannotRun

BARE = "bare"  # neither Django nor a database
SETTINGS = "settings"  # Django without a database
DATABASE = "database"  # Django as the program's role; the embedded server is started if need be
OWNER = "owner"  # Django as the role that owns the schema


class Command(NamedTuple):
    """A sub-command: what it needs, in which module it is, one line about it."""

    needs: str
    module: str
    help: str


COMMANDS = {
    "up": Command(BARE, "up", "start everything: database, pages, live updates, worker"),
    "migrate": Command(OWNER, "migrate", "bring the database up to date: schema, rights, partitions"),
    "db": Command(BARE, "db", "psql, dump, restore of the database"),
    "backup": Command(BARE, "backup", "database, evidence and keys into one file"),
    "restore": Command(BARE, "restore", "put a backup back"),
    "norms": Command(SETTINGS, "norms", "the rulebooks: list, show, check, due, explain, remedy, coverage"),
    "calendar": Command(DATABASE, "calendar", "import a year's published holidays"),
    "journal": Command(DATABASE, "journal", "verify, anchor, export the journal"),
    "key": Command(DATABASE, "key", "keys of programs outside: create, list, revoke"),
    "import": Command(DATABASE, "imports", "orders or complaints from a file"),
    "conformity": Command(DATABASE, "conformity", "how the platform did, clause by clause"),
    "what-if": Command(DATABASE, "whatif", "past clocks under another limit; writes nothing"),
    "drill": Command(BARE, "drill", "drive real texts through a database of their own"),
    "document": Command(SETTINGS, "document", "write docs/api: OpenAPI document, catalogue of events"),
    "demo": Command(OWNER, "demo", "load the demo, show its log-ins"),
    "manage": Command(OWNER, "manage", "Django's own commands, for developers"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every error is a sentence and a code, never a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return dispatch(words)
    except BihuanError as error:
        remedy = error.remedy_text()
        return _fail(f"{error.text()}{' ' if remedy else ''}{remedy}", 1)
    except KeyboardInterrupt:
        return _fail("Interrupted.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:  # the last door: nobody outside should see a traceback
        if os.environ.get("BIHUAN_DEBUG"):
            raise
        said = " ".join(str(error).split()) or "no details"
        return _fail(f"{type(error).__name__}: {said} (BIHUAN_DEBUG=1 shows where.)", 70)


def dispatch(words: list[str]) -> int:
    """Find the command, give it what it needs, run it."""
    parser = argparse.ArgumentParser(prog="bihuan", description="Service norms made executable.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    chosen = words[0] if words and words[0] in COMMANDS else None
    if chosen is None:
        for name, command in COMMANDS.items():
            commands.add_parser(name, help=command.help)
        parser.parse_args(words)
        return 2
    if chosen == "manage":
        words.insert(1, "--")  # Django reads its own options
    command = COMMANDS[chosen]
    with _given(command.needs):
        module = _load(chosen, command.module)
        module.add_parser(commands)
        code: int | None = module.run(parser.parse_args(words))
    return code or 0


@contextmanager
def _given(needs: str) -> Iterator[None]:
    if needs == BARE:
        yield
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", environment.SETTINGS)
    os.environ.setdefault("BIHUAN_LOG_LEVEL", "WARNING")
    os.environ["BIHUAN_HOME"] = str(home.prepare(home.default()))
    if needs == SETTINGS:
        with loading():
            django.setup()
        yield
        return
    with environment.database(home.default()) as variables:
        os.environ.update(variables)
        os.environ["BIHUAN_ROLE"] = "owner" if needs == OWNER else "app"
        with loading():
            django.setup()
        yield


def _load(name: str, module: str) -> Any:
    full = f"{__name__}.{module}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name != full:
            raise
        raise CannotRun(
            "The command {name} is not part of this version yet.",
            name=name,
            remedy="bihuan --help lists the others.",
        ) from error


def _fail(text: str, code: int) -> int:
    print(f"bihuan: {text}", file=sys.stderr)
    return code
