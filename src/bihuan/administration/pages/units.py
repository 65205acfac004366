"""Headquarters and the units below it, each with its history; opened, changed, closed (ASM-2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows, require
from bihuan.administration import forms_units as forms
from bihuan.administration.acts import Act, act_named, offers, perform
from bihuan.administration.labels import language, word
from bihuan.administration.pages import site
from bihuan.administration.queries import organisation as rights
from bihuan.administration.queries import staffing
from bihuan.engine.clausetypes import local_day
from bihuan.engine.organisation import Gap
from bihuan.journal.time import now
from bihuan.workforce import actions as work
from bihuan.workforce import queries as work_queries
from bihuan.workforce.actions import NewState
from bihuan.workforce.permissions import WorkPermission as W

_GAPS: Final[Mapping[str, str]] = {
    "no_headquarters": gettext_noop("There is no headquarters."),
    "second_headquarters": gettext_noop("{about} is a second headquarters."),
    "no_head": gettext_noop("{about} has no head who is at work here."),
    "nobody_there": gettext_noop("Nobody works in {about}: it has no team with active people."),
    "parent_closed": gettext_noop("{about} stands below a unit that is no more."),
    "nobody_decides": gettext_noop("Nobody may take the decision: {about}."),
    "one_person": gettext_noop("One person alone may decide: {about} ({more}). Nobody stands in."),
    "beyond_all": gettext_noop("{about}: nobody may decide more than {amount}."),
    "limits_contradict": gettext_noop(
        "{about}: a lower role decides more than a higher one ({more}, {amount})."
    ),
}  # fmt: skip


@page_permission(W.UNITS)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The tree as it stands on a day, what its people may decide, and what is missing."""
    actor, at = signed_in(request), now()
    asked = _day(request.GET.get("day", ""), at)
    shown_at = at if asked == local_day(at) else staffing.beginning(asked)
    nodes = work_queries.tree(actor, at=shown_at)
    rows = rights.matrix(at=shown_at)
    roles = rights.roles_by_team(at=at)
    duties = accounts.bodies([n.state.duties for n in nodes if n.state.duties])
    context = {
        "tabs": site.tabs(actor, "units"),
        "nodes": [_line(node, rows, roles, duties) for node in nodes],
        "gaps": _gaps(nodes, rows, at),
        "day": asked,
        "today": local_day(at),
        "may_change": allows(actor, W.ORGANISE),
    }
    return render(request, "administration/units.html", context)


@page_permission(W.UNITS)
@require_safe
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One unit: what it is, and everything it was."""
    actor, at = signed_in(request), now()
    state = work_queries.state_of(actor, unit_id, at=at)
    history = work_queries.history(unit_id)
    texts = [text for row in history for text in (row.duties, row.reason) if text]
    named = {row.unit_id: row.name for row in work_queries.states(at=at)}

    def path(name: str) -> str:
        return reverse("administration:unit_act", args=[unit_id, name])

    context = {
        "tabs": site.tabs(actor, "units"),
        "unit": state,
        "open": history[0].until_at is None,
        "history": history,
        "texts": accounts.bodies(texts),
        "named": named,
        "names": site.names([row.set_by for row in history]),
        "heads": site.names([row.head_id for row in history if row.head_id]),
        "below": [row for row in work_queries.states(at=at) if row.parent_id == unit_id],
        "offers": offers(ACTS, actor, state, path) if history[0].until_at is None else [],
        "now": at,
    }
    return render(request, "administration/unit.html", context)


@page_permission(W.ORGANISE)
def new(request: HttpRequest) -> HttpResponse:
    """A new unit, below another one or headquarters."""
    back = reverse("administration:units")
    tabs = site.tabs(signed_in(request), "units")
    return perform(request, OPEN, None, title=_("Structure"), back=back, tabs=tabs)


@page_permission(W.UNITS)
def act(request: HttpRequest, unit_id: UUID, name: str) -> HttpResponse:
    """Change it or close it."""
    actor = signed_in(request)
    step = act_named(ACTS, name)
    require(actor, step.permission)
    state = work_queries.history(unit_id)[0] if work_queries.history(unit_id) else None
    if state is None:
        state = work_queries.state_of(actor, unit_id, at=now())
    back = reverse("administration:unit", args=[unit_id])
    tabs = site.tabs(actor, "units")
    return perform(request, step, state, title=state.name, back=back, tabs=tabs)


def _line(node: Any, rows: Sequence[Any], roles: Mapping[UUID, set[str]], duties: Mapping[UUID, str]) -> Any:
    held = {role for team in node.team_ids for role in roles.get(team, ())}
    return {
        "node": node,
        "head": node.state.head.display("en" if language() == "en" else "zh-hans") if node.state.head else "",
        "duties": duties.get(node.state.duties, ""),
        "refund": rights.reach(rows, held, "refund"),
        "settle": rights.reach(rows, held, "settle"),
        "roles": sorted(held),
    }


def _gaps(nodes: Sequence[Any], rows: Sequence[Any], at: datetime) -> list[dict[str, Any]]:
    names = {str(node.unit_id): node.state.name for node in nodes}
    return [_told(gap, names) for gap in rights.missing(nodes, at=at, rows=rows)]


def _told(gap: Gap, names: Mapping[str, str]) -> dict[str, Any]:
    decisions = {d.code: d.name[language() == "en"] for d in rights.DECISIONS}
    about = names.get(gap.about) or decisions.get(gap.about) or gap.about
    more = " > ".join(word("role", role) for role in gap.more.split(">")) if gap.more else ""
    amount = f"¥{gap.amount / 100:,.2f}" if gap.amount is not None else ""
    return {
        "code": gap.code,
        "text": _(_GAPS[gap.code]).format(about=about, more=more, amount=amount),
        "path": reverse("administration:unit", args=[gap.about])
        if gap.about in names
        else reverse("administration:rights") + f"#{gap.about}",
    }


def _day(text: str, at: datetime) -> date:
    """A day from the address; today for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return local_day(at)


