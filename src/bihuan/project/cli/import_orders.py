"""Orders of the built-in store from CSV or JSON lines (docs/import.md), packed with gzip or not."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from time import monotonic

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.marketplace import actions
from bihuan.project import imports, order_rows
from bihuan.project.cli.command import Commands
from bihuan.project.imports import BadRow, Source
from bihuan.project.order_rows import Item

COUNTED = ("new", "updated", "unchanged", "left_out")


def add_parser(commands: Commands) -> None:
    """Options of `bihuan import orders`."""
    parser = commands.add_parser("orders", help="orders from CSV or JSON lines", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="- reads standard input")
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    parser.add_argument("--batch", type=int, default=500, choices=range(1, actions.MOST + 1), metavar="N",
                        help="orders written together (500)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the summary as JSON")


def run(args: argparse.Namespace) -> int:
    """Import batch by batch; each is written whole or not at all."""
    counts: Counter[str] = Counter({name: 0 for name in COUNTED})
    with imports.opened(args.file) as source:
        progress = _Progress(source)
        try:
            for batch in imports.batches(_items(source), args.batch):
                _take(batch, counts, dry_run=args.dry_run)
                progress.show(batch[-1].line, counts)
        except KeyboardInterrupt:
            print("Interrupted; what is written stays. Run it again to go on.", file=sys.stderr)
            _summary(args, counts)
            return 130
    _summary(args, counts)
    return 1 if counts["left_out"] else 0


def _items(source: Source) -> Iterator[Item | BadRow]:
    read = order_rows.from_json if source.form == "jsonl" else order_rows.from_csv
    return read(imports.rows(source))


def _take(batch: list[Item | BadRow], counts: Counter[str], *, dry_run: bool) -> None:
    for bad in batch:
        if isinstance(bad, BadRow):
            _report(bad.line, order_rows.reason(bad.error), counts)
    items = [item for item in batch if isinstance(item, Item)]
    taken = actions.take_orders(
        actor=PROGRAM, at=now(), batch=[item.record for item in items], source="import", dry_run=dry_run
    )
    for rejected in taken.rejected:
        line = items[rejected.index].line
        _report(line, f"{rejected.number} {order_rows.reason(rejected.error)}".strip(), counts)
    counts.update(new=taken.new, updated=taken.updated, unchanged=taken.unchanged)


def _report(line: int, why: str, counts: Counter[str]) -> None:
    counts["left_out"] += 1
    print(f"line {line}: {why}", file=sys.stderr)


def _summary(args: argparse.Namespace, counts: Counter[str]) -> None:
    if args.json:
        print(json.dumps({"dry_run": args.dry_run, **counts}))
        return
    head = "Dry run, nothing written" if args.dry_run else "Orders"
    print(f"{head}: " + ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in COUNTED))


class _Progress:
    """A line on the terminal, twice a second at most; silent where nobody watches."""

    def __init__(self, source: Source) -> None:
        self._lines = max(source.lines, 1)
        self._shown = 0.0
        self._watched = sys.stderr.isatty()

    def show(self, line: int, counts: Counter[str]) -> None:
        if self._watched and monotonic() - self._shown > 0.5:
            self._shown = monotonic()
            share = min(100, 100 * line // self._lines)
            print(f"\r{share:3d} %  {counts.total()} orders", end="", file=sys.stderr, flush=True)
