"""The rulebooks, without a database: what they say, whether they are sound, when something is due and why.

Calendars are the shipped ones; --calendar adds a published year in the public JSON form.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import get_language

from bihuan.engine.clause import Clause
from bihuan.engine.clock import Calendars
from bihuan.engine.errors import Invalid, NotFound
from bihuan.engine.explain import explain as engine_explain
from bihuan.engine.remedies import RULES, compute
from bihuan.engine.remedies.facts import finding
from bihuan.norms import arrangement, cache, checking, queries, reading
from bihuan.norms.arrangement import Year
from bihuan.norms.due import due_lines, sample
from bihuan.norms.reading import Library
from bihuan.norms.scenarios import run_all
from bihuan.project.cli.command import Commands


class BadOption(Invalid):
    """An option of the command line that cannot be read."""

    code = "cli.option"
    message = "{option} cannot be read: {why}."


def add_parser(commands: Commands) -> None:
    """Options of `bihuan norms`."""
    steps = commands.add_parser("norms", description=__doc__).add_subparsers(
        dest="step", metavar="STEP", required=True
    )
    _add_reading(steps)
    due = steps.add_parser("due", help='due times: {"clause", "start", "facts"} a line in, due_at out')
    due.add_argument("--batch", metavar="FILE", required=True, help="JSON lines; - reads standard input")
    explain = steps.add_parser("explain", help="why something is due then, step by step")
    explain.add_argument("id")
    explain.add_argument("--start", required=True, help="time with zone: 2026-09-30T10:00:00+08:00")
    explain.add_argument("--facts", default="{}", help='JSON object, for example {"complexity": "complex"}')
    explain.add_argument("--json", action="store_true")
    for parser in (due, explain):
        parser.add_argument("--calendar", metavar="FILE", action="append", default=[], type=Path)
    remedy = steps.add_parser("remedy", help="a remedy by formula, in fen, as JSON")
    remedy.add_argument("id", help="R1 to R8, R10, or a clause that names a formula, such as L-14")
    remedy.add_argument("--facts", required=True, help='JSON object, for example {"price": 16667}')


def _add_reading(steps: Commands) -> None:
    found = steps.add_parser("list", help="all clauses, a line each")
    found.add_argument("--book")
    found.add_argument("--status", choices=["carried", "planned"])
    found.add_argument("--json", action="store_true")
    show = steps.add_parser("show", help="one clause with its source, values and scenarios")
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    steps.add_parser(
        "check", help="check every file and run the scenarios; exit code 1 where anything is wrong"
    )
    scenarios = steps.add_parser("scenarios", help="run the scenarios that need no database")
    scenarios.add_argument("--all", action="store_true", help="list those that came out right too")
    coverage = steps.add_parser("coverage", help="how many clauses of the five norms are carried")
    coverage.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """One step."""
    return STEPS[args.step](args)


def _library() -> Library:
    return reading.read(cache.own_folder())


def _clause(library: Library, clause_id: str) -> Clause:
    for read in library:
        if read.clause.id == clause_id:
            return read.clause
    raise NotFound(kind="clause", id=clause_id, remedy="`bihuan norms list` shows all.")


def _calendars(files: list[Path]) -> Calendars:
    years: dict[int, Year] = {year.year: year for year in arrangement.shipped()}
    for path in files:
        try:
            year = arrangement.from_public_json(json.loads(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise BadOption(field="calendar", option=path, why=error) from error
        years[year.year] = year
    return cache.made(years.values(), {})


def _list(args: argparse.Namespace) -> int:
    for read in sorted(_library(), key=lambda read: (read.clause.book, read.clause.id)):
        clause = read.clause
        if args.book not in (None, clause.book) or args.status not in (None, clause.status):
            continue
        if args.json:
            row: dict[str, Any] = {
                "id": clause.id,
                "book": clause.book,
                "kind": clause.kind,
                "status": clause.status,
            }
            row |= {"nature": clause.nature, "title": dict(clause.title)}
            print(json.dumps(row, ensure_ascii=False))
        else:
            marks = f"{clause.kind:<9} {clause.status:<8} {clause.nature:<10}"
            print(f"{clause.id:<18} {marks} {_said(clause.title)}")
    return 0


def _show(args: argparse.Namespace) -> int:
    library = _library()
    clause = _clause(library, args.id)
    if args.json:
        print(json.dumps({"hash": clause.hash, **json.loads(clause.canonical)}, ensure_ascii=False, indent=2))
        return 0
    proven = checking.scenarios_by_clause(library).get(clause.id, 0)
    source = clause.source.get("article") or f"§{clause.source.get('section')}"
    book = library.books[clause.book].header["title"]
    print(f"{clause.id}  {_said(clause.title)}\n{_said(book)} {source}")
    unread = "" if clause.verified else " · 未核实 not verified"
    print(f"{clause.nature} · {clause.kind} · {clause.status}{unread}")
    print(f"\n{_said(clause.text)}")
    if clause.note:
        print(f"\n{_said(clause.note)}")
    print()
    for key, value in json.loads(clause.canonical).items():
        if key not in ("id", "title", "text", "note", "source", "nature", "kind", "status", "verified"):
            print(f"  {key:<12} {json.dumps(value, ensure_ascii=False)}")
    print(f"  {'scenarios':<12} {proven}\n  {'hash':<12} {clause.hash}")
    return 0


def _check(_: argparse.Namespace) -> int:
    library = _library()
    problems = checking.problems(library, checking.known())
    for problem in sorted(set(problems)):
        print(problem)
    failed = _run_scenarios(library, everything=False)
    count = sum(1 for _ in library)
    print(f"{len(library.books)} rulebooks, {count} clauses, {len(problems)} problems, {failed} failures")
    return 1 if problems or failed else 0


def _scenarios(args: argparse.Namespace) -> int:
    return 1 if _run_scenarios(_library(), everything=args.all) else 0


def _run_scenarios(library: Library, *, everything: bool) -> int:
    """Print what failed (or everything); returns how many failed."""
    failed = passed = acts = 0
    for ran in run_all(library, _calendars([])):
        failed += ran.ok is False
        passed += ran.ok is True
        acts += ran.ok is None
        if everything or ran.ok is False:
            word = {True: "passed", False: "FAILED", None: "acts"}[ran.ok]
            print(f"{word:<7} {ran.place}  {ran.scenario.title if ran.scenario else ''}")
        for mismatch in ran.mismatches:
            print(f"          {mismatch}")
    print(f"scenarios: {passed} passed, {failed} failed; {acts} are run by the tests")
    return failed


def _coverage(args: argparse.Namespace) -> int:
    found = queries.coverage(_library())
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for book, row in {**found["by_book"], "five norms": found, **found["beside"]}.items():
        print(f"{book:<12} {row['carried']:>4} of {row['clauses']:>4} carried")
    return 0


def _due(args: argparse.Namespace) -> int:
    clauses = {read.clause.id: read.clause for read in _library()}
    bad = 0
    with _opened(args.batch) as stream:
        for line in due_lines(stream, clauses, _calendars(args.calendar)):
            sys.stdout.buffer.write(line.out())
            if line.error is not None:
                bad += 1
                print(f"line {line.number}: {line.error.text()}", file=sys.stderr)
    sys.stdout.buffer.flush()
    return 1 if bad else 0


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 (closed below; only opening may be refused here)
    except OSError as error:
        raise BadOption(field="batch", option=name, why=error.strerror) from error
    with stream:
        yield stream


def _explain(args: argparse.Namespace) -> int:
    clause, calendars = _clause(_library(), args.id), _calendars(args.calendar)
    clock = sample(clause, _time(args.start), _facts(args.facts), calendars)
    steps = engine_explain(clock, clause, calendars)
    if args.json:
        rows = [{"code": step.code, "zh": step.text_zh, "en": step.text_en} for step in steps]
        due = clock.due_at.astimezone(calendars.work.zone).isoformat()
        found = {"clause": clause.id, "due_at": due, "provisional": clock.provisional, "steps": rows}
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for step in steps:
        print(step.text_zh if _chinese() else step.text_en)
    return 0


def _remedy(args: argparse.Namespace) -> int:
    rule = args.id if args.id in RULES else _formula(args.id)
    facts = _facts(args.facts)
    for name, take in RULES[rule][1].items():
        if take.required and take.read is finding:
            facts.setdefault(name, "ask")  # asked for by its name: a person still has to find it
    proposal = compute(rule, facts)
    rows = {**asdict(proposal), "lines": [asdict(line) for line in proposal.lines]}
    print(json.dumps(rows, ensure_ascii=False, indent=2))
    return 0


def _formula(clause_id: str) -> str:
    clause = _clause(_library(), clause_id)
    values = clause.values[-1][1] if clause.values else {}
    if values.get("formula") not in RULES:
        raise NotFound(kind="remedy", id=clause_id, remedy=f"Known are: {', '.join(RULES)}.")
    return str(values["formula"])


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError as error:
        raise BadOption(field="facts", option="--facts", why=error) from error
    if not isinstance(facts, dict):
        raise BadOption(field="facts", option="--facts", why="it is not a JSON object")
    return facts


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadOption(field="start", option="--start", why=error) from error
    if found.tzinfo is None:
        raise BadOption(field="start", option="--start", why="it has no time zone")
    return found


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _said(words: Any) -> str:
    return str(words["zh" if _chinese() else "en"])


STEPS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "check": _check,
    "scenarios": _scenarios,
    "coverage": _coverage,
    "due": _due,
    "explain": _explain,
    "remedy": _remedy,
}
