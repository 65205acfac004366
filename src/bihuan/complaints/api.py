"""REST door of complaints: submit, read, and one operation for each step of the workflow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.permissions import require
from bihuan.accounts.requests import actor_asking
from bihuan.cases import queries as cases
from bihuan.cases.api import add_steps, list_of, short
from bihuan.complaints import acceptance, actions, behind, queries, rules, steps
from bihuan.complaints.actions import NewComplaint, NewItem, NewReport, Submitted
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import COMPLAINT, STATES
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.moment import Moment
from bihuan.journal.time import now

router = Router(tags=["complaints"])
READ = [ApiKeyAuth("complaints:read"), SessionAuth()]
WRITE = [ApiKeyAuth("complaints:write"), SessionAuth()]

if TYPE_CHECKING:
    Type: TypeAlias = str
    Demand: TypeAlias = str
    Channel: TypeAlias = str
    Party: TypeAlias = str
    State: TypeAlias = str
    About: TypeAlias = str
else:  # the closed lists of the rules, so that the document names them
    Type, Demand, Channel = Literal[rules.TYPES], Literal[rules.DEMANDS], Literal[rules.CHANNELS]
    Party, State = Literal[acceptance.PARTIES], Literal[tuple(STATES)]
    About = Literal[rules.REPORTED]
Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str | None, Query(max_length=120)]


class ItemIn(Schema):
    """One thing complained about; ``amount`` in fen."""

    model_config = ConfigDict(extra="forbid")
    matter: Type
    demand: Demand
    amount: int | None = Field(None, ge=0, le=10**12)
    order_line: str = Field("", max_length=64)
    text: str = Field("", max_length=20_000)


class ConsumerIn(Schema):
    """The complainant: the marketplace's reference, or a phone number."""

    model_config = ConfigDict(extra="forbid")
    reference: str | None = Field(None, max_length=80)
    phone: str | None = Field(None, max_length=32)
    name: str | None = Field(None, max_length=80)


class ComplaintIn(Schema):
    """A complaint as it comes in. ``consumer`` is left out when the complainant submits in person."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel = "api"
    consumer: ConsumerIn | None = None
    type: Type
    matter: str = Field(min_length=1, max_length=20_000)
    demand: Demand
    demand_text: str = Field("", max_length=20_000)
    demand_amount: int | None = Field(None, ge=0, le=10**12)
    happened_at: Moment | None = None
    order_number: str = Field("", max_length=64)
    transaction_record: str = Field("", max_length=120)
    party: Party = "buyer"
    concerns: UUID | None = None
    items: list[ItemIn] = Field(default_factory=list, max_length=20)
    evidence: list[UUID] = Field(default_factory=list, max_length=20)


class ReportIn(Schema):
    """A report of a violation. ``reporter`` left out by an outside system: somebody who gives no name."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel = "api"
    reporter: ConsumerIn | None = None
    about: About
    matter: str = Field(min_length=1, max_length=20_000)
    happened_at: Moment | None = None
    order_number: str = Field("", max_length=64)
    evidence: list[UUID] = Field(default_factory=list, max_length=20)


class ReceiptOut(Schema):
    """Number and code with which the complainant follows the case."""

    id: UUID
    number: str
    code: str
    state: str
    checks: dict[str, str]
    missing: list[str]


class CaseOut(Schema):
    """One complaint in short."""

    id: UUID
    number: str
    state: str
    type: str
    severity: str
    urgency: str
    complexity: str
    channel: str
    received_at: datetime
    next_step: str
    next_step_by: str
    next_step_at: datetime | None
    strictest_clause: str
    strictest_due_at: datetime | None
    green: str


class PageOut(Schema):
    """A page; ``after`` of the next request, null at the end."""

    rows: list[CaseOut]
    after: str | None


class AskedOut(Schema):
    """Evidence that was asked of the caller's side; answered with the step answer_evidence of its case."""

    id: UUID
    case_id: UUID
    number: str
    what: str
    text: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    default_at: datetime | None


class AskedPageOut(Schema):
    """A page, the oldest request first; ``after`` of the next request, null at the end."""

    rows: list[AskedOut]
    after: str | None


class OrderLineOut(Schema):
    """A line of an order; ``paid_fen`` is null for carriers and agencies."""

    number: int
    title: str
    quantity: int
    paid_fen: int | None


class CaseShipmentOut(Schema):
    """A parcel on its way; places are left out."""

    carrier: str
    tracking_number: str
    state: str
    shipped_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None


class CaseOrderOut(Schema):
    """The order behind a case, without its buyer."""

    number: str
    status: str
    ordered_at: datetime
    lines: list[OrderLineOut]
    shipments: list[CaseShipmentOut]


@router.post("", response={201: ReceiptOut}, auth=WRITE, operation_id="submit_complaint")
def submit(request: HttpRequest, body: ComplaintIn) -> Status[dict[str, Any]]:
    """Submit a complaint (PCN-3.1.1). Accepted by the program when every condition passes."""
    actor, at = actor_asking(request), now()
    require(actor, P.SUBMIT)
    with transaction.atomic():
        done = actions.submit(actor=actor, at=at, new=_new(body, _consumer(actor, at, body.consumer)))
    return Status(201, _receipt(done))


