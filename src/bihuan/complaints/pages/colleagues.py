"""The people of a merchant, carrier or agency: who is in, who may what, how notices reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import signed_in
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import AccountPermission, Role
from bihuan.accounts.queries import PersonalField
from bihuan.accounts.requests import told
from bihuan.cases.pages.sides import site_page
from bihuan.complaints.actions import partner as actions
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

_ONLY: Final = (ActorKind.MERCHANT, ActorKind.PARTNER)
_FIELDS: Final = ("username", "label", "phone", "email")
ROLES: Final = {
    str(Role.MERCHANT_ADMIN): gettext_noop("administrator"),
    str(Role.MERCHANT_OPERATOR): gettext_noop("operator"),
    str(Role.PARTNER_ADMIN): gettext_noop("administrator"),
    str(Role.PARTNER_OPERATOR): gettext_noop("operator"),
}
STATES: Final = {
    str(PersonState.INVITED): gettext_noop("invited"),
    str(PersonState.ACTIVE): gettext_noop("may sign in"),
    str(PersonState.LOCKED): gettext_noop("deactivated"),
    str(PersonState.LEFT): gettext_noop("left"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One colleague; phone and mail are masked."""

    id: UUID
    name: str
    username: str
    state: str
    state_words: str
    roles: tuple[str, ...]
    is_operator: bool
    phone: str
    email: str
    own: bool


@site_page(AccountPermission.PERSON_MANAGE, _ONLY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the organisation, and inviting somebody."""
    actor = signed_in(request)
    if request.method != "POST":
        return _shown(request, actor)
    try:
        made = actions.invite_colleague(
            **{name: request.POST.get(name, "") for name in _FIELDS}, actor=actor, at=now()
        )
    except BihuanError as error:
        return _shown(request, actor, error=error)
    return _shown(request, actor, made=made)


@site_page(AccountPermission.PERSON_MANAGE, _ONLY)
@never_cache
@require_POST
def act(request: HttpRequest, person_id: UUID, name: str) -> HttpResponse:
    """A button beside a colleague."""
    actor, at = signed_in(request), now()
    try:
        if name == "invite":
            return _shown(request, actor, made=actions.invite_again(person_id=person_id, actor=actor, at=at))
        messages.success(request, _act(name, person_id, actor, at))
    except BihuanError as error:
        if error.status == 404:
            raise
        return _shown(request, actor, error=error)
    return HttpResponseRedirect(reverse("partner:people"))


def _act(name: str, person_id: UUID, actor: Actor, at: datetime) -> str:
    if name == "deactivate":
        actions.deactivate_colleague(person_id=person_id, actor=actor, at=at)
        return _("Deactivated; open sessions ended.")
    if name == "reactivate":
        actions.reactivate_colleague(person_id=person_id, actor=actor, at=at)
        return _("Active again.")
    if name in ("operator", "no-operator"):
        actions.set_operator(person_id=person_id, on=name == "operator", actor=actor, at=at)
        return _("The role was changed.")
    raise NotFound(kind="step", id=name[:40])


def _shown(
    request: HttpRequest,
    actor: Actor,
    *,
    error: BihuanError | None = None,
    made: actions.Colleague | None = None,
) -> HttpResponse:
    rows = _rows(actor)
    link = reverse("accounts:invitation", args=[made.token]) if made else ""
    shown = {
        "rows": rows,
        "made": made,
        "link": request.build_absolute_uri(link) if link else "",
        "error": told(error) if error else "",
        "typed": {name: request.POST.get(name, "") for name in _FIELDS} if error else {},
        "unreached": [
            row for row in rows if row.state == PersonState.ACTIVE and not (row.phone or row.email)
        ],
    }
    return render(request, "complaints/partner/people.html", shown, status=error.status if error else 200)


def _rows(actor: Actor) -> list[Row]:
    found = [p for p in accounts.people_for(actor, limit=500) if p.organisation_id == actor.organisation_id]
    ids = [person.id for person in found]
    roles = accounts.roles_of(ids, at=now())
    masks: dict[UUID, dict[Any, str]] = accounts.masked_many(ids, [PersonalField.PHONE, PersonalField.EMAIL])
    return [
        Row(
            id=p.id,
            name=p.display(),
            username=p.username or "",
            state=p.state,
            state_words=STATES.get(p.state, p.state),
            roles=tuple(ROLES[role] for role in sorted(roles[p.id]) if role in ROLES),
            is_operator=str(actions.OPERATOR[actor.kind]) in roles[p.id],
            phone=masks.get(p.id, {}).get(PersonalField.PHONE, ""),
            email=masks.get(p.id, {}).get(PersonalField.EMAIL, ""),
            own=p.id == actor.id,
        )
        for p in found
    ]
