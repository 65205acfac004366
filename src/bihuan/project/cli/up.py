"""Start the database, bring its schema up to date, then run pages, live updates and worker until Ctrl-C."""

from __future__ import annotations

import argparse

from bihuan.project.cli.command import Commands
from bihuan.project.runtime import home, supervisor


def add_parser(commands: Commands) -> None:
    """Options of `bihuan up`."""
    parser = commands.add_parser("up", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8000, help="pages and API; live updates take the next one"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--demo", action="store_true", help="load demo people and cases once; never in earnest"
    )
    parser.add_argument("--threads", type=int, default=8, help="requests worked on at the same time")
    parser.add_argument("--concurrency", type=int, default=2, help="jobs worked on at the same time")


def run(args: argparse.Namespace) -> int:
    """Until it is stopped."""
    options = supervisor.Options(
        home=home.default(),
        host=args.host,
        port=args.port,
        demo=args.demo,
        blocking_threads=args.threads,
        concurrency=args.concurrency,
    )
    return supervisor.run(options)
