"""Keys of programs outside: made, shown once, revoked."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.keys import known_scopes
from bihuan.accounts.permissions import AccountPermission as A
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.administration import forms
from bihuan.administration.acts import Act, perform
from bihuan.administration.pages import site
from bihuan.engine.errors import BihuanError
from bihuan.journal.time import now

REVOKE: Final = Act(
    name="revoke", label=gettext_noop("Revoke"), icon="ban", form=forms.WhyNeeded, permission=A.KEY_MANAGE,
    danger=True, fits=lambda key: key.revoked_at is None, done=gettext_noop("The key is revoked."),
    hint=gettext_noop("It dies with its next request and cannot be brought back."),
    run=lambda actor, at, key, g: accounts.revoke_api_key(key_id=key.id, why=g["why"], actor=actor, at=at),
)  # fmt: skip


@page_permission(A.KEY_READ)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Every key with its scopes, rate and last use, those in force first."""
    actor, at = signed_in(request), now()
    found = accounts_queries.keys_for(actor)
    rows = [{"key": key, "state": _state(key, at)} for key in found]
    context = {
        "tabs": site.tabs(actor, "keys"),
        "rows": sorted(rows, key=lambda row: row["state"] != "good"),
        "may_manage": allows(actor, A.KEY_MANAGE),
        "now": at,
    }
    return render(request, "administration/keys.html", context)


@page_permission(A.KEY_MANAGE)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """A new key; its secret stands on the answer and nowhere else."""
    actor, status = signed_in(request), 200
    form = forms.NewKey(
        request.POST or None,
        scopes=[(scope, scope) for scope in known_scopes()],
        organisations=site.organisation_choices(actor),
    )
    context: dict[str, Any] = {"tabs": site.tabs(actor, "keys")}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _made(actor, form.cleaned_data)
                return render(request, "administration/key_made.html", {**context, "made": made})
            except BihuanError as error:
                form.add_error(None, told(error))
                status = error.status
    context |= {
        "form": form,
        "title": _("New API key"),
        "button": _("Make the key"),
        "back": reverse("administration:keys"),
    }
    return render(request, "administration/form.html", context, status=status)


@page_permission(A.KEY_MANAGE)
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Ask for the reason, then revoke."""
    actor = signed_in(request)
    key = accounts_queries.key_for(actor, key_id)
    back, tabs = reverse("administration:keys"), site.tabs(actor, "keys")
    return perform(request, REVOKE, key, title=key.name, back=back, tabs=tabs)


def _made(actor: Any, given: dict[str, Any]) -> accounts.CreatedKey:
    return accounts.create_api_key(
        name=given["name"],
        scopes=given["scopes"],
        organisation_id=site.uuid_of(given["organisation"]),
        rate=given["rate"],
        until_at=given["until_at"],
        why=given["why"],
        actor=actor,
        at=now(),
    )


def _state(key: Any, at: Any) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "ended" if key.until_at is not None and key.until_at <= at else "good"
