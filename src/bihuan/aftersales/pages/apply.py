"""Applying for after-sales: by the consumer, or by the desk for one who calls."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts.doors import signed_in
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.requests import told
from bihuan.aftersales import actions, rules
from bihuan.aftersales.pages import applying
from bihuan.aftersales.pages.applying import ApplyForm
from bihuan.aftersales.permissions import P
from bihuan.cases.forms import ZONE
from bihuan.cases.labels import language
from bihuan.cases.pages import drafting
from bihuan.cases.pages.entering import Sent, uploaded
from bihuan.cases.pages.sides import desk_page, site_page
from bihuan.cases.pages.stepping import takes_files
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.evidence.uploads import require_whole
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.marketplace import queries as marketplace
from bihuan.personal import actions as personal

KIND: Final = "aftersales"
SENT: Final = Sent("bihuan_applied")
CHECKS: Final = Limit(120, 600)
SAVES: Final = Limit(240, 600)
_ONLY: Final = (ActorKind.CONSUMER,)
_ENTRANCE: Final = "accounts:phone"


@takes_files
@never_cache
@site_page(P.SUBMIT, _ONLY, _ENTRANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The form, and taking the application."""
    actor = signed_in(request)
    if request.method != "POST":
        return _begun(request, actor)
    if request.POST.get("go") == "check":
        return _show(request, _typed(request, actor, actor.id), actor, 200)
    if request.POST.get("go") == "save":
        drafting.save(KIND, request, actor, now())
        messages.success(
            request, _("Your draft is kept. You find it here again, on any device, for 30 days.")
        )
        return HttpResponseRedirect(reverse("aftersales:apply"))
    return _taken(request, actor, actor.id, "site")


@csrf_protect
@site_page(P.SUBMIT, _ONLY, _ENTRANCE)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What the rules say of what is typed now, alone."""
    actor = signed_in(request)
    try:
        take(f"apply check|{actor.id}", CHECKS)
    except BihuanError as error:
        return HttpResponse(status=error.status)  # the page then keeps what it shows
    form = _typed(request, actor, actor.id)
    shown = {"foreseen": applying.foreseen(form, actor, now()), "form": form}
    return render(request, "aftersales/_foreseen.html", shown)


@csrf_protect
@site_page(P.SUBMIT, _ONLY, _ENTRANCE)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed so far; ``go=discard`` throws it away."""
    actor, at = signed_in(request), now()
    take(f"apply draft|{actor.id}", SAVES)
    if request.POST.get("go") == "discard":
        personal.discard_draft(kind=KIND, actor=actor, at=at)
        return HttpResponseRedirect(reverse("aftersales:apply"))
    drafting.save(KIND, request, actor, at)
    return HttpResponse(status=204, headers={"X-Saved-At": at.astimezone(ZONE).isoformat()})


@takes_files
@never_cache
@desk_page(P.REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The same at the desk, for the buyer of an order."""
    actor = signed_in(request)
    number = (request.POST.get("order") or request.GET.get("order", "")).strip()[:64]
    buyer = _buyer(number)
    channel = request.POST.get("channel", "telephone")
    shown: dict[str, Any] = {"number": number, "channels": rules.CHANNELS, "channel": channel}
    if buyer is None:
        return render(request, "aftersales/register.html", {**shown, "unknown": bool(number)})
    if request.method == "POST" and request.POST.get("go") != "check":
        return _taken(request, actor, buyer, channel, shown)
    if request.method == "POST":
        return _show(request, _typed(request, actor, buyer), actor, 200, shown)
    form = applying.form_for(
        actor, buyer, language(), token=str(uuid4()), order=number, line=request.GET.get("line", "")
    )
    return _show(request, form, actor, 200, shown)


def _buyer(number: str) -> UUID | None:
    """The person behind an order, where the marketplace has told us who it is."""
    try:
        return marketplace.aftersales_facts(number).buyer_person_id if number else None
    except NotFound:
        return None


def _begun(request: HttpRequest, actor: Actor) -> HttpResponse:
    at, kept = now(), drafting.found(KIND, request, actor)
    named = request.GET.get("order", "")[:64]
    form = applying.form_for(
        actor,
        actor.id,
        language(),
        token=str(uuid4()),
        order=named,
        line=request.GET.get("line", "")[:6],
    )
    if kept is not None and not named:
        applying.keep(form, drafting.as_post(kept.body), actor)
        form.token = kept.body.get("token", [form.token])[0][:40]
    shown = {"draft_at": kept.saved_at if kept and not named else None}
    return _show(request, form, actor, 200, shown, at=at)


def _typed(request: HttpRequest, actor: Actor, consumer_id: UUID) -> ApplyForm:
    token = request.POST.get("token", "")[:40]
    form = applying.form_for(actor, consumer_id, language(), token=token)
    applying.keep(form, request.POST, actor)
    return form


def _taken(
    request: HttpRequest, actor: Actor, consumer_id: UUID, channel: str, shown: dict[str, Any] | None = None
) -> HttpResponse:
    form, at = _typed(request, actor, consumer_id), now()
    sent = SENT.before(request, form.token)
    if sent is not None:
        return _go(actor, sent)
    try:
        require_whole(request)
        form.files += uploaded(request, actor, at)
    except BihuanError as error:
        form.fields["photos"].error = told(error)
    new = applying.application(form, consumer_id, channel)
    if new is None:
        return _show(request, form, actor, 422, shown)
    try:
        made = actions.submit(actor=actor, at=at, new=new)
    except BihuanError as error:
        applying.refuse(form, error)
        return _show(request, form, actor, error.status, shown)
    SENT.remember(request, form.token, made.case_id)
    if actor.kind is ActorKind.CONSUMER:
        personal.discard_draft(kind=KIND, actor=actor, at=at)
        messages.success(
            request, _("Your application is received. You hear within 24 hours how it is decided.")
        )
    return _go(actor, made.case_id)


def _go(actor: Actor, case_id: UUID) -> HttpResponse:
    name = "aftersales:case" if actor.kind is ActorKind.CONSUMER else "aftersales:desk_case"
    return HttpResponseRedirect(reverse(name, args=[case_id]))


def _show(
    request: HttpRequest,
    form: ApplyForm,
    actor: Actor,
    status: int,
    shown: dict[str, Any] | None = None,
    at: Any = None,
) -> HttpResponse:
    page = "aftersales/apply.html" if actor.kind is ActorKind.CONSUMER else "aftersales/register.html"
    context = {**applying.context(form, actor, at or now()), **(shown or {})}
    return render(request, page, context, status=status)
