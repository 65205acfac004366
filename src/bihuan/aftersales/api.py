"""REST door of after-sales: apply, preview, read, and one operation for each step of the workflow."""

from __future__ import annotations

from dataclasses import asdict
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
from bihuan.aftersales import actions, queries, rules, steps
from bihuan.aftersales.actions import NewApplication
from bihuan.aftersales.permissions import P
from bihuan.aftersales.workflow import AFTERSALES, STATES
from bihuan.cases import queries as cases
from bihuan.cases.api import add_steps, list_of, short
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

router = Router(tags=["aftersales"])
READ = [ApiKeyAuth("aftersales:read"), SessionAuth()]
WRITE = [ApiKeyAuth("aftersales:write"), SessionAuth()]

if TYPE_CHECKING:
    Kind: TypeAlias = str
    Ground: TypeAlias = str
    Channel: TypeAlias = str
    Material: TypeAlias = str
    State: TypeAlias = str
else:  # the closed lists of the rules, so that the document names them
    Kind, Ground, Channel = Literal[rules.KINDS], Literal[rules.GROUNDS], Literal[rules.CHANNELS]
    Material, State = Literal[rules.MATERIALS], Literal[tuple(STATES)]
Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str | None, Query(max_length=120)]
Fen = Annotated[int, Field(ge=0, le=10**12)]


class PieceIn(Schema):
    """How many of an order line."""

    model_config = ConfigDict(extra="forbid")
    line: int = Field(ge=1, le=10_000)
    quantity: int = Field(1, ge=1, le=100_000)


class AfterSalesConsumerIn(Schema):
    """The consumer: the marketplace's reference, or a phone number."""

    model_config = ConfigDict(extra="forbid")
    reference: str | None = Field(None, max_length=80)
    phone: str | None = Field(None, max_length=32)


class AskedIn(Schema):
    """What is asked for: enough for the rules to answer. Amounts in fen."""

    model_config = ConfigDict(extra="forbid")
    order_number: str = Field(min_length=1, max_length=64)
    kind: Kind
    ground: Ground
    pieces: list[PieceIn] = Field(min_length=1, max_length=100)
    opened: bool | None = None
    used: bool | None = None
    amount_fen: Fen | None = None
    price_now_fen: Fen | None = None


class ApplicationIn(AskedIn):
    """An application. ``evidence``: uploaded files by material; ``consumer`` left out by a consumer."""

    channel: Channel = "api"
    consumer: AfterSalesConsumerIn | None = None
    text: str = Field("", max_length=20_000)
    evidence: dict[Material, list[UUID]] = Field(default_factory=dict)


class AfterSalesReceiptOut(Schema):
    """Number and code with which the consumer follows the case; ``missing``: materials still needed."""

    id: UUID
    number: str
    code: str
    state: str
    missing: list[str]


class AfterSalesCaseOut(Schema):
    """A case in a list."""

    id: UUID
    number: str
    state: str
    type: str
    order_number: str
    received_at: datetime
    owner_id: UUID | None
    next_step: str
    next_step_by: str
    next_step_at: datetime | None
    strictest_clause: str
    strictest_due_at: datetime | None


class AfterSalesPageOut(Schema):
    """A page and the key of the next one, null at the end."""

    rows: list[AfterSalesCaseOut]
    after: str | None


@router.post("", response={201: AfterSalesReceiptOut}, auth=WRITE, operation_id="apply_aftersales")
def submit(request: HttpRequest, body: ApplicationIn) -> Status[dict[str, Any]]:
    """Apply (PCN-2.3.3.a); what is clearly due is approved at once, the rest within 24 hours."""
    actor, at = actor_asking(request), now()
    require(actor, P.SUBMIT)
    with transaction.atomic():
        done = actions.submit(actor=actor, at=at, new=_new(body, _consumer(actor, at, body.consumer)))
    return Status(
        201,
        {
            "id": done.case_id,
            "number": done.number,
            "code": done.code,
            "state": done.state,
            "missing": list(done.missing),
        },
    )


