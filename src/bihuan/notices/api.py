"""Notices over the API: one's own inbox, and for the administrator what did not go out."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from bihuan.accounts.keys import SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.journal.moment import Moment
from bihuan.journal.time import now
from bihuan.notices import actions, queries

router = Router(tags=["notices"])
SESSION = [SessionAuth()]
Clock = Annotated[time | None, Field(examples=["22:00"])]


class LetterOut(Schema):
    """A message to the person who asks; ``read_at`` only for letters of the station."""

    notice_id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    channel: str
    title: str
    body: str
    told_at: datetime
    read_at: datetime | None


class FailedOut(Schema):
    """A message that reached nobody; its words are not shown."""

    id: UUID
    kind: str
    recipient_id: UUID | None
    subject_kind: str
    subject_id: UUID
    channel: str
    state: str
    code: str
    queued_at: datetime


class PreferenceIn(Schema):
    channels: list[Annotated[str, Field(max_length=20)]] = Field(max_length=20)


Way = Literal["mail", "browser"]
Group = Literal["mention", "assigned", "warning", "breach", "approval", "other"]


class AlertsIn(Schema):
    """Ways by group; quiet hours have a beginning and an end, or neither."""

    model_config = ConfigDict(extra="forbid")
    choices: dict[Group, list[Way]]
    quiet_from: Clock = None
    quiet_until: Clock = None


class AlertsOut(Schema):
    """``ways``: those that are set up here."""

    choices: dict[str, list[str]]
    quiet_from: time | None
    quiet_until: time | None
    ways: list[str]


@router.get("/inbox", response=list[LetterOut], auth=SESSION, operation_id="list_letters")
def inbox(
    request: HttpRequest, before_at: Moment | None = None, before_id: UUID | None = None
) -> list[queries.Letter]:
    """What one was told, the latest first; page on with the last one's told_at and notice_id."""
    before = (before_at, before_id) if before_at and before_id else None
    return queries.inbox(actor_asking(request), before=before)


@router.post("/inbox/{uuid:notice_id}/read", response={204: None}, auth=SESSION, operation_id="read_letter")
def read(request: HttpRequest, notice_id: UUID) -> Status[None]:
    actions.mark_read(notice_id=notice_id, actor=actor_asking(request), at=now())
    return Status(204, None)


@router.put("/preference", response={204: None}, auth=SESSION, operation_id="set_preference")
def preference(request: HttpRequest, body: PreferenceIn) -> Status[None]:
    """In which order one likes to be reached."""
    actions.set_preference(channels=body.channels, actor=actor_asking(request), at=now())
    return Status(204, None)


@router.get("/alerts", response=AlertsOut, auth=SESSION, operation_id="get_alerts")
def alerts(request: HttpRequest) -> queries.Wishes:
    """By which ways besides the letter one hears of what, and one's quiet hours (China time)."""
    return queries.wishes(actor_asking(request))


@router.put("/alerts", response={204: None}, auth=SESSION, operation_id="set_alerts")
def set_alerts(request: HttpRequest, body: AlertsIn) -> Status[None]:
    """Choose them; groups that are not named come as letters alone."""
    actions.set_alerts(**body.dict(), actor=actor_asking(request), at=now())
    return Status(204, None)


@router.get("/failed", response=list[FailedOut], auth=SESSION, operation_id="list_failed_notices")
def failed(request: HttpRequest, after_at: Moment | None = None, after_id: UUID | None = None) -> list[Any]:
    """The oldest first; page on with the last one's queued_at and id."""
    after = (after_at, after_id) if after_at and after_id else None
    return list(queries.failed(actor_asking(request), after=after))


@router.post(
    "/failed/{uuid:notice_id}/retry", response={204: None}, auth=SESSION, operation_id="retry_notice"
)
def retry(request: HttpRequest, notice_id: UUID) -> Status[None]:
    actions.retry(notice_id=notice_id, actor=actor_asking(request), at=now())
    return Status(204, None)
