"""Reports of violations (PCN-3.1.1.b): from anybody on the site, and registered at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.doors import page_permission, public_page, signed_in
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.requests import actor_of, address_of
from bihuan.cases.forms import Field, instant
from bihuan.cases.labels import label, language
from bihuan.cases.pages import drafting
from bihuan.cases.pages.entering import MOST_FILES
from bihuan.cases.pages.stepping import taken_in, takes_files
from bihuan.complaints import actions, rules
from bihuan.complaints.actions import NewReport, Submitted
from bihuan.complaints.pages import complaining, wizard
from bihuan.complaints.pages.complaining import ComplaintForm
from bihuan.complaints.permissions import P
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.evidence.uploads import require_whole
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.time import now
from bihuan.personal import actions as personal

KIND: Final = "report"
SENT: Final = Limit(10, 3600)
MOST_UNNAMED: Final = 10
"""Files that come with a report of somebody who gives no name."""
_PAGE: Final = "complaints/consumer/report.html"


@takes_files
@public_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and taking the report."""
    actor = _named(request)
    form = _form(language(), token=request.POST.get("token", "")[:40] or str(uuid4()))
    if request.method == "POST":
        complaining.keep(form, request.POST, actor)
        if actor is not None and request.POST.get("go") == "save":
            drafting.save(KIND, request, actor, now())
            return HttpResponseRedirect(reverse("consumer:report"))
        return _taken(request, form, actor, now())
    kept = drafting.found(KIND, request, actor) if actor else None
    if kept is not None:
        complaining.keep(form, drafting.as_post(kept.body), actor)
    return _shown(request, form, actor, draft_at=kept.saved_at if kept else None)


