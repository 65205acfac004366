"""The processes as pictures, for everybody: made of the workflow tables at the moment of asking (ASM-2.2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import public_page
from bihuan.administration import processes
from bihuan.administration.labels import language, word
from bihuan.administration.processes import Line, Process
from bihuan.engine.drawing import draw
from bihuan.journal.time import now


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The first process."""
    return HttpResponseRedirect(reverse("administration:process", args=[processes.processes()[0].code]))


@public_page
@require_safe
def process(request: HttpRequest, flow: str) -> HttpResponse:
    """One process: its picture, and every step in words for those who do not see pictures."""
    shown, tongue = processes.process(flow), language()
    rows = [_row(shown, line) for line in processes.lines(shown.workflow)]
    context = {
        "process": shown,
        "name": _name(shown),
        "all": [
            {"code": each.code, "name": _name(each), "here": each.code == flow}
            for each in processes.processes()
        ],
        "picture": draw(shown.workflow, language=tongue, ends=shown.ends),
        "who": {line.step.permission: _who(line) for line in processes.lines(shown.workflow)},
        "moving": [row for row in rows if row["target"]],
        "staying": [row for row in rows if not row["target"]],
        "states": len(shown.workflow.states),
        "steps": len({step.name for step in shown.workflow.steps}),
        "now": now(),
    }
    return render(request, "administration/process.html", context)


def _name(shown: Process) -> str:
    return shown.name[language() == "en"]


def _row(shown: Process, line: Line) -> dict[str, Any]:
    step = line.step
    return {
        "step": step,
        "label": step.label(language()),
        "sources": [] if line.everywhere else [_state(shown, source) for source in line.sources],
        "target": _state(shown, step.target) if step.target else "",
        "who": _who(line),
    }


def _state(shown: Process, state: str) -> str:
    return shown.workflow.labels.get(state, (state, state))[language() == "en"]


def _who(line: Line) -> str:
    return ("、" if language() == "zh" else ", ").join(word("taker", role) for role in line.roles)
