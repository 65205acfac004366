"""Complaints from CSV or JSON lines (docs/import.md), packed with gzip or not: past ones, or new ones."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from datetime import datetime

from django.db import transaction

from bihuan.engine.errors import BihuanError
from bihuan.journal.time import now
from bihuan.project import complaint_rows, imports
from bihuan.project.cli.command import Commands
from bihuan.project.complaint_rows import Item
from bihuan.project.imports import BadRow

MODES = ("historical", "live")
COUNTED = ("new", "unchanged", "left_out")


def add_parser(commands: Commands) -> None:
    """Options of `bihuan import complaints`."""
    parser = commands.add_parser("complaints", help="complaints from CSV or JSON lines", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="- reads standard input")
    said = "historical: sends nothing, clocks run on the given times; live: a real intake"
    parser.add_argument("--mode", choices=MODES, required=True, help=said)
    parser.add_argument("--dry-run", action="store_true", help="try everything, write nothing")
    parser.add_argument("--json", action="store_true", help="the summary as JSON")


def run(args: argparse.Namespace) -> int:
    """Import row by row; each is written whole or not at all."""
    counts: Counter[str] = Counter({name: 0 for name in COUNTED})
    try:
        with imports.opened(args.file) as source:
            for item in complaint_rows.items(imports.rows(source), source.form):
                counts[_taken(item, args.mode, now(), dry_run=args.dry_run)] += 1
    except KeyboardInterrupt:
        print("Interrupted; what is written stays. Run it again to go on.", file=sys.stderr)
        _summary(args, counts)
        return 130
    _summary(args, counts)
    return 1 if counts["left_out"] else 0


def _taken(item: Item | BadRow, mode: str, at: datetime, *, dry_run: bool) -> str:
    if isinstance(item, BadRow):
        print(f"line {item.line}: {item.error.text()}", file=sys.stderr)
        return "left_out"
    try:
        with transaction.atomic():
            result = complaint_rows.take(item, mode=mode, at=at)
            transaction.set_rollback(dry_run)
    except BihuanError as error:
        print(f"line {item.line}: {item.row.external_id} {error.text()}", file=sys.stderr)
        return "left_out"
    return result


def _summary(args: argparse.Namespace, counts: Counter[str]) -> None:
    if args.json:
        print(json.dumps({"mode": args.mode, "dry_run": args.dry_run, **counts}))
        return
    head = "Dry run, nothing written" if args.dry_run else "Complaints"
    print(f"{head}: " + ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in COUNTED))
