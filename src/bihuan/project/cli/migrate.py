"""Bring the database up to date: schema, rights of the program's role, partitions of the journal."""

from __future__ import annotations

import argparse

from django.core.management import call_command

from bihuan.journal import actions
from bihuan.journal.actor import PROGRAM
from bihuan.journal.jobs import AHEAD
from bihuan.journal.time import now
from bihuan.norms import actions as norms
from bihuan.project import grants
from bihuan.project.cli import demo
from bihuan.project.cli.command import Commands
from bihuan.project.runtime.home import say_aloud


def add_parser(commands: Commands) -> None:
    """Options of `bihuan migrate`."""
    parser = commands.add_parser("migrate", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="then load the demo, once, and print its log-ins")


def run(args: argparse.Namespace) -> int:
    """All steps; safe to repeat."""
    migrate(verbosity=0 if args.demo else 1)
    return demo.run(args) if args.demo else 0


def migrate(*, verbosity: int) -> None:
    """Migrations, grants, rulebooks, partitions; says in a sentence what could not be done."""
    call_command("migrate", interactive=False, verbosity=verbosity)
    grants.apply()
    norms.load_rulebooks(actor=PROGRAM, at=now())
    for year in actions.add_years(upto=now().year + AHEAD):
        say_aloud(f"The entries of {year} stay in the journal's other partition: some stand there already.")
