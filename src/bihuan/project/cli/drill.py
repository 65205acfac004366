"""Drive real texts through a database of its own with simulated people, in shifted time; then report."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import django

from bihuan.engine.errors import Invalid
from bihuan.project.cli.command import Commands
from bihuan.project.drill import database
from bihuan.project.runtime import environment, home


def add_parser(commands: Commands) -> None:
    """Options of `bihuan drill`."""
    parser = commands.add_parser("drill", description=__doc__)
    parser.add_argument("--texts", type=Path, help="complaints: JSON lines with text (gz too)")
    parser.add_argument("--orders", type=Path, help="after-sales instead: orders, JSON lines or CSV (gz too)")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--days", type=int, default=30, help="over how many days the cases come in")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", default="2026-09-15", help="first day, in China")
    parser.add_argument("--database", default="bihuan_drill", help="made anew; must end in _drill")
    parser.add_argument("--json", type=Path, help="write figures here too")


def run(args: argparse.Namespace) -> int:
    """Make the database, play, report. The database stays for looking into it until the next drill."""
    given = args.orders or args.texts
    if given is None or not given.is_file() or (args.orders and args.texts):
        raise Invalid(
            "There is no file {path}.",
            field="texts",
            path=str(given),
            remedy="Name one file: --texts with texts, or --orders with orders.",
        )
    if not (1 <= args.cases <= 100_000 and 1 <= args.days <= 400):
        raise Invalid(
            "Cases lie in 1–100000, days in 1–400.", field="cases", remedy="Choose smaller figures."
        )
    start = _day(args.start)
    with environment.database(home.default()) as variables:
        os.environ.update(variables)
        owner = variables["BIHUAN_DATABASE_OWNER_URL"]
        database.enter(database.make(owner, args.database))
        os.environ["BIHUAN_EVIDENCE"] = str(home.default() / "drill-evidence")
        os.environ.setdefault("BIHUAN_LOG_LEVEL", "ERROR")
        django.setup()
        return _played(args, start)


def _played(args: argparse.Namespace, start: datetime) -> int:
    # Django stands only now, and the drill's modules need its models
    from bihuan.project.cli import drill_report  # noqa: PLC0415
    from bihuan.project.cli.migrate import migrate  # noqa: PLC0415
    from bihuan.project.drill import orders  # noqa: PLC0415
    from bihuan.project.drill.run import Plan, run, run_orders  # noqa: PLC0415

    rows = orders.read(args.orders, args.cases) if args.orders else []
    migrate(verbosity=0)
    begun = time.monotonic()
    plan = Plan(args.texts, args.cases, args.days, args.seed, start)
    if rows:
        days = (rows[-1].ordered_at - rows[0].ordered_at).days + 40
        outcome = run_orders(plan, rows, progress=_Progress(rows[0].ordered_at, days))
    else:
        outcome = run(plan, progress=_Progress(start, args.days))
    print(file=sys.stderr)
    figures = drill_report.report(outcome, seconds=time.monotonic() - begun)
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


class _Progress:
    """A line that is written over: simulated day, acts, share of the way."""

    def __init__(self, start: datetime, days: int) -> None:
        self.start, self.days, self.last = start, days + 25, 0.0

    def __call__(self, at: datetime, acts: int) -> None:
        if time.monotonic() - self.last < 1:
            return
        self.last = time.monotonic()
        share = min(1.0, (at - self.start) / timedelta(days=self.days))
        print(
            f"\r{at.astimezone(_ZONE):%Y-%m-%d %H:%M}  {acts} acts  {share:4.0%}",
            end="",
            file=sys.stderr,
            flush=True,
        )


_ZONE = ZoneInfo("Asia/Shanghai")


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(hour=9, tzinfo=_ZONE)
    except ValueError:
        raise Invalid(
            "{text} is not a day.", field="start", text=text[:20], remedy="Write it as 2026-09-15."
        ) from None
