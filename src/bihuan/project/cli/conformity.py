"""How the platform did in a period, clause by clause; figures are counted now."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from bihuan.compliance import queries
from bihuan.compliance.figures import By, Filters, Line, Outcome, Page, Report
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.project.cli.command import Commands

ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS = tuple(Outcome)


def add_parser(commands: Commands) -> None:
    """Options of `bihuan conformity`."""
    parser = commands.add_parser("conformity", description=__doc__)
    parser.add_argument("--from", dest="start", type=date.fromisoformat, required=True, metavar="DATE")
    parser.add_argument(
        "--to", dest="end", type=date.fromisoformat, required=True, metavar="DATE", help="not included"
    )
    parser.add_argument("--by", type=By, choices=list(By), default=By.CLAUSE)
    parser.add_argument("--book", help="only one rulebook, such as pcn")
    parser.add_argument("--clause", action="append", default=[], help="only this clause; may be repeated")
    parser.add_argument(
        "--outcome", type=Outcome, choices=list(Outcome), help="list the clocks behind a figure"
    )
    parser.add_argument("--after", default="", help="with --outcome: go on from this key")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Print the report, or the clocks behind one of its figures."""
    start, end = _midnight(args.start), _midnight(args.end)
    filters = Filters(book=args.book, clause_ids=tuple(args.clause))
    if args.outcome:
        return _behind(args, start, end)
    report = queries.conformity(actor=PROGRAM, start=start, end=end, at=now(), by=args.by, filters=filters)
    if args.json:
        print(json.dumps(_report(report), ensure_ascii=False))
    else:
        table(report)
    return 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _behind(args: argparse.Namespace, start: datetime, end: datetime) -> int:
    for clause_id in args.clause:
        page: Page = queries.clocks_behind(
            actor=PROGRAM,
            start=start,
            end=end,
            at=now(),
            clause_id=clause_id,
            outcome=args.outcome,
            after=args.after,
        )
        for row in page.rows:
            stopped = row.stopped_at.astimezone(ZONE).isoformat() if row.stopped_at else None
            shown = {"clause": row.clause_id, "kind": row.subject_kind, "id": str(row.subject_id)}
            due = row.due_at.astimezone(ZONE).isoformat()
            print(json.dumps({**shown, "due_at": due, "stopped_at": stopped, "key": row.key}))
    return 0


def _report(report: Report) -> dict[str, Any]:
    exposure = report.exposure
    return {
        "from": report.start.isoformat(),
        "to": report.end.isoformat(),
        "by": report.by,
        "as_of": exposure.as_of.astimezone(ZONE).isoformat(),
        "calendar": exposure.calendar,
        "provisional_years": list(exposure.provisional_years),
        "rulebooks": dict(exposure.rulebooks),
        "program": exposure.program,
        "total": {**{o.value: report.total[o] for o in COLUMNS}, "rate": _rate(report.total.rate)},
        "clauses": [_line(line) for line in report.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    clause = line.clause
    return {
        "clause": line.clause_id,
        "group": str(line.group_id) if line.group_id else None,
        "title": dict(clause.title) if clause else None,
        "kind": clause.kind if clause else None,
        "nature": clause.nature if clause else None,
        "verified": clause.verified if clause else None,
        **{outcome.value: line.figures[outcome] for outcome in COLUMNS},
        "rate": _rate(line.figures.rate),
        "evidence": line.evidence,
        "switched_off": [
            {
                "from": off.off_from.isoformat(),
                "until": off.on_again_from.isoformat() if off.on_again_from else None,
                "reason": off.reason,
            }
            for off in line.off
        ],
    }


def _rate(rate: Any) -> float | None:
    return None if rate is None else round(float(rate), 6)


def table(report: Report) -> None:
    exposure = report.exposure
    as_of = exposure.as_of.astimezone(ZONE)
    print(f"{report.start:%Y-%m-%d} – {report.end:%Y-%m-%d}, as of {as_of:%Y-%m-%d %H:%M:%S}")
    print(f"calendar {exposure.calendar}; rulebooks " + _versions(report))
    if exposure.provisional_years:
        print("no arrangement yet for " + ", ".join(map(str, exposure.provisional_years)))
    names = [outcome.value for outcome in COLUMNS]
    print(
        f"\n{'clause':<18}{'rate':>8}" + "".join(f"{name:>12}" for name in names) + f"{'evidence':>10}  title"
    )
    for line in report.lines:
        print(_row(line))
        for off in line.off:
            until = f" until {off.on_again_from:%Y-%m-%d}" if off.on_again_from else ""
            print(f"{'':<18}switched off from {off.off_from:%Y-%m-%d}{until}: {off.reason}")


def _versions(report: Report) -> str:
    return ", ".join(f"{book} {digest[:8]}" for book, digest in report.exposure.rulebooks.items())


def _row(line: Line) -> str:
    rate = line.figures.rate
    share = "—" if rate is None else f"{float(rate) * 100:.1f}%"
    numbers = "".join(f"{line.figures[outcome]:>12,}" for outcome in COLUMNS)
    evidence = "" if line.evidence is None else f"{line.evidence:,}"
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    title = line.clause.title[language] if line.clause else "(no longer in a rulebook)"
    group = f" {line.group_id}" if line.group_id else ""
    return f"{line.clause_id:<18}{share:>8}{numbers}{evidence:>10}  {title}{group}"
