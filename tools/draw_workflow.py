"""Draw docs/workflow.md from the workflow table: python tools/with_home.py python tools/draw_workflow.py"""

from __future__ import annotations

import os
from pathlib import Path

import django

TARGET = Path(__file__).resolve().parent.parent / "docs" / "workflow.md"
HEAD = """# The course of a complaint

Drawn from `src/bihuan/complaints/workflow.py` by `tools/draw_workflow.py`; a test compares the two. Steps
that keep the state are listed below the drawing.

```mermaid
"""


def drawn() -> str:
    """The page: a state diagram of the steps that move a case, and a table of all steps."""
    from bihuan.complaints.workflow import STATES, WORKFLOW  # noqa: PLC0415 (needs Django's models)

    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(STATES))}"]
    lines += [f"    {state}: {zh} ({en})" for state, (zh, en) in STATES.items()]
    for step in WORKFLOW.steps:
        if step.target:
            lines += [f"    {source} --> {step.target}: {step.zh}" for source in step.sources]
    table = ["", "```", "", "| step | zh | en | from | to | clause | reason |", "|" + " --- |" * 7]
    for step in WORKFLOW.steps:
        sources = "any" if len(step.sources) == len(STATES) else ", ".join(step.sources)
        reason = "needed" if step.needs_reason else ""
        cells = (f"`{step.name}`", step.zh, step.en, sources, step.target or "", step.clause, reason)
        table.append("| " + " | ".join(map(str, cells)) + " |")
    return HEAD + "\n".join(lines) + "\n".join(table) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.project.settings")
    django.setup()
    TARGET.write_text(drawn(), encoding="utf-8")
