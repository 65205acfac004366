"""People: who is here, who may work now and why not, whom a certificate leaves soon; new ones."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import AccountPermission, Resource, Role, allows
from bihuan.accounts.queries import PeopleWanted, PersonalField
from bihuan.accounts.requests import told
from bihuan.administration.forms import NewPersonForm, NewTeam
from bihuan.administration.labels import choices, codes_of
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.notices import queries as notices
from bihuan.workforce import queries as work

PAGE: Final = 50
SOON: Final = 30
"""Days before the end of a certificate from which on it is shown."""
_FILTERS: Final = ("kind", "role", "state", "department")


@page_permission(P.PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by search and filters; a supervisor sees the own team."""
    actor, at = signed_in(request), now()
    wanted = _wanted(request, actor)
    found = accounts_queries.search_people(
        actor, wanted, at=at, after=site.key_of(request.GET.get("after", "")), limit=PAGE + 1
    )
    shown, ids = found[:PAGE], [person.id for person in found[:PAGE]]
    workers = {worker.person_id: worker for worker in work.workers(at=at)}
    context = {
        "tabs": site.tabs(actor, "people"),
        "people": [_row(person, workers.get(person.id)) for person in shown],
        "roles": accounts_queries.roles_of(ids, at=at),
        "factors": accounts_queries.factors_of(ids),
        "locked_out": accounts_queries.locked_out([str(p.username) for p in shown], at=at),
        "more": f"{shown[-1].created_at.isoformat()}~{shown[-1].id}" if len(found) > PAGE else "",
        "asked": request.GET,
        "query": _kept(request),
        "groups": {name: choices(name) for name in _FILTERS},
        "teams": site.team_choices(),
        "whole": _whole(actor),
        "may_add": allows(actor, AccountPermission.PERSON_MANAGE),
        "ending": _ending(actor, at),
        "now": at,
    }
    return render(request, "administration/people.html", context)


@page_permission(AccountPermission.PERSON_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A new person, with a first role; the next page has the invitation."""
    actor = signed_in(request)
    form = NewPersonForm(
        request.POST or None,
        teams=site.team_choices(),
        organisations=site.organisation_choices(actor),
        mails=notices.can_mail(),
        initial={"kind": "staff", "organisation": request.GET.get("organisation", "")},
    )
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        try:
            person_id = _made(actor, form.cleaned_data)
            messages.success(request, _("The person is registered. Invite them now."))
            return HttpResponseRedirect(reverse("administration:person", args=[person_id]))
        except BihuanError as error:
            form.add_error(None, told(error))
            status = error.status
    context = {
        "tabs": site.tabs(actor, "people"),
        "form": form,
        "title": _("New person"),
        "button": _("Register"),
        "back": reverse("administration:people"),
    }
    return render(request, "administration/form.html", context, status=status)


@page_permission(AccountPermission.ORGANISATION_MANAGE)
def teams(request: HttpRequest) -> HttpResponse:
    """Teams by department, and a form for a new one."""
    actor = signed_in(request)
    form, status = NewTeam(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                accounts.create_team(**form.cleaned_data, actor=actor, at=now())
                messages.success(request, _("The team is there."))
                return HttpResponseRedirect(reverse("administration:teams"))
            except BihuanError as error:
                form.add_error(None, told(error))
                status = error.status
    context = {
        "tabs": site.tabs(actor, "people"),
        "teams": accounts_queries.teams(),
        "members": accounts_queries.members_by_team(),
        "departments": choices("department"),
        "form": form,
    }
    return render(request, "administration/teams.html", context, status=status)


def _wanted(request: HttpRequest, actor: Actor) -> PeopleWanted:
    """Codes that are not known ask for nothing: an old bookmark still opens."""
    asked = request.GET
    given = {name: asked.get(name, "") for name in _FILTERS}
    coded: Any = {name: code if code in codes_of(name) else "" for name, code in given.items()}
    if not _whole(actor):
        return PeopleWanted(text=asked.get("text", "")[:40], team_id=actor.team_id, **coded)
    team = site.uuid_of(asked.get("team", ""))
    organisation = site.uuid_of(asked.get("organisation", ""))
    text = asked.get("text", "").strip()[:40]
    return PeopleWanted(text=text, team_id=team, organisation_id=organisation, **coded)


def _whole(actor: Actor) -> bool:
    """Whether the actor sees everybody, not only the own team."""
    return allows(actor, P.PEOPLE, Resource())


def _kept(request: HttpRequest) -> str:
    """The question without its page key, for the link to the next page."""
    return urlencode({name: value for name, value in request.GET.items() if name != "after" and value})


def _row(person: Any, worker: Any) -> dict[str, Any]:
    return {"person": person, "worker": worker}


def _ending(actor: Actor, at: Any) -> list[Any]:
    """Certificates that end soon, of people the actor sees."""
    found = work.ending(at=at, days=SOON).select_related("worker__person__team")[:100]
    return [c for c in found if allows(actor, P.PEOPLE, Resource(team_id=c.worker.person.team_id))]


@transaction.atomic
def _made(actor: Actor, given: dict[str, Any]) -> Any:
    at = now()
    fields = {PersonalField.EMAIL: given["email"], PersonalField.PHONE: given["phone"]}
    person = accounts.create_person(
        new=accounts.NewPerson(
            kind=ActorKind(given["kind"]),
            username=given["username"],
            label=given["label"],
            language=given["language"],
            organisation_id=site.uuid_of(given["organisation"]),
            team_id=site.uuid_of(given["team"]),
            values={field: value for field, value in fields.items() if value} or None,
        ),
        actor=actor,
        at=at,
    )
    if given["role"]:
        accounts.grant_role(
            person_id=person.id, role=Role(given["role"]), why=given["why"], actor=actor, at=at
        )
    return person.id
