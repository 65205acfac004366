"""Django's own commands, with the database of this home, as the role that owns the schema."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line

from bihuan.project.cli.command import Commands


def add_parser(commands: Commands) -> None:
    """Everything is passed on."""
    parser = commands.add_parser("manage", description=__doc__)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND ...")


def run(args: argparse.Namespace) -> int:
    """Run it."""
    execute_from_command_line(["bihuan manage", *[word for word in args.words if word != "--"]])
    return 0