def _heads() -> list[tuple[str, str]]:
    """Active people of the platform, by working name."""
    found = site.names([actor.id for actor in accounts.staff(at=now())])
    return sorted(((str(key), name) for key, name in found.items()), key=lambda pair: pair[1])


def _given(state: Any) -> dict[str, Any]:
    others = [row for row in work_queries.states(at=now()) if state is None or row.unit_id != state.unit_id]
    return {
        "parents": [(str(row.unit_id), row.name) for row in others],
        "heads": _heads(),
        "teams": site.team_choices(),
    }


def _initial(state: Any) -> dict[str, Any]:
    today = {"from_date": local_day(now())}
    if state is None:
        return today
    return {
        **today,
        "name": state.name,
        "parent": str(state.parent_id or ""),
        "department": state.department,
        "head": str(state.head_id or ""),
        "teams": [str(team.id) for team in state.teams.all()],
        "duties": accounts.bodies([state.duties]).get(state.duties, "") if state.duties else "",
    }


def _new_state(given: Mapping[str, Any]) -> NewState:
    return NewState(
        name=given["name"],
        parent_id=site.uuid_of(given["parent"]),
        department=given["department"],
        head_id=site.uuid_of(given["head"]),
        team_ids=[UUID(team) for team in given["teams"]],
        duties=given["duties"],
    )


def _from(given: Mapping[str, Any], at: datetime) -> datetime:
    """Today counts from now on, another day from its beginning."""
    return at if given["from_date"] == local_day(at) else staffing.beginning(given["from_date"])


OPEN: Final = Act(
    name="new", label=gettext_noop("New unit"), icon="plus", form=forms.UnitForm, permission=W.ORGANISE,
    clause="ASM-2.1", given=_given, initial=_initial, done=gettext_noop("The unit is there."),
    run=lambda actor, at, _thing, g: work.open_unit(
        new=_new_state(g), from_at=_from(g, at), reason=g["why"], actor=actor, at=at
    ),
)  # fmt: skip
ACTS: Final[Mapping[str, Act]] = {
    "change": Act(
        name="change", label=gettext_noop("Change"), icon="edit", form=forms.UnitForm, permission=W.ORGANISE,
        clause="ASM-2.1", given=_given, initial=_initial, done=gettext_noop("The change is recorded."),
        hint=gettext_noop("What the unit was before stays as its history."),
        run=lambda actor, at, state, g: work.change_unit(
            unit_id=state.unit_id, new=_new_state(g), from_at=_from(g, at), reason=g["why"], actor=actor,
            at=at,
        ),
    ),
    "close": Act(
        name="close", label=gettext_noop("Close"), icon="lock", form=forms.CloseUnit, danger=True,
        permission=W.ORGANISE, clause="ASM-2.1", done=gettext_noop("The unit is closed."),
        hint=gettext_noop("Units below it are closed or moved first. Teams and people stay."),
        initial=lambda _state: {"until_date": local_day(now())},
        run=lambda actor, at, state, g: work.close_unit(
            unit_id=state.unit_id, reason=g["why"], actor=actor, at=at,
            until_at=at if g["until_date"] == local_day(at) else staffing.beginning(g["until_date"]),
        ),
    ),
}  # fmt: skip
