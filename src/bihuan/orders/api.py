"""REST door of order services: what is possible for an order, asking for it, reading, the desk's steps."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.cases import queries as cases
from bihuan.cases.api import add_steps, list_of
from bihuan.journal.time import now
from bihuan.orders import actions, queries
from bihuan.orders.actions import NewService
from bihuan.orders.actions.opening import CHANNELS
from bihuan.orders.services import Service
from bihuan.orders.steps import TABLE

router = Router(tags=["order services"])
READ = [ApiKeyAuth("order_services:read"), SessionAuth()]
WRITE = [ApiKeyAuth("order_services:write"), SessionAuth()]

if TYPE_CHECKING:
    ServiceName: TypeAlias = str
    Channel: TypeAlias = str
else:  # the closed lists, so that the document names them
    ServiceName, Channel = Literal[tuple(map(str, Service))], Literal[CHANNELS]
Shown: TypeAlias = Literal["asked", "open", "ended", "all"]
ListNumber = Annotated[str, Query(max_length=64)]
After = Annotated[str | None, Query(max_length=120)]
Limit = Annotated[int, Query(ge=1, le=200)]
OrderNumber = Annotated[str, Query(min_length=1, max_length=64)]


class DetailsIn(Schema):
    """What is to be different; sealed until it is carried out, then thrown away."""

    model_config = ConfigDict(extra="forbid")
    address: str = Field("", max_length=300)
    recipient: str = Field("", max_length=80)
    phone: str = Field("", max_length=32)
    title: str = Field("", max_length=120)
    tax_number: str = Field("", max_length=40)
    email: str = Field("", max_length=120)


class ServiceIn(Schema):
    """A service as it is asked for; ``tracking_number`` where several parcels are on their way."""

    model_config = ConfigDict(extra="forbid")
    service: ServiceName
    order_number: str = Field(min_length=1, max_length=64)
    channel: Channel = "api"
    details: DetailsIn | None = None
    tracking_number: str = Field("", max_length=64)


class ServiceReceiptOut(Schema):
    """Number and code with which the consumer follows the case."""

    id: UUID
    number: str
    code: str
    state: str


class OptionOut(Schema):
    """A service for the order now: possible or not, by which way, why not, and what is possible instead."""

    service: str
    possible: bool
    way: str
    why: str
    routes: list[str]
    clause: str
    parcels: list[str]


class ServiceOut(Schema):
    """One service in short."""

    id: UUID
    number: str
    state: str
    type: str
    order_number: str
    received_at: datetime
    next_step: str
    next_step_by: str
    next_step_at: datetime | None
    strictest_clause: str
    strictest_due_at: datetime | None


class ServicePage(Schema):
    rows: list[ServiceOut]
    after: str | None


@router.post("", response={201: ServiceReceiptOut}, auth=WRITE, operation_id="ask_order_service")
def ask(request: HttpRequest, body: ServiceIn) -> Status[dict[str, Any]]:
    """Have something done about an order (PCN-2.3.2): passed on at once, or the buyer is guided."""
    new = NewService(
        service=body.service,
        order_number=body.order_number,
        channel=body.channel,
        details=body.details.model_dump() if body.details else {},
        tracking_number=body.tracking_number,
    )
    done = actions.open_service(actor=actor_asking(request), at=now(), new=new)
    return Status(201, {"id": done.case_id, "number": done.number, "code": done.code, "state": done.state})


@router.get("/options", response=list[OptionOut], auth=READ, operation_id="list_order_options")
def options(request: HttpRequest, order_number: OrderNumber) -> list[dict[str, Any]]:
    """What can be done about an order now, and why not."""
    found = queries.order_for(actor_asking(request), order_number)
    return [
        {
            "service": str(one.service),
            "possible": one.possible,
            "way": str(one.way),
            "why": one.why,
            "routes": list(one.routes),
            "clause": one.clause,
            "parcels": [parcel.tracking_number for parcel in one.parcels],
        }
        for one in found.options
    ]


@router.get("", response=ServicePage, auth=READ, operation_id="list_order_services")
def listed(
    request: HttpRequest,
    shown: Shown = "asked",
    number: ListNumber = "",
    after: After = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Requests that the actor may see, by strictest clock. ``asked``: those that wait for this merchant or
    carrier; ``number`` is that of a case or order; page on with the last answer's ``after``."""
    found = queries.asked_of(actor_asking(request), shown=shown, text=number.strip())
    page = cases.by_strictest(found, after=after, limit=limit)
    return {"rows": list(page.rows), "after": page.after}


@router.post(
    "/{uuid:case_id}/details", response=dict[str, str], auth=WRITE, operation_id="show_order_service_details"
)
def details(request: HttpRequest, case_id: UUID) -> dict[str, str]:
    """What is to be different, for the merchant or carrier who carries it out; the look is written down."""
    return actions.show_details(case_id=case_id, actor=actor_asking(request), at=now())


@router.get("/{uuid:case_id}", response=dict[str, Any], auth=READ, operation_id="read_order_service")
def read(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The whole case as the actor may see it: instruction, refunds, clocks, timeline."""
    return queries.file_for(actor_asking(request), case_id, at=now()).as_json()


@router.get(
    "/{uuid:case_id}/steps",
    response=list[dict[str, Any]],
    auth=READ,
    operation_id="list_order_service_steps",
)
def possible_steps(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """The steps that are possible now for this actor, each with its clause and the form of its input."""
    file = queries.file_for(actor_asking(request), case_id, at=now())
    return list_of(file.doors)


add_steps(router, TABLE, named="order_step", auth=WRITE, response=ServiceOut)
