"""REST door of complaints: submit, read, and one operation for each step of the workflow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime, ConfigDict

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import ConsumerFacts
from bihuan.cases import queries as cases
from bihuan.complaints import actions, queries, steps
from bihuan.complaints.actions import NewComplaint, NewItem
from bihuan.complaints.steps import Door
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

router = Router(tags=["complaints"])


class ItemIn(Schema):
    """One thing complained about; ``amount`` in fen."""

    model_config = ConfigDict(extra="forbid")
    matter: str = Field(max_length=16)
    demand: str = Field(max_length=16)
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
    channel: str = Field("api", max_length=12)
    consumer: ConsumerIn | None = None
    type: str = Field(max_length=16)
    matter: str = Field(max_length=20_000)
    demand: str = Field(max_length=16)
    demand_text: str = Field("", max_length=20_000)
    demand_amount: int | None = Field(None, ge=0, le=10**12)
    happened_at: AwareDatetime | None = None
    order_number: str = Field("", max_length=64)
    transaction_record: str = Field("", max_length=120)
    party: str = Field("buyer", max_length=10)
    concerns: UUID | None = None
    items: list[ItemIn] = Field(default_factory=list, max_length=20)
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


class PageOut(Schema):
    """A page; ``after`` of the next request, null at the end."""

    rows: list[CaseOut]
    after: str | None


@router.post("", response={201: ReceiptOut}, operation_id="submit_complaint")
def submit(request: HttpRequest, body: ComplaintIn) -> tuple[int, dict[str, Any]]:
    """Submit a complaint (PCN-3.1.1). Accepted by the program when every condition passes."""
    actor, at = _actor(request), now()
    new = NewComplaint(
        channel=body.channel,
        consumer_id=_consumer(actor, at, body.consumer),
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
    done = actions.submit(actor=actor, at=at, new=new)
    return 201, {
        "id": done.case_id,
        "number": done.number,
        "code": done.code,
        "state": done.state,
        "checks": dict(done.checks),
        "missing": list(done.missing),
    }


@router.get("", response=PageOut, operation_id="list_complaints")
def inbox(
    request: HttpRequest, owner: str = "all", state: str = "", after: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Open complaints by strictest clock, paged by key: none is skipped, none comes twice."""
    if not 1 <= limit <= 200:
        raise Invalid("limit lies between 1 and 200.", field="limit", remedy="Ask for at most 200 rows.")
    page = cases.inbox(_actor(request), owner=owner, state=state, after=after, limit=limit)
    return {"rows": [_case(row) for row in page.rows], "after": page.after}


@router.get("/{case_id}", response=dict[str, Any], operation_id="read_complaint")
def read(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The whole case as the actor may see it: items, clocks, steps, evidence, offers, timeline."""
    return queries.file_for(_actor(request), case_id, at=now()).as_json()


@router.get("/{case_id}/steps", response=list[dict[str, Any]], operation_id="list_steps")
def possible_steps(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """The steps that are possible now for this actor, each with its clause and the form of its input."""
    actor = _actor(request)
    case = cases.get_for(actor, case_id)
    return [
        {
            "step": d.step.name,
            "zh": d.step.zh,
            "en": d.step.en,
            "clause": d.step.clause,
            "input": d.schema.model_json_schema(),
        }
        for d in steps.possible(actor, case)
    ]


def _add(door: Door) -> None:
    """One operation for a step, with its own input form in the OpenAPI document."""

    def operation(request: HttpRequest, case_id: UUID, body: Any) -> dict[str, Any]:
        actor, at = _actor(request), now()
        cases.get_for(actor, case_id)
        steps.take(name=door.step.name, case_id=case_id, actor=actor, at=at, data=body.model_dump())
        return _case(cases.get(case_id))

    operation.__annotations__ = {
        "request": HttpRequest,
        "case_id": UUID,
        "body": door.schema,
        "return": dict[str, Any],
    }
    operation.__name__ = f"step_{door.step.name}"
    operation.__doc__ = f"{door.step.en} ({door.step.zh}; {door.step.clause})."
    handler: Callable[..., Any] = router.post(
        f"/{{case_id}}/steps/{door.step.name}", response=CaseOut, operation_id=f"step_{door.step.name}"
    )
    handler(operation)


for _door in steps.doors().values():
    _add(_door)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


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
    facts = ConsumerFacts(external_ref=given.reference, phone=given.phone, name=given.name)
    return accounts.ensure_consumer(facts=facts, actor=actor, at=at).person_id


def _case(case: Any) -> dict[str, Any]:
    return {name: getattr(case, name) for name in CaseOut.model_fields}
