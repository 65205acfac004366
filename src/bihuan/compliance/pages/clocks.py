"""The rows behind a figure: clocks, why each ends when it does, records that prove a clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.compliance import queries, trail
from bihuan.compliance.figures import Outcome
from bihuan.compliance.pages import asking, site
from bihuan.compliance.pages.asking import Question
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.time import now
from bihuan.norms import queries as norms
from bihuan.norms.evidence import Row

PAGE = 50
COUNTED = "counted"


@page_permission(P.READ)
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """The clocks of one number of a report, by due time."""
    actor, question = signed_in(request), _question(request)
    outcome = _outcome(request.GET.get("outcome", COUNTED))
    after = request.GET.get("after", "")
    page = queries.clocks_behind(
        actor=actor,
        start=question.start,
        end=question.end,
        at=question.at,
        outcome=outcome,
        filters=question.filters,
        clause_id=_only(question),
        after=after,
        limit=PAGE,
    )
    code = str(outcome) if outcome else COUNTED
    here = reverse("compliance:clocks")
    context = {
        "question": question,
        "tabs": site.tabs(actor, "conformity"),
        "outcome": code,
        "clause": _clause(question),
        "rows": page.rows,
        "links": site.links(actor, [(row.subject_kind, row.subject_id) for row in page.rows]),
        "names": _names(question),
        "more": f"{here}?{question.query(outcome=code, after=page.next)}" if page.next else "",
        "first": f"{here}?{question.query(outcome=code)}" if after else "",
    }
    return render(request, "compliance/clocks.html", context)


@page_permission(P.READ)
@require_safe
def why(request: HttpRequest, clock_id: UUID) -> HttpResponse:
    """Every step from the clause's text to the end of one clock; a part in the dialog, else a page."""
    actor, at = signed_in(request), now()
    found = queries.clock_for(actor=actor, clock_id=clock_id, at=at)
    entries = trail.entries([number for number in found.entries if number])
    context = {
        "found": found,
        "now": at,
        "entries": [entries[number] for number in found.entries if number in entries],
        "subject": site.links(actor, [(found.subject_kind, found.subject_id)])[found.subject_id],
        "tabs": site.tabs(actor, "conformity"),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "compliance/_why.html" if part else "compliance/why.html", context)


@page_permission(P.READ)
@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """The records of a period that prove a clause."""
    actor, question = signed_in(request), _question(request)
    clause_id, after = _only(question), request.GET.get("after", "")
    if clause_id is None:
        raise NotFound(kind="clause", id="")
    if after and not after.isascii():
        raise Invalid(field="after", remedy="Use the key that the page before gave.")
    rows = queries.evidence_behind(
        actor=actor, start=question.start, end=question.end, clause_id=clause_id, after=after, limit=PAGE + 1
    )
    shown = rows[:PAGE]
    here = reverse("compliance:evidence")
    context = {
        "question": question,
        "tabs": site.tabs(actor, "conformity"),
        "clause": norms.clause(clause_id),
        "rows": list(zip(shown, _said(shown), strict=True)),
        "links": site.links(actor, [(row.kind, row.id) for row in shown]),
        "more": f"{here}?{question.query(after=shown[-1].key)}" if len(rows) > PAGE else "",
        "first": f"{here}?{question.query()}" if after else "",
    }
    return render(request, "compliance/evidence.html", context)


def _question(request: HttpRequest) -> Question:
    """The address is made by the report; one that was changed is refused as a whole."""
    question = asking.read(request.GET, now())
    for field, text in question.errors.items():
        raise Invalid(text, field=field, remedy="Go back to the report and follow its link again.")
    return question


def _outcome(code: str) -> Outcome | None:
    if code == COUNTED:
        return None
    try:
        return Outcome(code)
    except ValueError:
        raise Invalid(field="outcome", remedy="Go back to the report and follow its link again.") from None


def _only(question: Question) -> str | None:
    return question.filters.clause_ids[0] if question.filters.clause_ids else None


def _clause(question: Question) -> Any:
    """The clause that was asked for; None for a total, and for one that no rulebook holds any more."""
    clause_id = _only(question)
    try:
        return norms.clause(clause_id) if clause_id else None
    except NotFound:
        return None


def _names(question: Question) -> list[str]:
    """The merchant and team that the rows are narrowed to."""
    found = []
    for column in ("merchant_id", "team_id"):
        wanted = getattr(question.filters, column)
        if wanted is not None:
            found.append(site.names(column, [wanted]).get(wanted, ""))
    return [name for name in found if name]


def _said(rows: Sequence[Row]) -> list[str]:
    """What happened, where a record is an entry of the journal; without its codes, as a title."""
    entries = trail.entries([int(row.key) for row in rows if row.key.isdigit()])
    found = []
    for row in rows:
        entry = entries.get(int(row.key)) if row.key.isdigit() else None
        known = entry is not None and entry.subject_id == row.id
        found.append(entry.event if known and entry else "")
    return found
