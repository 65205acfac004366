"""Complaining: the form with its checklist, the draft, and taking the complaint.

Everybody may fill it in; sending asks for the sign-in by phone, and nothing typed is lost on the way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts.doors import public_page, signed_in
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.requests import actor_of, address_of, told
from bihuan.cases.forms import ZONE
from bihuan.cases.labels import language
from bihuan.cases.pages import drafting
from bihuan.cases.pages.entering import Sent, uploaded
from bihuan.cases.pages.sides import site_page
from bihuan.cases.pages.stepping import takes_files
from bihuan.complaints import actions
from bihuan.complaints.actions import Submitted
from bihuan.complaints.pages import complaining
from bihuan.complaints.pages.complaining import ComplaintForm
from bihuan.complaints.permissions import P
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.evidence.uploads import require_whole
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.personal import actions as personal

KIND: Final = "complaint"
SENT: Final = Sent("bihuan_sent")
CHECKS: Final = Limit(120, 600)
SAVES: Final = Limit(240, 600)
KEPT_BEFORE: Final = Limit(20, 3600)
_PAGE: Final = "complaints/consumer/complain.html"


@takes_files
@public_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """The form, and taking the complaint."""
    actor = _complainant(request)
    if actor is not None and actor.case_id is not None:
        return HttpResponseRedirect(reverse("consumer:start"))
    if request.method != "POST":
        return _show(request, actor)
    if request.POST.get("go") == "check":
        return _looked_at(request, actor)
    if actor is None:
        return to_sign_in_with(KIND, request, reverse("consumer:complain"))
    if request.POST.get("go") == "save":
        drafting.save(KIND, request, actor, now())
        messages.success(
            request, _("Your draft is kept. You find it here again, on any device, for 30 days.")
        )
        return HttpResponseRedirect(reverse("consumer:complain"))
    return _taken(request, actor, now())


@public_page
@csrf_protect
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The checklist alone, for what is typed now."""
    actor = _complainant(request)
    try:
        take(f"complain check|{actor.id if actor else address_of(request)}", CHECKS)
    except BihuanError as error:
        return HttpResponse(status=error.status)  # the page then judges by itself
    form = complaining.form_for(actor, language(), token="")
    complaining.keep(form, request.POST, actor)
    return render(request, "complaints/consumer/_conditions.html", complaining.checked(form, actor))


@csrf_protect
@site_page(P.SUBMIT, (ActorKind.CONSUMER,), "consumer:start")
@require_POST
def draft(request: HttpRequest, kind: str = KIND) -> HttpResponse:
    """Keep what is typed so far; ``go=discard`` throws it away."""
    actor = signed_in(request)
    take(f"complain draft|{actor.id}", SAVES)
    if request.POST.get("go") == "discard":
        personal.discard_draft(kind=kind, actor=actor, at=now())
        return HttpResponseRedirect(reverse("consumer:report" if kind == "report" else "consumer:complain"))
    at = now()
    drafting.save(kind, request, actor, at)
    return HttpResponse(status=204, headers={"X-Saved-At": at.astimezone(ZONE).isoformat()})


def to_sign_in_with(kind: str, request: HttpRequest, goal: str) -> HttpResponse:
    """To the sign-in by phone and back, with what was typed."""
    take(f"typed before sign-in|{address_of(request)}", KEPT_BEFORE)
    drafting.keep_for_later(kind, request)
    return HttpResponseRedirect(reverse("accounts:phone", query={"next": goal}))


def remember(request: HttpRequest, token: str, made: Submitted, kind: str = KIND) -> None:
    """For the receipt, and for the form sent twice."""
    more = {"code": made.code, "number": made.number, "state": made.state, "kind": kind}
    SENT.remember(request, token, made.case_id, **more)


def _complainant(request: HttpRequest) -> Actor | None:
    """A consumer, or nobody yet. Others find nothing here."""
    actor = actor_of(request)
    if actor is not None and actor.kind is not ActorKind.CONSUMER:
        raise NotFound(kind="page", id=request.path)
    return actor


def _show(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    at, lang = now(), language()
    kept = drafting.found(KIND, request, actor) if actor else None
    if kept is not None and actor is not None and SENT.before(request, kept.body.get("token", [""])[0]):
        personal.discard_draft(kind=KIND, actor=actor, at=at)
        kept = None
    form = complaining.form_for(actor, lang, token=str(uuid4()), order_number=request.GET.get("order", ""))
    if kept is not None:
        complaining.keep(form, drafting.as_post(kept.body), actor)
        form.token = kept.body.get("token", [form.token])[0][:40]
    shown = complaining.context(form, actor, lang, at)
    return render(request, _PAGE, {**shown, "draft_at": kept.saved_at if kept else None})


def _looked_at(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    """Without scripts: the same page with its checklist as it stands now."""
    return _again(request, _typed(request, actor), actor, 200)


def _taken(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    form = _typed(request, actor)
    sent = SENT.before(request, form.token)
    if sent is not None:
        return HttpResponseRedirect(reverse("consumer:received", args=[sent]))
    try:
        require_whole(request)
        form.files += uploaded(request, actor, at)
    except BihuanError as error:
        form.fields["photos"].error = told(error)
    new = complaining.complaint(form, actor, at)
    if new is None:
        return _again(request, form, actor, 422)
    try:
        made = actions.submit(actor=actor, at=at, new=new)
    except BihuanError as error:
        complaining.refuse(form, error)
        return _again(request, form, actor, error.status)
    remember(request, form.token, made)
    personal.discard_draft(kind=KIND, actor=actor, at=at)
    return HttpResponseRedirect(reverse("consumer:received", args=[made.case_id]))


def _typed(request: HttpRequest, actor: Actor | None) -> ComplaintForm:
    form = complaining.form_for(actor, language(), token=request.POST.get("token", "")[:40])
    complaining.keep(form, request.POST, actor)
    return form


def _again(request: HttpRequest, form: ComplaintForm, actor: Actor | None, status: int) -> HttpResponse:
    shown: dict[str, Any] = complaining.context(form, actor, language(), now())
    return render(request, _PAGE, shown, status=status)
