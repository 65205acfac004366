"""The journal for those who check it: standing, anchors, verification by a job, how to verify elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.compliance import actions, queries
from bihuan.compliance.pages import site
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.engine.errors import Invalid
from bihuan.journal import verifier
from bihuan.journal.time import now

ANCHORS: Final = 20
VERIFIER: Final = Path(verifier.__file__).with_name("bihuan_verify.py")


@page_permission(P.JOURNAL_READ)
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """What the journal holds, what covers it, what the last verifications found."""
    actor = signed_in(request)
    before = _before(request)
    anchors = queries.journal_anchors(actor, before=before, limit=ANCHORS + 1)
    runs = queries.verifications(actor)
    context = {
        "tabs": site.tabs(actor, "journal"),
        "standing": queries.journal_standing(actor),
        "anchors": anchors[:ANCHORS],
        "more": anchors[ANCHORS - 1].number if len(anchors) > ANCHORS else 0,
        "before": before,
        "runs": runs,
        "running": next((run for run in runs if run.is_open), None),
        "names": site.people([run.asked_by for run in runs]),
        "may_verify": allows(actor, P.JOURNAL_VERIFY),
        "now": now(),
    }
    return render(request, "compliance/journal.html", context)


@page_permission(P.JOURNAL_VERIFY)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a verification and show it; where one runs already, that one."""
    run = actions.request_verification(actor=signed_in(request), at=now())
    return HttpResponseRedirect(reverse("compliance:verification", args=[run.id]))


@page_permission(P.JOURNAL_READ)
@require_safe
def verification(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """How far a verification is, or what it found; the page looks again by itself while it runs."""
    actor = signed_in(request)
    run = queries.verification_for(actor, verification_id)
    context = {
        "tabs": site.tabs(actor, "journal"),
        "run": run,
        "names": site.people([run.asked_by]),
        "findings": [_finding(found) for found in (run.report or {}).get("findings", ())],
    }
    part = request.headers.get("HX-Request") == "true"
    return render(
        request, "compliance/_verification.html" if part else "compliance/verification.html", context
    )


@page_permission(P.JOURNAL_READ)
@require_safe
def export_format(request: HttpRequest) -> HttpResponse:
    """How an export is made up and verified without this program."""
    actor = signed_in(request)
    return render(request, "compliance/format.html", {"tabs": site.tabs(actor, "journal")})


@page_permission(P.JOURNAL_READ)
@require_safe
def download_verifier(request: HttpRequest) -> HttpResponse:
    """The verifier: one file, Python's standard library."""
    answer = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{VERIFIER.name}"'
    return answer


def _before(request: HttpRequest) -> int:
    text = request.GET.get("before", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise Invalid(field="before", remedy="Use the key that the page before gave.")
    return int(text)


def _finding(found: dict[str, Any]) -> dict[str, Any]:
    """A finding with its sentence in the language of the page."""
    sentence = found["msgid"]
    return {**found, "said": gettext(sentence).format_map(_Fields(found))}


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
