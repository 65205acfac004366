"""The auditor's read-only room: samples of cases, each case with its evidence bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.compliance import actions, queries
from bihuan.compliance.counting import WORST
from bihuan.compliance.events import BundleTaken, SampleCaseOpened
from bihuan.compliance.models import Sample
from bihuan.compliance.pages import asking, site
from bihuan.compliance.pages.asking import ZONE, Question
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.norms import queries as norms

WANTED: Final = 5


@page_permission(P.AUDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest) -> HttpResponse:
    """Samples drawn so far and the form for a new one; a post draws it."""
    actor, at = signed_in(request), now()
    posted = request.method == "POST"
    given = request.POST if posted else request.GET
    question = asking.read(given, at, usual="last_quarter")
    typed = {
        "seed": given.get("seed", f"{at.astimezone(ZONE):%Y%m%d}"),
        "wanted": given.get("wanted", str(WANTED)),
    }
    errors = {**question.errors, **_number_errors(typed)}
    if posted and not errors:
        return _drawn(actor, question, typed)
    samples = queries.samples(actor)
    context = {
        "tabs": site.tabs(actor, "audit"),
        "question": question,
        "typed": typed,
        "errors": errors,
        "books": [(found.book.id, found.book.header["title"]) for found in norms.books()],
        "clauses": [read.clause for read in norms.library() if read.clause.has_clock],
        "most": actions.MOST_WANTED,
        "samples": samples,
        "names": site.people([sample.drawn_by for sample in samples]),
    }
    return render(request, "compliance/audit.html", context, status=422 if errors else 200)


@page_permission(P.AUDIT)
@require_safe
def sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The cases of a sample, by stratum, with who looked at them and took their bundle."""
    actor = signed_in(request)
    found = queries.sample_for(actor, sample_id)
    cases = list(found.cases.all())
    links = site.links(actor, [("case", case.case_id) for case in cases])
    seen = _seen(found)
    context = {
        "tabs": site.tabs(actor, "audit"),
        "sample": found,
        "strata": [
            {
                "code": str(stratum),
                "of": found.population.get(str(stratum), 0),
                "cases": [
                    {"case": case, "link": links[case.case_id], **seen.get(str(case.case_id), {})}
                    for case in cases
                    if case.stratum == stratum
                ],
            }
            for stratum in WORST
            if found.population.get(str(stratum))
        ],
        "names": site.people([found.drawn_by]),
        "again": f"{reverse('compliance:audit')}?{_again(found)}",
    }
    return render(request, "compliance/audit_sample.html", context)


@page_permission(P.AUDIT)
@require_safe
def case(request: HttpRequest, sample_id: UUID, case_id: UUID) -> HttpResponse:
    """Record that the case is looked at, and show it."""
    if request.method == "GET":
        actions.open_sampled(sample_id=sample_id, case_id=case_id, actor=signed_in(request), at=now())
    return HttpResponseRedirect(reverse("compliance:case", args=[case_id]))


@page_permission(P.AUDIT)
@require_POST
def take(request: HttpRequest, sample_id: UUID, case_id: UUID) -> Any:
    """The evidence bundle as one ZIP."""
    made = actions.take_bundle(sample_id=sample_id, case_id=case_id, actor=signed_in(request), at=now())
    answer = FileResponse(made.stream, as_attachment=True, filename=made.name, content_type="application/zip")
    answer["Content-Length"] = str(made.size)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _drawn(actor: Actor, question: Question, typed: Mapping[str, str]) -> HttpResponse:
    made = actions.draw_sample(
        actor=actor,
        at=question.at,
        start=question.start,
        end=question.end,
        seed=int(typed["seed"]),
        wanted=int(typed["wanted"]),
        clause_id=question.filters.clause_ids[0] if question.filters.clause_ids else "",
        book=question.filters.book or "",
    )
    return HttpResponseRedirect(reverse("compliance:audit_sample", args=[made.id]))


def _number_errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not _is_number(typed["seed"], 18):
        errors["seed"] = _("Give a whole number of at most 18 digits.")
    if not _is_number(typed["wanted"], 2) or not 1 <= int(typed["wanted"]) <= actions.MOST_WANTED:
        errors["wanted"] = _("Give a number of cases between 1 and 50.")
    return errors


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def _seen(found: Sample) -> dict[str, dict[str, Any]]:
    """By case: when it was first opened and when its bundle was last taken, from the journal."""
    seen: dict[str, dict[str, Any]] = {}
    for entry in journal.entries_of(found.id, limit=10_000):
        mine = seen.setdefault(str(entry.data.get("case_id", "")), {})
        if entry.event == SampleCaseOpened.NAME:
            mine.setdefault("opened_at", entry.occurred_at)
        elif entry.event == BundleTaken.NAME:
            mine["taken_at"], mine["sha256"] = entry.occurred_at, entry.data["sha256"]
    return seen


def _again(found: Sample) -> str:
    """The question of a sample, to be drawn again."""
    question = Question(
        preset="custom",
        first=found.start.astimezone(ZONE).date(),
        last=asking.last_day(found.end),
        at=found.at,
    )
    return question.query(
        at=None, clause=found.clause_id, book=found.book, seed=found.seed, wanted=found.wanted
    )
