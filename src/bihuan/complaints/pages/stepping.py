"""Taking a step from a page: the form, what was typed, the files, the refusal. Every site uses it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.accounts.doors import local, signed_in
from bihuan.accounts.requests import told
from bihuan.complaints import forms, queries, rules, steps
from bihuan.complaints.forms import StepForm
from bihuan.complaints.pages.pickers import pickers
from bihuan.complaints.queries import File
from bihuan.engine.errors import BihuanError, NotAllowed, NotFound, Refusal
from bihuan.evidence import actions as evidence
from bihuan.evidence.uploads import QuotaUploadHandler, require_whole
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

log = logging.getLogger(__name__)
_MOST_FILES = 20
Shown = Callable[[HttpRequest, File, StepForm, int], HttpResponse]


def language() -> str:
    """``zh`` or ``en``: the language of the page."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def bound_uploads(request: HttpRequest) -> None:
    """Cut off a request with files that are too big; before anything of it is read."""
    if request.method == "POST":
        request.upload_handlers.insert(0, QuotaUploadHandler(request))


def step_view(request: HttpRequest, case_id: UUID, name: str, *, back: str, template: str) -> HttpResponse:
    """Show the form of a step, or take it and go ``back``. ``template`` is the site's whole page for it.

    A part asked for by htmx is the form alone. Raises NotFound for a case that the actor may not know of.
    """
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    form = _form(request, name, file, actor, at)
    status = 200
    if request.method == "POST":
        try:
            _take(request, form, case_id, actor, at)
            return _done(request, back)
        except BihuanError as error:
            status = _refused(form, error)
    context = {"form": form, "file": file, "back": back, "action": request.path, "now": at}
    part = "complaints/_step.html" if request.headers.get("HX-Request") == "true" else template
    return render(request, part, context, status=status)


def _form(request: HttpRequest, name: str, file: File, actor: Actor, at: datetime) -> StepForm:
    """The form, if the step is possible for this actor; a step that is not is refused when it is taken."""
    door = steps.door(name)
    found = pickers(name, door.fields, file, actor, at, language())
    return forms.form_of(door, found, language(), _initial(request, file))


def _initial(request: HttpRequest, file: File) -> Mapping[str, Any]:
    """What stands in the link, and the class that the case has now."""
    case = file.case
    known = {name: getattr(case, name) for name in ("type", "urgency", "severity", "complexity")}
    return {**known, **{name: value for name, value in request.GET.items() if value}}


def _take(request: HttpRequest, form: StepForm, case_id: UUID, actor: Actor, at: datetime) -> None:
    require_whole(request)
    form.kept_files = _kept(request)
    data = forms.read(form, request.POST)
    if form.takes_files:
        form.kept_files += _uploaded(request, actor, at, case_id)
        data["evidence_ids"] = form.kept_files
    steps.take(name=form.door.step.name, case_id=case_id, actor=actor, at=at, data=data)


def _kept(request: HttpRequest) -> list[str]:
    """Files of an earlier try of the same form, so that they need not be chosen again."""
    return [text for text in request.POST.getlist("kept_files")[:_MOST_FILES] if is_id(text)]


def is_id(text: str) -> bool:
    """Whether a text is the id of something."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _uploaded(request: HttpRequest, actor: Actor, at: datetime, case_id: UUID) -> list[str]:
    """The files of the form, taken in for the case; ids."""
    party = {"third_party": "carrier"}.get(rules.party_of(actor), rules.party_of(actor))
    return [
        str(
            evidence.upload(
                actor=actor,
                at=at,
                content=cast("BinaryIO", given.file),
                name=given.name or "",
                party=party,
                case_id=case_id,
                declared_type=given.content_type or "",
            ).id
        )
        for given in request.FILES.getlist("evidence_ids")[:_MOST_FILES]
    ]


def _refused(form: StepForm, error: BihuanError) -> int:
    """Put the error into the form; returns the status."""
    if isinstance(error, NotFound | NotAllowed) and not isinstance(error, Refusal):
        log.info("step %s: %s", form.door.step.name, error.error_code)
    message, remedy = told(error), ""
    if error.error_code == "invalid" and "problem" in error.data:
        message, remedy = _("This value cannot be used here."), _("Correct the field and send it again.")
    form.refuse(error, message, remedy)
    return error.status


def _done(request: HttpRequest, back: str) -> HttpResponse:
    """To where the person came from; htmx loads it as a whole page."""
    goal = local(request, request.POST.get("next") or back)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": goal})
    return HttpResponseRedirect(goal)
