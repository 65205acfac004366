"""Check the journal, anchor it, export it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from bihuan.journal import actions, queries
from bihuan.journal.time import now
from bihuan.project.cli.command import Commands


def add_parser(commands: Commands) -> None:
    """Options of `bihuan journal`."""
    parser = commands.add_parser("journal", description=__doc__)
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    verify = steps.add_parser(
        "verify", help="check every entry, head and anchor; code 1 where a fault is found"
    )
    verify.add_argument("--json", action="store_true", help="the report as JSON")
    verify.add_argument("--processes", type=int, help="by default one a core")
    steps.add_parser("anchor", help="anchor what is not anchored yet, and bring the anchors outside")
    export = steps.add_parser("export", help="JSON lines that bihuan_verify.py verifies")
    export.add_argument("--subject", type=UUID, help="only the history of this case, person, …")
    export.add_argument("--out", type=Path, help="write to this file instead of the standard output")
    steps.add_parser("new-epoch", help="what `bihuan restore` does at its end, after one by hand")


def run(args: argparse.Namespace) -> int:
    """Carry out the step."""
    steps: dict[str, Callable[[argparse.Namespace], int]] = {
        "verify": _verify, "anchor": _anchor, "export": _export, "new-epoch": _new_epoch,
    }  # fmt: skip
    return steps[args.step](args)


def _verify(args: argparse.Namespace) -> int:
    report = queries.verify(processes=args.processes)
    if args.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return 0 if report.ok else 1
    for finding in report.findings:
        print(f"{'FAULT' if finding.is_fault else 'note '}  {finding.text()}")
    rate = report.entries / report.seconds
    said = "verified" if report.ok else "NOT VERIFIED"
    print(
        f"{said}: {report.entries} entries of {report.subjects} subjects, {report.anchors} anchors,"
        f" in {report.seconds:.1f} s ({rate:.0f}/s, {report.processes} processes)"
    )
    if report.exposure.entries:
        print(
            f"exposure: {report.exposure.entries} entries since {report.exposure.since} lie above the last"
            " anchor; whoever owns the database could still rewrite these unseen"
        )
    return 0 if report.ok else 1


def _anchor(args: argparse.Namespace) -> int:
    made = [signed.anchor() for signed in actions.make_anchors()]
    for anchor in made:
        print(f"anchor {anchor.number}: {anchor.count} entries, root {anchor.root.hex()}")
    if not made:
        print("nothing new to anchor")
    return 0


def _export(args: argparse.Namespace) -> int:
    lines = queries.export(at=now(), subject_id=args.subject)
    if args.out is None:
        sys.stdout.writelines(lines)
        return 0
    with args.out.open("w", encoding="utf-8") as file:
        file.writelines(lines)
    return 0


def _new_epoch(args: argparse.Namespace) -> int:
    """The steps of a restore, in a process of the schema's owner."""
    words = [sys.executable, "-P", "-m", "bihuan.project.cli.afterwards"]
    return subprocess.run(words, env={**os.environ, "BIHUAN_ROLE": "owner"}, check=False).returncode  # noqa: S603
