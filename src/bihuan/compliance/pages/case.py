"""One case for those who check: its clocks, every entry with hash and anchor, the digests of its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows, require
from bihuan.complaints import queries as complaints
from bihuan.complaints.permissions import P as ComplaintPermission
from bihuan.complaints.queries import File, Happened
from bihuan.compliance import trail
from bihuan.compliance.pages import site
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.compliance.trail import Covered
from bihuan.engine.errors import NotFound
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now


@dataclass(frozen=True, slots=True)
class Traced:
    """A line of the timeline with the entry that it is."""

    line: Happened
    covered: Covered


@page_permission(P.READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole file to read, with what proves that nothing of it was changed."""
    actor, at = signed_in(request), now()
    file = _file(actor, case_id, at)
    covered = trail.covered(case_id)
    traced = [Traced(line, covered[line.sequence]) for line in file.timeline if line.sequence in covered]
    context = {
        "tabs": site.tabs(actor, ""),
        "file": file,
        "case": file.case,
        "complaint": file.complaint,
        "traced": traced,
        "exposed": sum(one.covered.anchor is None for one in traced),
        "people": _people(file),
        "now": at,
        "at_desk": allows(actor, ComplaintPermission.CONTACT),
        "may_export": allows(actor, ComplaintPermission.EXPORT, file.case.resource),
    }
    return render(request, "compliance/case.html", context)


@page_permission(P.READ)
@require_safe
def export(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case's history as JSON lines, each entry with the way to the root that its anchor signed."""
    actor, at = signed_in(request), now()
    file = _file(actor, case_id, at)
    require(actor, ComplaintPermission.EXPORT, file.case.resource)
    lines = "".join(journal.export(at=at, subject_id=case_id))
    answer = HttpResponse(lines, content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="{file.case.number}.jsonl"'
    return answer


def _file(actor: Actor, case_id: UUID, at: datetime) -> File:
    """Raises NotFound also for people from outside: they have their own page of a case."""
    if actor.kind is not ActorKind.STAFF:
        raise NotFound(kind="case", id=str(case_id))
    return complaints.file_for(actor, case_id, at=at)


def _people(file: File) -> dict[str, str]:
    case = file.case
    names = site.people([i for i in (case.consumer_id, case.owner_id) if i])
    firms = accounts.organisation_names([i for i in (case.merchant_id, case.partner_id) if i])
    return {
        "consumer": names.get(case.consumer_id, ""),
        "owner": names.get(case.owner_id, "") if case.owner_id else "",
        "merchant": firms.get(case.merchant_id, "") if case.merchant_id else "",
        "partner": firms.get(case.partner_id, "") if case.partner_id else "",
    }