@public_page
@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Number and code of the last report of this browser."""
    sent = [s for s in wizard.SENT.all(request) if s.get("kind") == KIND]
    if not sent:
        return HttpResponseRedirect(reverse("consumer:report"))
    return render(request, "complaints/consumer/reported.html", {"sent": sent[-1], "named": _named(request)})


@page_permission(P.REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """At the desk: a report by telephone, by mail, in person; a phone number is no condition."""
    form, status = _desk_form(language()), 200
    if request.method == "POST":
        complaining.keep(form, request.POST, None)
        try:
            made = _register(form, signed_in(request), now())
            return render(request, "complaints/desk/registered.html", {"made": made}, status=201)
        except BihuanError as error:
            complaining.refuse(form, error)
            status = error.status
    return render(
        request, "complaints/desk/report.html", {"form": form, "fields": form.fields.values()}, status=status
    )


def _named(request: HttpRequest) -> Actor | None:
    """The consumer who is signed in; everybody else reports without a name."""
    actor = actor_of(request)
    is_consumer = actor is not None and actor.kind is ActorKind.CONSUMER and actor.case_id is None
    return actor if is_consumer else None


def _taken(request: HttpRequest, form: ComplaintForm, actor: Actor | None, at: datetime) -> HttpResponse:
    if wizard.SENT.before(request, form.token) is not None:
        return HttpResponseRedirect(reverse("consumer:reported"))
    happened_at = complaining.happened(form, at)
    _check(form)
    if form.wrong:
        form.error = _("Something is missing or not right. Nothing that you entered is lost.")
        return _shown(request, form, actor, status=422)
    try:
        take(f"report|{address_of(request)}", SENT)
        require_whole(request)
        with transaction.atomic():
            made = _submit(request, form, actor, happened_at, at)
    except BihuanError as error:
        complaining.refuse(form, error)
        return _shown(request, form, actor, status=error.status)
    wizard.remember(request, form.token, made, kind=KIND)
    if actor is not None:
        personal.discard_draft(kind=KIND, actor=actor, at=at)
    return HttpResponseRedirect(reverse("consumer:reported"))


def _submit(
    request: HttpRequest, form: ComplaintForm, actor: Actor | None, happened_at: datetime | None, at: datetime
) -> Submitted:
    """One transaction: nobody is written down for a report that is refused."""
    reporter = actor or actions.unnamed_reporter(actor=PROGRAM, at=at)
    files = [f.id for f in form.files] + taken_in(
        request.FILES.getlist("photos")[:MOST_UNNAMED], reporter, at, party="consumer"
    )
    new = NewReport(
        channel="site",
        reporter_id=reporter.id,
        named=actor is not None,
        matter_text=complaining.matter(form),
        about=form.value("about"),
        order_number=form.value("order_number")[:64],
        happened_at=happened_at,
        evidence_ids=tuple(files[:MOST_FILES]),
    )
    return actions.report(actor=reporter, at=at, new=new)


def _check(form: ComplaintForm) -> None:
    if form.value("about") not in rules.REPORTED:
        form.fields["about"].error = _("Please choose one.")
    if not form.value("matter_text"):
        form.fields["matter_text"].error = _("Say in a sentence or two what happened.")


def _shown(
    request: HttpRequest,
    form: ComplaintForm,
    actor: Actor | None,
    *,
    status: int = 200,
    draft_at: datetime | None = None,
) -> HttpResponse:
    other = actor_of(request) is not None and actor is None
    context = {"form": form, "actor": actor, "signed_in_otherwise": other, "draft_at": draft_at}
    return render(request, _PAGE, context, status=status)


def _register(form: ComplaintForm, actor: Actor, at: datetime) -> Submitted:
    given = {name: form.value(name) for name in form.fields}
    rules.known("channel", given["channel"], rules.CHANNELS)
    rules.known("about", given["about"], rules.REPORTED)
    received = instant(given["received_at"], "received_at") if given["received_at"] else None
    if received is not None and received > at:
        raise Invalid(
            "It cannot have been received in the future.",
            field="received_at",
            clause="PCN-3.1.1",
            remedy="Give the time at which it was received, or leave it out.",
        )
    if not given["matter_text"]:
        raise Invalid("This field is needed.", field="matter_text", clause="CRP-1.1.b")
    with transaction.atomic():
        reporter = _reporter(given["phone"], given["name"], actor, at)
        new = NewReport(
            channel=given["channel"],
            reporter_id=reporter,
            named=bool(given["phone"]),
            matter_text=given["matter_text"],
            about=given["about"],
            order_number=given["order_number"][:64],
        )
        return actions.report(actor=actor, at=at, new=new, received_at=received)


def _reporter(phone: str, name: str, actor: Actor, at: datetime) -> UUID:
    if not phone:
        return actions.unnamed_reporter(actor=actor, at=at).id
    return accounts.ensure_consumer(
        facts=ConsumerFacts(phone=phone, name=name or None), actor=actor, at=at
    ).person_id


def _form(lang: str, *, token: str) -> ComplaintForm:
    made = [
        Field("about", _("What is it about?"), "chips", True, _options("about", rules.REPORTED, lang)),
        Field("matter_text", _("What did you see?"), "textarea", True),
        Field("order_number", _("Order number, if there is one"), "text"),
        Field("happened_on", _("When it happened"), "date"),
        Field("photos", _("Photographs and files"), "files"),
    ]
    fields = {one.name: one for one in made}
    fields["matter_text"].help = _(
        "Name shop, goods or page, and where it can be seen."
        " Leave out your own name if you want to stay unnamed."
    )
    return ComplaintForm(fields, [], token=token)


def _desk_form(lang: str) -> ComplaintForm:
    channels = [c for c in rules.CHANNELS if c not in ("site", "api")]
    made = [
        Field("channel", _("How it came in"), "select", True, _options("channel", channels, lang)),
        Field("about", _("What is it about?"), "select", True, _options("about", rules.REPORTED, lang)),
        Field("matter_text", _("What was reported"), "textarea", True),
        Field("order_number", _("Order number, if there is one"), "text"),
        Field("phone", _("Reporter's phone number (may be left out)"), "text"),
        Field("name", _("Reporter's name (may be left out)"), "text"),
        Field("received_at", _("Received (when entered later)"), "datetime"),
    ]
    return ComplaintForm({one.name: one for one in made}, [])


def _options(group: str, codes: Sequence[str], lang: str) -> list[Any]:
    return [(code, label(group, code, lang)) for code in codes]
