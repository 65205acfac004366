"""The hand-over of a shift over the API (ISH-3.4), for people who are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from bihuan.accounts.keys import SessionAuth
from bihuan.accounts.requests import actor_asking, told
from bihuan.desk import actions, queries
from bihuan.desk.actions import AT_ONCE, Confirmed, Passed
from bihuan.journal.time import now

router = Router(tags=["desk"])
SESSION = [SessionAuth()]


class OpenOut(Schema):
    """An open promise in its words, or an open step with its department."""

    id: UUID
    kind: str
    text: str
    due_at: datetime | None


class HandedOut(Schema):
    """A case that was handed over to the person who asks and waits to be confirmed."""

    case_id: UUID
    number: str
    from_id: UUID | None
    reason: str
    handed_at: datetime
    next_step: str
    next_step_at: datetime | None
    promises: list[OpenOut]
    tasks: list[OpenOut]


class HandOnIn(Schema):
    """``to_id`` left out: each case to whoever is able and has least to do. ``person_id``: whose cases, the
    own ones without it."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(max_length=500)
    to_id: UUID | None = None
    person_id: UUID | None = None


class ReadIn(Schema):
    """A case with the open promises and steps that were read."""

    model_config = ConfigDict(extra="forbid")
    case_id: UUID
    promises: list[UUID] = Field([], max_length=200)
    tasks: list[UUID] = Field([], max_length=200)


class ConfirmIn(Schema):
    model_config = ConfigDict(extra="forbid")
    cases: Annotated[list[ReadIn], Field(min_length=1, max_length=AT_ONCE)]


class PassedOut(Schema):
    """What became of a case; ``to_id`` is empty where it stayed, ``clause`` and ``detail`` then say why."""

    case_id: UUID
    number: str
    to_id: UUID | None
    code: str
    clause: str
    detail: str


class HandedOnOut(Schema):
    """``left_over``: cases that go with the next request."""

    cases: list[PassedOut]
    left_over: int


@router.get("/shift", response=list[HandedOut], auth=SESSION, operation_id="list_handed_over")
def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """What was handed over to the person who asks and is not confirmed, with everything open in it."""
    return [
        {
            "case_id": row.case.id,
            "number": row.case.number,
            "from_id": row.from_id,
            "reason": row.reason,
            "handed_at": row.at,
            "next_step": row.case.next_step,
            "next_step_at": row.case.next_step_at,
            "promises": row.promises,
            "tasks": row.tasks,
        }
        for row in queries.waiting(actor_asking(request))
    ]


@router.post("/shift/hand-on", response=HandedOnOut, auth=SESSION, operation_id="hand_on_shift")
def hand_on(request: HttpRequest, body: HandOnIn) -> dict[str, Any]:
    """Every open case of a person goes on, each in its own transaction; what cannot go stays and says why."""
    actor = actor_asking(request)
    person_id = body.person_id or actor.id
    done = actions.hand_on(person_id=person_id, to_id=body.to_id, reason=body.reason, actor=actor, at=now())
    return {"cases": [_passed(row) for row in done.rows], "left_over": done.left_over}


@router.post("/shift/confirm", response=list[PassedOut], auth=SESSION, operation_id="confirm_shift")
def confirm(request: HttpRequest, body: ConfirmIn) -> list[dict[str, Any]]:
    """Confirm hand-overs; a case of which something open was left out stays to be confirmed."""
    read = [Confirmed(case_id=c.case_id, promises=c.promises, tasks=c.tasks) for c in body.cases]
    return [_passed(row) for row in actions.confirm(cases_read=read, actor=actor_asking(request), at=now())]


def _passed(row: Passed) -> dict[str, Any]:
    error = row.error
    return {
        "case_id": row.case_id,
        "number": row.number,
        "to_id": row.to_id,
        "code": "defect" if row.broken else error.error_code if error else "",
        "clause": (error.clause or "") if error else "",
        "detail": told(error) if error else "",
    }
