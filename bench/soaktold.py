"""What a soak found, as a table and as the page docs/soak.md."""

from __future__ import annotations

import argparse
from typing import Any


def table(figures: dict[str, Any]) -> str:
    """The figures, a line each; then what was wrong."""
    rows = [f"{name:<28}{value}" for name, value in figures.items() if name != "problems"]
    for kind, found in figures["problems"].items():
        rows.append(f"!! {kind}: {found['count']}, such as {'; '.join(found['first'])}")
    return "\n".join(rows)


def document(figures: dict[str, Any], about: dict[str, Any], given: argparse.Namespace) -> str:
    """The page: verdict, the run, its figures, what was wrong, which losses were made and seen."""
    said = figures["acknowledged"]
    verdict = (
        "Nothing was lost, nothing was done twice."
        if figures["ok"]
        else "NOT passed; see the problems below."
    )
    lines = [
        "# The soak",
        "",
        "`make soak` kills (SIGKILL) a random process under live load and checks afterwards that "
        "everything which was",
        "acknowledged is there, once. The text at the head of bench/soak.py says how; "
        "bench/soakcheck.py what is checked.",
        "This page is written by it.",
        "",
        f"**{verdict}**",
        "",
        f"Run of {about['at']} on {about['machine']}, {about['system']}, Python {about['python']},"
        f" seed {given.seed}, {given.clients} clients:",
        "",
        "| figure | value |",
        "| --- | --- |",
        f"| kills | {figures['kills']}: "
        + ", ".join(f"{k} {n}" for k, n in sorted(figures["killed"].items()))
        + " |",
        f"| under load | {figures['seconds_under_load']} s |",
        f"| acknowledged | {said['complaints']} complaints, {said['evidence']} files, {said['steps']} "
        f"steps |",
        f"| away after a kill | median {figures['away_p50_s']} s, longest {figures['away_longest_s']} s |",
        f"| all jobs done after the load | {figures['settled_after_s']} s |",
        "| stored | " + ", ".join(f"{n} {name}" for name, n in figures["stored"].items()) + " |",
        "",
        "Answers the clients got: "
        + "; ".join(f"{what}: {n}" for what, n in figures["answers"].items())
        + ".",
        "",
        "Problems found: " + ("none." if not figures["problems"] else ""),
    ]
    lines += [
        f"- {kind}: {found['count']}, such as {'; '.join(found['first'])}"
        for kind, found in figures["problems"].items()
    ]
    if figures["losses_found_when_made"]:
        lines += [
            "",
            "That the check sees a loss was tried by making one of each kind by SQL afterwards; found: "
            + ", ".join(figures["losses_found_when_made"])
            + ".",
        ]
    return "\n".join(lines) + "\n"
