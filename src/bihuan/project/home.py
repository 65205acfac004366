"""The front page: to one's own site, or for everybody what one can do here and what is promised."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import public_page
from bihuan.accounts.requests import actor_of
from bihuan.cases.labels import label, language
from bihuan.engine.clausetypes import Clause
from bihuan.engine.explain import print_limit
from bihuan.journal.time import now
from bihuan.norms import queries as norms
from bihuan.project.sites import home_of

PROMISED: Final = ("PCN-3.1.3.a", "ISH-1.2.b.first", "PCN-3.2.3", "PCN-3.3.3", "CRP-2.2.b", "PCN-3.4.b")
"""The clauses whose promises stand on the front page."""
CHANNELS: Final = ("site", "telephone", "walk_in", "social", "mail")


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Somebody signed in goes to their own site."""
    actor = actor_of(request)
    if actor is not None:
        return HttpResponseRedirect(home_of(actor))
    at, lang = now(), language()
    promises = [norms.clause(c) for c in PROMISED]
    context = {
        "promises": [{"clause": c, "limits": limits_of(c, at, lang)} for c in promises],
        "channels": [label("channel", c, lang) for c in CHANNELS],
    }
    return render(request, "home.html", context)


def limits_of(clause: Clause, at: datetime, lang: str) -> str:
    """The limit in words: 24小时, or 3个工作日 / 5个工作日 by class."""
    limit = clause.limit_at(at)
    if limit is None:
        return ""
    if limit.fixed is not None:
        return print_limit(str(limit.fixed), lang)
    group = limit.by or ""
    joint = "；" if lang == "zh" else "; "
    return joint.join(
        f"{label(group, k, lang)} {print_limit(str(v), lang)}" for k, v in limit.choices.items()
    )
