"""Write database, evidence, anchors, erasure list and keys into one file; works while Bihuan runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from bihuan.project.cli.command import Commands
from bihuan.project.runtime import backup, environment, home
from bihuan.project.runtime.home import say_aloud


def add_parser(commands: Commands) -> None:
    """Options of `bihuan backup`."""
    parser = commands.add_parser("backup", description=__doc__)
    parser.add_argument("file", type=Path, help="a file that does not exist yet, such as bihuan.tar")
    parser.add_argument("--without-keys", action="store_true", help="the keys are kept elsewhere")


def run(args: argparse.Namespace) -> int:
    """Write it."""
    base = home.default()
    with environment.database(base) as variables:
        owner = variables["BIHUAN_DATABASE_OWNER_URL"]
        backup.write(base, owner, args.file.absolute(), say_aloud, with_keys=not args.without_keys)
    return 0
