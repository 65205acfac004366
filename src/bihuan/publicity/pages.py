"""The page of promises, for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import public_page
from bihuan.engine.clausetypes import Clause
from bihuan.engine.explain import print_limit
from bihuan.journal.time import now
from bihuan.publicity import queries

TITLES: Final = {
    "entry": gettext_noop("You complain, or report a violation"),
    "acceptance": gettext_noop("We tell you whether it is accepted"),
    "answer": gettext_noop("A person answers"),
    "investigation": gettext_noop("It is investigated"),
    "solution": gettext_noop("A solution is found and carried out"),
    "result": gettext_noop("You hear the result"),
}
TELLS: Final = {
    "entry": gettext_noop("You get a number and a code at once, and follow everything with them."),
    "acceptance": gettext_noop("What is missing we ask you for; we do not refuse you for it."),
    "answer": gettext_noop("From a person, not from a machine, and about your matter."),
    "investigation": gettext_noop("You are told when it begins, at regular intervals, and when it ends."),
    "solution": gettext_noop("You accept, propose something else, or ask for mediation."),
    "result": gettext_noop("With the reasons, what changes because of it, and how to appeal."),
}
BY: Final = {
    "general": gettext_noop("general matters"),
    "complex": gettext_noop("complex matters"),
    "special": gettext_noop("matters with an appraisal"),
}
BELOW: Final = 10
"""Fewer cases than this make a percentage misleading: the page then shows the count alone."""


@public_page
@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Contact, process with deadlines, figures of the last closed month."""
    at = now()
    month = queries.figures(at)
    context = {
        "contact": queries.contact(),
        "steps": [
            {"title": _(TITLES[s.code]), "tells": _(TELLS[s.code]), "clauses": _worded(s.clauses, at)}
            for s in queries.process()
        ],
        "month": month,
        "figures": [
            {
                "clause": f.clause,
                "limit": limit_words(f.clause, at, _lang()),
                "met": f.met,
                "counted": f.counted,
                "percent": _percent(f),
            }
            for f in month.figures
        ],
        "shown": sum(f.counted for f in month.figures),
        "now": at,
    }
    return render(request, "publicity/promises.html", context)


def _worded(clauses: tuple[Clause, ...], at: datetime) -> list[dict[str, Any]]:
    return [{"clause": c, "limit": limit_words(c, at, _lang()) if c.has_clock else ""} for c in clauses]


def limit_words(clause: Clause, at: datetime, lang: str) -> str:
    """The limit of a clause in words, for each class where it has classes; empty without one."""
    limit = clause.limit_at(at)
    if limit is None:
        return ""
    if limit.fixed is not None:
        return print_limit(str(limit.fixed), lang)
    parts = [f"{_(BY.get(k, k))} {print_limit(str(v), lang)}" for k, v in limit.choices.items()]
    return ("，" if lang == "zh" else ", ").join(parts)


def _percent(figure: queries.Figure) -> str:
    """One decimal, never rounded up to a hundred."""
    if figure.rate is None or figure.counted < BELOW:
        return ""
    return f"{int(figure.rate * 1000) / 10:.1f}%"


def _lang() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"
