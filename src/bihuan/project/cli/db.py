"""The database of this home (or of DATABASE_URL): look into it with psql, dump it, restore a dump."""

from __future__ import annotations

import argparse
from pathlib import Path

from bihuan.project.cli.command import Commands
from bihuan.project.runtime import clients, environment, home
from bihuan.project.runtime.home import say_aloud


def add_parser(commands: Commands) -> None:
    """Options of `bihuan db`."""
    steps = commands.add_parser("db", description=__doc__).add_subparsers(
        dest="step", metavar="STEP", required=True
    )
    psql = steps.add_parser("psql", help="psql as the program's role (--owner: as the owner of the schema)")
    psql.add_argument("--owner", action="store_true")
    psql.add_argument("words", nargs=argparse.REMAINDER, help="further options of psql, after --")
    dump = steps.add_parser("dump", help="write the database into a file (the way to another major version)")
    dump.add_argument("file", type=Path)
    restore = steps.add_parser("restore", help="put a dump into an empty database")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="keep the present database under another name")


def run(args: argparse.Namespace) -> int:
    """One step."""
    with environment.database(home.default()) as variables:
        owner = variables["BIHUAN_DATABASE_OWNER_URL"]
        if args.step == "psql":
            url = owner if args.owner else variables["DATABASE_URL"]
            return clients.psql(url, [word for word in args.words if word != "--"])
        if args.step == "dump":
            clients.dump(owner, args.file.absolute())
            say_aloud(f"Written: {args.file} ({args.file.stat().st_size / 2**20:.1f} MB)")
        else:
            clients.restore(owner, args.file.absolute(), say_aloud, aside=args.force)
            say_aloud("Restored.")
    return 0
