"""One person: account, roles over time, fitness for duty, what happened; and what can be done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import AccountPermission, allows, require
from bihuan.accounts.queries import PersonalField
from bihuan.administration import actions
from bihuan.administration.acts import act_named, offers, perform
from bihuan.administration.labels import language, word
from bihuan.administration.pages import site
from bihuan.administration.pages.people_acts import ACCOUNT, WORK
from bihuan.administration.permissions import RoomPermission as P
from bihuan.engine.errors import NotAllowed, NotFound
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.journal.events import sentence
from bihuan.journal.time import now
from bihuan.notices import queries as notices
from bihuan.workforce import actions as work_actions
from bihuan.workforce import queries as work

BACK: Final = timedelta(days=30)
"""How far back shifts and absences are shown."""
ENTRIES: Final = 40


@page_permission(P.PEOPLE)
@never_cache
@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """All of it in one look."""
    actor, at = signed_in(request), now()
    who = _person(actor, person_id)
    context = {**_shown(actor, who, at), "tabs": site.tabs(actor, "people"), "now": at}
    return render(request, "administration/person.html", context)


@page_permission(AccountPermission.PERSON_MANAGE)
@never_cache
@require_POST
def invite(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """By mail where that is possible; else a link, shown this once to whoever asked for it."""
    actor, at = signed_in(request), now()
    who = _person(actor, person_id)
    by_link = request.POST.get("by") == "link"
    invited = actions.invite(person_id=person_id, by_link=by_link, actor=actor, at=at)
    path = reverse("accounts:invitation", args=[invited.token]) if invited.token else ""
    context = {
        **_shown(actor, who, at),
        "tabs": site.tabs(actor, "people"),
        "link": request.build_absolute_uri(path) if path else "",
        "mailed": invited.mailed,
        "until_at": invited.until_at,
        "now": at,
    }
    return render(request, "administration/person.html", context)


@page_permission(P.PEOPLE)
@never_cache
def act(request: HttpRequest, person_id: UUID, name: str) -> HttpResponse:
    """One act: its form, or doing it."""
    actor = signed_in(request)
    who = _person(actor, person_id)
    step = act_named({**ACCOUNT, **WORK}, name)
    require(actor, step.permission)
    back = reverse("administration:person", args=[person_id])
    tabs = site.tabs(actor, "people")
    return perform(request, step, who, title=who.display(_tongue()), back=back, tabs=tabs)


@page_permission(P.PEOPLE)
@require_POST
def cancel_shift(request: HttpRequest, person_id: UUID, row_id: int) -> HttpResponse:
    """A planned shift is taken back."""
    actor = signed_in(request)
    _person(actor, person_id)
    work_actions.cancel_shift(shift_id=row_id, actor=actor, at=now())
    return HttpResponseRedirect(reverse("administration:person", args=[person_id]))


@page_permission(P.PEOPLE)
@require_POST
def end_absence(request: HttpRequest, person_id: UUID, row_id: int) -> HttpResponse:
    """The person is back before the end."""
    actor = signed_in(request)
    _person(actor, person_id)
    work_actions.end_absence(absence_id=row_id, actor=actor, at=now())
    return HttpResponseRedirect(reverse("administration:person", args=[person_id]))


def _shown(actor: Actor, who: Any, at: Any) -> dict[str, Any]:
    def path(name: str) -> str:
        return reverse("administration:person_act", args=[who.id, name])

    worker = work.worker(who.id)
    entries = journal.latest_of(who.id, limit=ENTRIES)
    why = accounts_queries.bodies([UUID(e.data["reason_id"]) for e in entries if e.data.get("reason_id")])
    return {
        "person": who,
        "display": who.display(_tongue()),
        "worker": worker,
        "fitness": work.may_work(who.id, at=at) if worker else None,
        "certificates": work.certificates(who.id) if worker else [],
        "shifts": work.shifts(who.id, since=at) if worker else [],
        "absences": work.absences([who.id], since=at - BACK) if worker else [],
        "grants": accounts_queries.grants_of(actor, who.id),
        "has_factor": who.id in accounts_queries.factors_of([who.id]),
        "locked_out": bool(accounts_queries.locked_out([str(who.username)], at=at)),
        "invitation": accounts_queries.open_invitation(who.id, at=at),
        "masked": accounts_queries.masked_many([who.id], [PersonalField.EMAIL, PersonalField.PHONE]).get(
            who.id, {}
        ),
        "offers": offers(ACCOUNT, actor, who, path),
        "work_offers": offers(WORK, actor, (who, worker), path) if who.kind == "staff" else [],
        "mails": notices.can_mail(),
        "may_manage": allows(actor, AccountPermission.PERSON_MANAGE),
        "entries": [_line(entry, why) for entry in entries],
        "names": site.names([*(entry.actor_id for entry in entries)]),
    }


def _person(actor: Actor, person_id: UUID) -> Any:
    """Somebody whom the actor sees in the room. Raises NotFound, also where the actor may not know."""
    who = accounts_queries.get_for(actor, person_id)
    if who.kind == "consumer":
        raise NotFound(kind="person", id=person_id)
    try:
        require(actor, P.PEOPLE, accounts_queries.resource(who))
    except NotAllowed:
        raise NotFound(kind="person", id=person_id) from None
    return who


def _line(entry: Any, why: dict[UUID, str]) -> dict[str, Any]:
    reason_id = entry.data.get("reason_id")
    return {
        "at": entry.occurred_at,
        "actor_id": entry.actor_id,
        "kind": entry.actor_kind,
        "words": sentence(entry.event, _worded(entry.data), language()),
        "why": why.get(UUID(reason_id), "") if reason_id else "",
    }


_WORDED: Final = {
    "role": "role", "kind": "kind", "absence": "absence", "education": "education", "status": "presence",
    "shared": "flag",
}  # fmt: skip
_TIMES: Final = ("from_at", "until_at")
_ZONE: Final = ZoneInfo("Asia/Shanghai")


def _worded(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event as people read them: codes in words, times of China, lists joined."""
    found = dict(data)
    for name, group in _WORDED.items():
        if name in found:
            found[name] = word(group, str(found[name]).lower())
    for name in _TIMES:
        if found.get(name):
            at = datetime.fromisoformat(str(found[name])).astimezone(_ZONE)
            found[name] = f"{at:%Y-%m-%d %H:%M}"
    if "skills" in found:
        found["skills"] = ("、" if language() == "zh" else ", ").join(
            word("skill", s) for s in found["skills"]
        )
    return found


def _tongue() -> str:
    return "en" if language() == "en" else "zh-hans"
