"""REST door of incidents: look, declare, find, choose, approve, run, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.incidents import actions, queries
from bihuan.incidents.models import Incident
from bihuan.journal.moment import Moment
from bihuan.journal.time import now
from bihuan.marketplace.queries import Reach

router = Router(tags=["incidents"])
READ = [ApiKeyAuth("incidents:read"), SessionAuth()]
WRITE = [ApiKeyAuth("incidents:write"), SessionAuth()]
After = Annotated[str, Query(max_length=120)]
Number = Annotated[str, Query(max_length=64)]
Limit = Annotated[int, Query(ge=1, le=200)]
State = Literal[
    "", "proposed", "declared", "frozen", "held", "ready", "telling", "paused", "told", "stopped", "dismissed"
]


class ReachIn(Schema):
    """Which orders: those with ``by`` in [from_at, until_at); an empty field does not narrow."""

    model_config = ConfigDict(extra="forbid")
    from_at: Moment
    until_at: Moment
    by: Literal["ordered", "shipped", "promised"] = "ordered"
    carrier: str = Field("", max_length=120)
    warehouse: str = Field("", max_length=120)
    region: str = Field("", max_length=120)
    shop: str = Field("", max_length=64)
    product: str = Field("", max_length=64)
    sku: str = Field("", max_length=120)
    batch: str = Field("", max_length=64)
    states: list[Literal["placed", "paid", "shipped", "received", "completed", "cancelled"]] = Field(
        default_factory=list, max_length=6
    )
    late: bool = False


class IncidentIn(Schema):
    """``text``: what happened, for the consumers to read."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["system", "carrier", "warehouse", "region", "batch", "other"]
    text: str = Field(min_length=1, max_length=2000)
    reach: ReachIn


class TextIn(Schema):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=2000)


class IncidentReasonIn(Schema):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)


class RemedyIn(Schema):
    """``amount_fen`` for each order (voucher, refund); ``days`` of validity (validity, voucher)."""

    model_config = ConfigDict(extra="forbid")
    remedy: Literal["information", "validity", "voucher", "refund"]
    amount_fen: int = Field(0, ge=0, le=10**9)
    days: int = Field(0, ge=0, le=366)


class PreviewOut(Schema):
    """What would be found now; ``unknown``: buyers with no account here."""

    orders: int
    people: int
    unknown: int
    paid_fen: int
    numbers: list[str]


class IncidentOut(Schema):
    """Amounts in fen."""

    id: UUID
    number: str
    kind: str
    state: str
    reach: dict[str, Any]
    made_at: datetime
    declared_at: datetime | None
    frozen_at: datetime | None
    orders: int
    people: int
    remedy: str
    amount_fen: int
    days: int
    total_fen: int
    started_at: datetime | None
    ended_at: datetime | None


class IncidentPage(Schema):
    rows: list[IncidentOut]
    after: str | None


class ProgressOut(Schema):
    """``told``: people by state, ``issued``: orders by state, ``reasons``: why people were not reached."""

    state: str
    people: int
    told: dict[str, int]
    orders: int
    issued: dict[str, int]
    reasons: dict[str, int]
    due_at: datetime | None


@router.get("", response=IncidentPage, auth=READ, operation_id="list_incidents")
def latest(
    request: HttpRequest, state: State = "", order: Number = "", after: After = "", limit: Limit = 30
) -> Any:
    """The latest first, all or those that touched an order; page on with the last answer's ``after``."""
    page = queries.latest(actor_asking(request), state=state, order=order, after=after, limit=limit)
    return {"rows": list(page.rows), "after": page.after}


@router.post("/preview", response=PreviewOut, auth=WRITE, operation_id="preview_incident")
def preview(request: HttpRequest, body: ReachIn) -> Any:
    """What a reach would touch now; nothing is kept."""
    found = queries.preview(actor_asking(request), _reach(body), at=now())
    return {**_fields(found), "numbers": [row["number"] for row in found.sample]}


@router.post("", response={201: IncidentOut}, auth=WRITE, operation_id="declare_incident")
def declare(request: HttpRequest, body: IncidentIn) -> Any:
    """The limit for telling begins (PCN-2.3.4.a)."""
    made = actions.declare(
        kind=body.kind, reach=_reach(body.reach), text=body.text, actor=actor_asking(request), at=now()
    )
    return Status(201, made)


