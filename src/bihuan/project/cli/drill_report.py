"""What a drill reports at its end: figures of the play, the journal's check, conformity by clause."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bihuan.compliance import queries as compliance
from bihuan.compliance.figures import By, Filters
from bihuan.journal.actor import PROGRAM
from bihuan.project.cli import conformity
from bihuan.project.drill.run import Outcome


def report(outcome: Outcome, *, seconds: float) -> dict[str, Any]:
    """Print the report and return its figures."""
    for name, number in sorted(outcome.tally.items()):
        print(f"{number:8}  {name}")
    found = compliance.conformity(
        actor=PROGRAM, start=outcome.start, end=outcome.end, at=outcome.end, by=By.CLAUSE, filters=Filters()
    )
    counts = _counts()
    print(f"\n{counts['cases']} cases, {counts['entries']} journal entries, {counts['clocks']} clocks, "
          f"{outcome.acts} acts in {seconds:.0f} s\n")  # fmt: skip
    conformity.table(found)
    return {"tally": dict(outcome.tally), "seconds": round(seconds, 1), **counts, "clauses": len(found.lines)}


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM journal_entry), "
            "(SELECT count(*) FROM clocks_clock), (SELECT count(*) FROM cases_case WHERE NOT is_open)"
        )
        cases, entries, clocks, closed = cursor.fetchone()
    return {"cases": cases, "entries": entries, "clocks": clocks, "closed": closed}
