"""Take over data from a file. Repeating an import adds nothing; what was interrupted is simply run again."""

from __future__ import annotations

import argparse

from bihuan.project.cli import import_complaints, import_orders
from bihuan.project.cli.command import Commands

KINDS = {"orders": import_orders, "complaints": import_complaints}


def add_parser(commands: Commands) -> None:
    """Options of `bihuan import`."""
    kinds = commands.add_parser("import", description=__doc__).add_subparsers(
        dest="kind", metavar="KIND", required=True
    )
    for module in KINDS.values():
        module.add_parser(kinds)


def run(args: argparse.Namespace) -> int:
    """0 when every row was taken, 1 when some were left out."""
    return KINDS[args.kind].run(args)
