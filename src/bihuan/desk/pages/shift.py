"""The end and the beginning of a shift: hand everything on, confirm what was handed over (ISH-3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.cases import kinds
from bihuan.cases import queries as cases
from bihuan.cases.kinds import Site
from bihuan.desk import actions, queries
from bihuan.desk.actions import Confirmed, Passed
from bihuan.desk.filters import is_id
from bihuan.desk.pages.listing import language
from bihuan.desk.permissions import D
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.workforce import queries as workforce


@page_permission(D.WORK)
@require_safe
def shift(request: HttpRequest) -> HttpResponse:
    """What waits to be confirmed first; then the own open cases, or those of a person on the board."""
    actor = signed_in(request)
    return render(request, "desk/shift.html", _shown(actor, _person(request.GET, actor)))


@page_permission(D.WORK)
@require_POST
def hand_on(request: HttpRequest) -> HttpResponse:
    """Everything goes on; a refusal of one case keeps no other from it."""
    actor, given = signed_in(request), request.POST
    person_id = _person(given, actor)
    try:
        done = actions.hand_on(
            person_id=person_id,
            to_id=UUID(given["to"]) if is_id(given.get("to", "")) else None,
            reason=given.get("reason", ""),
            actor=actor,
            at=now(),
        )
    except Invalid as error:
        context = {**_shown(actor, person_id), "error": told(error), "typed": given}
        return render(request, "desk/shift.html", context, status=error.status)
    context = {**_shown(actor, person_id), **_outcome(actor, done.rows), "left_over": done.left_over}
    return render(request, "desk/shift.html", context)


@page_permission(D.WORK)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Every ticked case, with the promises and steps that were ticked in it."""
    actor, given = signed_in(request), request.POST
    read = [_read(given, UUID(text)) for text in given.getlist("case") if is_id(text)]
    try:
        rows = actions.confirm(cases_read=read, actor=actor, at=now())
    except Invalid as error:
        context = {**_shown(actor, actor.id), "error": told(error), "ticked": _ticked(given)}
        return render(request, "desk/shift.html", context, status=error.status)
    context = {
        **_shown(actor, actor.id),
        **_outcome(actor, rows),
        "confirmed": True,
        "ticked": _ticked(given),
    }
    return render(request, "desk/shift.html", context)


def _read(given: QueryDict, case_id: UUID) -> Confirmed:
    return Confirmed(
        case_id=case_id,
        promises=[UUID(i) for i in given.getlist(f"promise-{case_id}") if is_id(i)],
        tasks=[UUID(i) for i in given.getlist(f"task-{case_id}") if is_id(i)],
    )


def _ticked(given: QueryDict) -> set[str]:
    return {value for name in given for value in given.getlist(name)}


def _person(given: QueryDict, actor: Actor) -> UUID:
    text = given.get("person", "")
    return UUID(text) if is_id(text) and allows(actor, D.BOARD) else actor.id


def _shown(actor: Actor, person_id: UUID) -> dict[str, Any]:
    at, tongue = now(), "en" if language() == "en" else "zh-hans"
    waiting = queries.waiting(actor) if person_id == actor.id else []
    able = [w for w in workforce.workers(at=at) if w.person_id != person_id]
    people = [(w.person_id, w.person.display(tongue)) for w in able if _on_duty(w)]
    ids = {person_id, *(row.from_id for row in waiting if row.from_id)}
    own = queries.mine(actor, person_id)
    return {
        "waiting": waiting,
        "own": own,
        "lines": kinds.beginnings([*own, *(row.case for row in waiting)]),
        "person_id": person_id,
        "is_own": person_id == actor.id,
        "people": people,
        "names": accounts.labels(ids, tongue),
        "now": at,
    }


def _on_duty(worker: Any) -> bool:
    return bool(worker.certified and not worker.absent and (worker.on_shift or worker.round_the_clock))


def _outcome(actor: Actor, rows: Sequence[Passed]) -> dict[str, Any]:
    takers = {row.case_id: row.to_id for row in rows if row.to_id is not None}
    names = accounts.labels(takers.values(), "en" if language() == "en" else "zh-hans")
    found = cases.visible(actor).filter(id__in=[row.case_id for row in rows])
    return {
        "outcome": True,
        "paths": {case.id: kinds.address(case, Site.DESK) for case in found},
        "passed": [(row, names.get(takers[row.case_id], "")) for row in rows if row.case_id in takers],
        "refused": [(row, told(row.error)) for row in rows if row.error is not None],
        "broken": [row for row in rows if row.broken],
    }