@router.post("/reports", response={201: ReceiptOut}, auth=WRITE, operation_id="report_violation")
def report(request: HttpRequest, body: ReportIn) -> Status[dict[str, Any]]:
    """Report a violation (PCN-3.1.1.b): no order is needed, nor a name."""
    actor, at = actor_asking(request), now()
    require(actor, P.SUBMIT)
    with transaction.atomic():
        named = actor.kind is ActorKind.CONSUMER or body.reporter is not None
        reporter = (
            _consumer(actor, at, body.reporter) if named else actions.unnamed_reporter(actor=actor, at=at).id
        )
        new = NewReport(
            channel=body.channel,
            reporter_id=reporter,
            named=named,
            matter_text=body.matter,
            about=body.about,
            order_number=body.order_number,
            happened_at=body.happened_at,
            evidence_ids=tuple(body.evidence),
        )
        done = actions.report(actor=actor, at=at, new=new)
    return Status(201, _receipt(done))


def _receipt(done: Submitted) -> dict[str, Any]:
    return {
        "id": done.case_id,
        "number": done.number,
        "code": done.code,
        "state": done.state,
        "checks": dict(done.checks),
        "missing": list(done.missing),
    }


def _new(body: ComplaintIn, consumer_id: UUID) -> NewComplaint:
    return NewComplaint(
        channel=body.channel,
        consumer_id=consumer_id,
        matter_text=body.matter,
        type=body.type,
        demand=body.demand,
        demand_text=body.demand_text,
        demand_amount=body.demand_amount,
        happened_at=body.happened_at,
        order_number=body.order_number,
        transaction_record=body.transaction_record,
        party=body.party,
        concerns=body.concerns,
        items=tuple(NewItem(**item.model_dump()) for item in body.items),
        evidence_ids=tuple(body.evidence),
    )


@router.get("", response=PageOut, auth=READ, operation_id="list_complaints")
def listed(
    request: HttpRequest,
    order: Literal["received", "strictest"] = "received",
    open: bool | None = None,
    owner: Literal["all", "mine", "none"] = "all",
    state: State | None = None,
    after: After = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Complaints, the latest received first; paged to the end, each that was there at the start comes once.

    ``order=strictest`` gives the open ones by their strictest clock: a working list, in which a case whose
    clock changes meanwhile moves.
    """
    actor = actor_asking(request)
    if order == "strictest":
        page = cases.inbox(
            actor, owner=owner, state=state or "", flow=COMPLAINT.name, after=after, limit=limit
        )
    else:
        page = cases.by_receipt(
            actor,
            is_open=open,
            owner=owner,
            state=state or "",
            flow=COMPLAINT.name,
            after=after,
            limit=limit,
        )
    return {"rows": [short(row, CaseOut) for row in page.rows], "after": page.after}


@router.get("/evidence-requests", response=AskedPageOut, auth=READ, operation_id="list_evidence_requests")
def asked(request: HttpRequest, open: bool = True, after: After = None, limit: Limit = 50) -> dict[str, Any]:
    """Evidence asked of the caller's side in its cases (PCN-3.2.2.b), the oldest first."""
    page = queries.asked_of(actor_asking(request), open_only=open, after=after, limit=limit)
    return {"rows": page.rows, "after": page.after}


@router.get("/{uuid:case_id}", response=dict[str, Any], auth=READ, operation_id="read_complaint")
def read(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The whole case as the actor may see it: items, clocks, steps, evidence, offers, timeline."""
    return queries.file_for(actor_asking(request), case_id, at=now()).as_json()


@router.get("/{uuid:case_id}/order", response=CaseOrderOut, auth=READ, operation_id="read_complaint_order")
def order(request: HttpRequest, case_id: UUID) -> behind.Behind:
    """The order behind a case, as far as the caller's side needs it: no buyer; prices for merchants only."""
    return behind.order_behind(actor_asking(request), case_id)


@router.get("/{uuid:case_id}/steps", response=list[dict[str, Any]], auth=READ, operation_id="list_steps")
def possible_steps(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """The steps that are possible now for this actor, each with its clause and the form of its input."""
    actor = actor_asking(request)
    case = cases.get_for(actor, case_id, flow=COMPLAINT.name)
    return list_of(steps.possible(actor, case))


add_steps(router, steps.TABLE, named="step", auth=WRITE, response=CaseOut)


def _consumer(actor: Actor, at: datetime, given: ConsumerIn | None) -> UUID:
    if given is None:
        if actor.kind is not ActorKind.CONSUMER:
            raise Invalid(
                "Name the complainant.",
                field="consumer",
                clause="CRP-1.1.b",
                remedy="Give the marketplace's reference of the consumer, or a phone number.",
            )
        return actor.id
    if actor.kind is ActorKind.CONSUMER:
        raise Invalid(
            "Who submits in person is the complainant.", field="consumer", remedy="Leave consumer out."
        )
    if not (given.reference or given.phone):
        raise Invalid(
            "Name the complainant by a reference or a phone number.",
            field="consumer",
            clause="CRP-1.1.b",
            remedy="Give the marketplace's reference of the consumer, or a phone number.",
        )
    facts = ConsumerFacts(external_ref=given.reference, phone=given.phone, name=given.name)
    return accounts.ensure_consumer(facts=facts, actor=actor, at=at).person_id