@router.get("/{uuid:incident_id}", response=IncidentOut, auth=READ, operation_id="read_incident")
def one(request: HttpRequest, incident_id: UUID) -> Incident:
    """One incident."""
    return queries.get_for(actor_asking(request), incident_id)


@router.get(
    "/{uuid:incident_id}/progress", response=ProgressOut, auth=READ, operation_id="read_incident_progress"
)
def progress(request: HttpRequest, incident_id: UUID) -> Any:
    """How far it is."""
    incident = queries.get_for(actor_asking(request), incident_id)
    found = queries.progress(incident)
    return {
        "state": incident.state,
        "people": found.people,
        "told": found.told,
        "orders": found.orders,
        "issued": {state or "none": n for state, n in found.issued.items()},
        "reasons": dict(found.reasons),
        "due_at": found.clock.due_at if found.clock else None,
    }


@router.post("/{uuid:incident_id}/confirm", response=IncidentOut, auth=WRITE, operation_id="confirm_incident")
def confirm(request: HttpRequest, incident_id: UUID, body: TextIn) -> Incident:
    """Declare what the program pointed out."""
    return actions.confirm(incident_id=incident_id, text=body.text, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/dismiss", response=IncidentOut, auth=WRITE, operation_id="dismiss_incident")
def dismiss(request: HttpRequest, incident_id: UUID, body: IncidentReasonIn) -> Incident:
    """It is no incident."""
    return actions.dismiss(incident_id=incident_id, reason=body.reason, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/freeze", response=IncidentOut, auth=WRITE, operation_id="freeze_incident")
def freeze(request: HttpRequest, incident_id: UUID) -> Incident:
    """Find the orders and keep the list."""
    return actions.freeze(incident_id=incident_id, actor=actor_asking(request), at=now())


@router.post(
    "/{uuid:incident_id}/remedy", response=IncidentOut, auth=WRITE, operation_id="choose_incident_remedy"
)
def choose(request: HttpRequest, incident_id: UUID, body: RemedyIn) -> Incident:
    """Above the limit of who chooses it waits for somebody else (state ``held``)."""
    return actions.choose(
        incident_id=incident_id,
        remedy=body.remedy,
        amount_fen=body.amount_fen,
        days=body.days,
        actor=actor_asking(request),
        at=now(),
    )


@router.post("/{uuid:incident_id}/approve", response=IncidentOut, auth=WRITE, operation_id="approve_incident")
def approve(request: HttpRequest, incident_id: UUID) -> Incident:
    """A second person approves the total."""
    return actions.approve(incident_id=incident_id, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/reject", response=IncidentOut, auth=WRITE, operation_id="reject_incident")
def reject(request: HttpRequest, incident_id: UUID, body: IncidentReasonIn) -> Incident:
    """The remedy is not approved."""
    return actions.reject(incident_id=incident_id, reason=body.reason, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/start", response=IncidentOut, auth=WRITE, operation_id="start_incident")
def start(request: HttpRequest, incident_id: UUID) -> Incident:
    """Tell everybody from now on."""
    return actions.start(incident_id=incident_id, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/pause", response=IncidentOut, auth=WRITE, operation_id="pause_incident")
def pause(request: HttpRequest, incident_id: UUID) -> Incident:
    """Nobody more is told until it is resumed."""
    return actions.pause(incident_id=incident_id, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/resume", response=IncidentOut, auth=WRITE, operation_id="resume_incident")
def resume(request: HttpRequest, incident_id: UUID) -> Incident:
    """Go on where it stood."""
    return actions.resume(incident_id=incident_id, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/stop", response=IncidentOut, auth=WRITE, operation_id="stop_incident")
def stop(request: HttpRequest, incident_id: UUID, body: IncidentReasonIn) -> Incident:
    """End it for good."""
    return actions.stop(incident_id=incident_id, reason=body.reason, actor=actor_asking(request), at=now())


@router.post("/{uuid:incident_id}/grant", response=IncidentOut, auth=WRITE, operation_id="grant_incident")
def grant(request: HttpRequest, incident_id: UUID, body: IncidentReasonIn) -> Incident:
    """``reason``: by which record of the marketplace."""
    return actions.grant(incident_id=incident_id, reason=body.reason, actor=actor_asking(request), at=now())


def _reach(body: ReachIn) -> Reach:
    given: Mapping[str, Any] = body.dict()
    return Reach(**{**given, "states": tuple(given["states"])})


def _fields(found: queries.Preview) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("orders", "people", "unknown", "paid_fen")}
