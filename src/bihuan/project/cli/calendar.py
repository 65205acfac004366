"""Load a year's published holiday arrangement; clocks that waited for it are judged again by the worker."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.norms import actions, queries
from bihuan.project.cli.command import Commands

LARGEST = 1024 * 1024


class BadFile(Invalid):
    """A calendar file that cannot be read."""

    code = "calendar.file"
    message = "{file} cannot be read: {why}."
    remedy = 'Give the public form: {{"year": 2027, "days": [{{"name": …, "date": …, "isOffDay": true}}]}}.'


def add_parser(commands: Commands) -> None:
    """Options of `bihuan calendar`."""
    steps = commands.add_parser("calendar", description=__doc__).add_subparsers(
        dest="step", metavar="STEP", required=True
    )
    load = steps.add_parser("import", help="load one year from a JSON file")
    load.add_argument("file", type=Path)
    load.add_argument("--source", help="where the arrangement was published (default: the file's name)")
    load.add_argument("--published-on", type=date.fromisoformat, metavar="DATE")
    load.add_argument("--incomplete", action="store_true", help="keep the year provisional")
    steps.add_parser("list", help="the years that are loaded")


def run(args: argparse.Namespace) -> int:
    """One step."""
    if args.step == "list":
        for row in queries.calendar_years():
            whole = "" if row.complete else " (incomplete: provisional)"
            print(f"{row.year} version {row.version}, {len(row.days)} days, {row.source}{whole}")
        return 0
    try:
        if args.file.stat().st_size > LARGEST:
            raise BadFile(field="file", file=args.file, why="it is larger than 1 MiB")
        data = json.loads(args.file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(field="file", file=args.file, why=error) from error
    row = actions.import_calendar(
        data=data,
        source=args.source or args.file.name,
        published_on=args.published_on,
        complete=not args.incomplete,
        actor=PROGRAM,
        at=now(),
    )
    print(f"{row.year}: version {row.version} is in force, {len(row.days)} days.")
    return 0
