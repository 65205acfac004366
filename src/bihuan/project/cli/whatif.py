"""What if a limit had been another one: past clocks counted anew, behaviour held constant; writes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bihuan.compliance import whatif
from bihuan.compliance.whatif import Moves, Supposed, Tally
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.norms import queries as norms
from bihuan.project.cli.command import Commands

ZONE = ZoneInfo("Asia/Shanghai")


def add_parser(commands: Commands) -> None:
    """Options of `bihuan what-if`."""
    parser = commands.add_parser("what-if", description=__doc__)
    parser.add_argument("clause", help="a clause with a limit, such as PCN-3.1.3.a")
    parser.add_argument(
        "limit", nargs="+", help="as in a clause file: 12h, or general=2wd complex=4wd special=10wd"
    )
    parser.add_argument("--from", dest="start", type=date.fromisoformat, required=True, metavar="DATE")
    parser.add_argument(
        "--to", dest="end", type=date.fromisoformat, required=True, metavar="DATE", help="not included"
    )
    parser.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Count to the end, saying how far it is; Ctrl-C ends it without harm."""
    clause = norms.clause(args.clause)
    value = clause.limits[-1][1] if clause.limits else None
    given = dict(_pair(one) for one in args.limit) if value and value.by else args.limit[0]
    written = {"by": value.by, **given} if value and value.by else given
    supposed = Supposed(
        clause_id=clause.id,
        limit=whatif.limit_of(clause, written),
        start=datetime.combine(args.start, time(), ZONE),
        end=datetime.combine(args.end, time(), ZONE),
        at=now(),
        facts=dict(_pair(one) for one in args.fact),
    )
    tally = _count(supposed)
    if args.json:
        print(json.dumps(_plain(tally)))
    else:
        _say(tally)
    return 0


def _count(supposed: Supposed) -> Tally:
    tally: Tally | None = None
    while tally is None or not tally.ended:
        tally = whatif.go_on(actor=PROGRAM, supposed=supposed, so_far=tally, keep_on=lambda: False)
        if sys.stderr.isatty():
            print(f"\r{tally.done:,} / {tally.total:,}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return tally


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name or not value:
        raise Invalid(field=text, remedy="Write NAME=VALUE, such as general=2wd.")
    return name, value


def _plain(tally: Tally) -> dict[str, Any]:
    return {
        "behaviour": "held constant",
        "imported": tally.imported,
        **_figures(tally.moves),
        "moves": {f"{was}>{would}": n for (was, would), n in sorted(tally.moves.counts.items())},
        "unsure": {str(why): n for why, n in sorted(tally.moves.unsure.items())},
        "merchants": {str(group) if group else None: _figures(m) for group, m in tally.merchants.items()},
        "teams": {str(group) if group else None: _figures(m) for group, m in tally.teams.items()},
    }


def _figures(moves: Moves) -> dict[str, int]:
    return {
        "clocks": moves.all,
        "missed_as_it_was": moves.was_missed,
        "would_be_missed": moves.would_miss,
        "newly_missed": moves.more,
        "no_longer_missed": moves.fewer,
        "nothing_can_be_said": moves.unsaid,
    }


def _say(tally: Tally) -> None:
    for name, number in _figures(tally.moves).items():
        print(f"{name.replace('_', ' '):22} {number:>9,}")
    for (was, would), number in sorted(tally.moves.counts.items()):
        print(f"  {was} → {would}: {number:,}")
    print("Behaviour held constant: arithmetic, not a forecast. Nothing was written.")
