"""Merchants, carriers, agencies and authorities, with their people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import AccountPermission as A
from bihuan.accounts.queries import PeopleWanted
from bihuan.accounts.requests import told
from bihuan.administration import forms
from bihuan.administration.acts import Act, act_named, offers, perform
from bihuan.administration.labels import choices
from bihuan.administration.pages import site
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.time import now

PAGE: Final = 50
_KINDS: Final = ("merchant", "carrier", "agency", "authority")
ACTS: Final[Mapping[str, Act]] = {
    "close": Act(
        name="close", label=gettext_noop("Close"), icon="lock", form=forms.WhyNeeded, danger=True,
        permission=A.ORGANISATION_MANAGE, fits=lambda it: it.state == "active",
        hint=gettext_noop("No new people and keys; its keys stop. Its people are not deactivated by this."),
        done=gettext_noop("The organisation is closed."),
        run=lambda actor, at, it, g: accounts.close_organisation(
            organisation_id=it.id, why=g["why"], actor=actor, at=at
        ),
    ),
    "reopen": Act(
        name="reopen", label=gettext_noop("Open again"), icon="lock-open", form=forms.WhyNeeded,
        permission=A.ORGANISATION_MANAGE, fits=lambda it: it.state == "closed",
        done=gettext_noop("The organisation is active again."),
        run=lambda actor, at, it, g: accounts.reopen_organisation(
            organisation_id=it.id, why=g["why"], actor=actor, at=at
        ),
    ),
}  # fmt: skip


@page_permission(A.ORGANISATION_MANAGE)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """By name, narrowed by kind and search."""
    actor = signed_in(request)
    kind = request.GET.get("kind", "")
    kind, text = kind if kind in _KINDS else "", request.GET.get("text", "").strip()[:80]
    found = accounts_queries.search_organisations(
        actor, kind=kind, text=text, after=_after(request.GET.get("after", "")), limit=PAGE + 1
    )
    shown = found[:PAGE]
    asked = {name: value for name, value in (("kind", kind), ("text", text)) if value}
    last = f"{shown[-1].name_key}~{shown[-1].id}" if len(found) > PAGE else ""
    context = {
        "tabs": site.tabs(actor, "organisations"),
        "organisations": shown,
        "kinds": choices("organisation", _KINDS),
        "kind": kind,
        "text": text,
        "more": urlencode({**asked, "after": last}) if last else "",
    }
    return render(request, "administration/organisations.html", context)


@page_permission(A.ORGANISATION_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    actor, status = signed_in(request), 200
    form = forms.NewOrganisation(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = {**form.cleaned_data, "reference": form.cleaned_data["reference"] or None}
                made = accounts.create_organisation(**given, actor=actor, at=now())
                messages.success(request, _("The organisation is there."))
                return HttpResponseRedirect(reverse("administration:organisation", args=[made.id]))
            except BihuanError as error:
                form.add_error(None, told(error))
                status = error.status
    context = {
        "tabs": site.tabs(actor, "organisations"),
        "form": form,
        "title": _("New organisation"),
        "button": _("Register"),
        "back": reverse("administration:organisations"),
    }
    return render(request, "administration/form.html", context, status=status)


@page_permission(A.ORGANISATION_MANAGE)
@require_safe
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation with its people and keys."""
    actor, at = signed_in(request), now()
    it = accounts_queries.organisation_for(actor, organisation_id)
    people = accounts_queries.search_people(actor, PeopleWanted(organisation_id=it.id), at=at, limit=200)

    def path(name: str) -> str:
        return reverse("administration:organisation_act", args=[it.id, name])

    context = {
        "tabs": site.tabs(actor, "organisations"),
        "organisation": it,
        "people": [{"person": person, "worker": None} for person in people],
        "roles": accounts_queries.roles_of([person.id for person in people], at=at),
        "factors": accounts_queries.factors_of([person.id for person in people]),
        "locked_out": accounts_queries.locked_out([str(p.username) for p in people], at=at),
        "keys": [key for key in accounts_queries.keys_for(actor) if key.organisation_id == it.id],
        "offers": offers(ACTS, actor, it, path),
        "now": at,
    }
    return render(request, "administration/organisation.html", context)


@page_permission(A.ORGANISATION_MANAGE)
def act(request: HttpRequest, organisation_id: UUID, name: str) -> HttpResponse:
    """Closing it or opening it again."""
    actor = signed_in(request)
    it = accounts_queries.organisation_for(actor, organisation_id)
    back = reverse("administration:organisation", args=[it.id])
    tabs = site.tabs(actor, "organisations")
    return perform(request, act_named(ACTS, name), it, title=it.name, back=back, tabs=tabs)


def _after(text: str) -> tuple[str, UUID] | None:
    if not text:
        return None
    key, _sep, row_id = text.rpartition("~")
    try:
        return key, UUID(row_id)
    except ValueError:
        raise Invalid(field="after", remedy="Use the key that the page before gave.") from None
