"""Load the demo's people, orders and cases once, and print its log-ins."""

from __future__ import annotations

import argparse
import importlib

from bihuan.project.cli.command import Commands


def add_parser(commands: Commands) -> None:
    """Options of `bihuan demo`."""
    parser = commands.add_parser("demo", description=__doc__)
    parser.add_argument("step", choices=["load"], help="load: does nothing when the demo is there already")


def run(args: argparse.Namespace) -> int:
    """Call bihuan.project.demo.load(), which gives the lines that tell how to sign in."""
    try:
        demo = importlib.import_module("bihuan.project.demo")
    except ModuleNotFoundError as error:
        if error.name != "bihuan.project.demo":
            raise
        print("This version carries no demo yet.")
        return 0
    for line in demo.load() or ():
        print(line)
    return 0