@router.post("/preview", response=dict[str, Any], auth=WRITE, operation_id="preview_aftersales")
def preview(request: HttpRequest, body: AskedIn) -> dict[str, Any]:
    """What the rules would say and what would go back; nothing is written."""
    given = body.model_dump(include={"opened", "used", "amount_fen", "price_now_fen"}, exclude_none=True)
    found = queries.preview(
        actor_asking(request),
        order_number=body.order_number,
        kind=body.kind,
        ground=body.ground,
        pieces=_pieces(body),
        facts=given,
        at=now(),
    )
    return asdict(found)


@router.get("", response=AfterSalesPageOut, auth=READ, operation_id="list_aftersales")
def listed(
    request: HttpRequest,
    order: Literal["received", "strictest"] = "received",
    open: bool | None = None,
    owner: Literal["all", "mine", "none"] = "all",
    state: State | None = None,
    after: After = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """After-sales cases, the latest received first; ``order=strictest`` the open ones by strictest clock."""
    given: dict[str, Any] = {"owner": owner, "state": state or "", "flow": AFTERSALES.name, "after": after}
    if order == "strictest":
        page = cases.inbox(actor_asking(request), limit=limit, **given)
    else:
        page = cases.by_receipt(actor_asking(request), is_open=open, limit=limit, **given)
    return {"rows": [short(row, AfterSalesCaseOut) for row in page.rows], "after": page.after}


@router.get("/{uuid:case_id}", response=dict[str, Any], auth=READ, operation_id="read_aftersales")
def read(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The whole case as the caller may see it: lines, judgement, decision, parcels, refund, clocks, steps."""
    return queries.file_for(actor_asking(request), case_id, at=now()).as_json()


@router.get(
    "/{uuid:case_id}/steps",
    response=list[dict[str, Any]],
    auth=READ,
    operation_id="list_aftersales_steps",
)
def possible_steps(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """The steps that are possible now for this caller, each with its clause and the form of its input."""
    actor = actor_asking(request)
    case = cases.get_for(actor, case_id, flow=AFTERSALES.name)
    return list_of(steps.possible(actor, case))


add_steps(router, steps.TABLE, named="aftersales", auth=WRITE, response=AfterSalesCaseOut)


def _pieces(body: AskedIn) -> dict[int, int]:
    found = {piece.line: piece.quantity for piece in body.pieces}
    if len(found) != len(body.pieces):
        raise Invalid(
            "A line stands twice.", field="pieces", remedy="Name each line once, with how many of it."
        )
    return found


def _new(body: ApplicationIn, consumer_id: UUID) -> NewApplication:
    return NewApplication(
        channel=body.channel,
        consumer_id=consumer_id,
        order_number=body.order_number,
        kind=body.kind,
        ground=body.ground,
        pieces=_pieces(body),
        text=body.text,
        opened=body.opened,
        used=body.used,
        amount_fen=body.amount_fen,
        price_now_fen=body.price_now_fen,
        evidence={code: tuple(ids) for code, ids in body.evidence.items()},
    )


def _consumer(actor: Actor, at: datetime, given: AfterSalesConsumerIn | None) -> UUID:
    """Who applies: a consumer for themselves; everybody else names the consumer."""
    if actor.kind is ActorKind.CONSUMER:
        if given is not None:
            raise Invalid(
                "Who applies in person is the consumer.", field="consumer", remedy="Leave consumer out."
            )
        return actor.id
    if given is None or not (given.reference or given.phone):
        raise Invalid(
            "Name the consumer by a reference or a phone number.", field="consumer", clause="ASM-5.1",
            remedy="Give the marketplace's reference of the consumer, or a phone number.",
        )  # fmt: skip
    facts = ConsumerFacts(external_ref=given.reference, phone=given.phone)
    return accounts.ensure_consumer(facts=facts, actor=actor, at=at).person_id
