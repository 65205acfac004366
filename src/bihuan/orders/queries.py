"""Reading orders and what is done about them, as the actor may see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from bihuan.accounts.permissions import Resource, allows, require
from bihuan.cases import labels
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.reading import ClockLine, Happened, clock_lines, timeline
from bihuan.cases.steps import Door
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.models import Entry
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import Instruction, Order
from bihuan.money import queries as money
from bihuan.orders import services, steps
from bihuan.orders.behind import facts_for, running
from bihuan.orders.models import AskedParcel, OrderService
from bihuan.orders.permissions import P
from bihuan.orders.services import Option
from bihuan.orders.workflow import ORDER

SIDES: Final = {
    ActorKind.CONSUMER: "consumer", ActorKind.MERCHANT: "merchant", ActorKind.PARTNER: "partner",
}  # fmt: skip
_WAYS: Final = {ActorKind.MERCHANT: "merchant", ActorKind.PARTNER: "carrier"}
INTERNAL: Final = frozenset({"order.taken", "clock.warned", "clock.breached", "clock.escalated"})
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Served:
    """A service of an order with its case, as lists show it."""

    case: Case
    row: OrderService


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order, what can be done about it now, and what is or was under way."""

    order: Order
    phase: str
    options: tuple[Option, ...]
    served: tuple[Served, ...]


@dataclass(frozen=True, slots=True)
class File:
    """Everything about one service that the actor may see (PCN-1.2)."""

    case: Case
    row: OrderService
    side: str
    instruction: Instruction | None
    refunds: tuple[Any, ...]
    clocks: tuple[ClockLine, ...]
    timeline: tuple[Happened, ...]
    doors: tuple[Door, ...]
    parcels: tuple[AskedParcel, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The file for the API."""
        case, row = self.case, self.row
        return {
            "id": case.id, "number": case.number, "state": case.state, "service": row.service,
            "order_number": row.order_number, "way": row.way, "why": row.why, "refusal": row.refusal,
            "carrier": row.carrier, "tracking_number": row.tracking_number, "amount": row.amount_fen,
            "received_at": case.received_at, "closed_at": case.closed_at,
            "parcels": [
                {"carrier": p.carrier, "tracking_number": p.tracking_number, "outcome": p.outcome,
                 "refusal": p.refusal, "answered_at": p.answered_at}
                for p in self.parcels
            ],
            "instruction": self.instruction.state if self.instruction else None,
            "refunds": [
                {"id": r.id, "kind": r.kind, "amount": r.amount_fen, "state": r.state,
                 "initiated_at": r.initiated_at, "credited_at": r.credited_at}
                for r in self.refunds
            ],
            "clocks": [asdict(c) for c in self.clocks],
            "timeline": [asdict(h) for h in self.timeline],
            "steps": [d.step.name for d in self.doors],
        }  # fmt: skip


def order_for(actor: Actor, order_number: str) -> OrderFile:
    """The order, what can be done now and what is under way. Raises NotFound where it is not theirs."""
    facts = facts_for(actor, order_number, P.READ)
    order = facts.order
    return OrderFile(
        order=order,
        phase=str(services.phase_of(order)),
        options=services.options(order, running(order.number)),
        served=tuple(_served(actor, order.number)),
    )


def mine(actor: Actor, *, limit: int = MOST) -> list[Order]:
    """The latest orders of a consumer, by what is proven of them."""
    require(actor, P.READ, Resource(person_ids=frozenset({actor.id})))
    return marketplace.orders_of_people([actor.id], limit=limit)


def file_for(actor: Actor, case_id: UUID, *, at: datetime) -> File:
    """The service as the actor may see it. Raises NotFound where they may not know of it."""
    case = cases.get_for(actor, case_id)
    require(actor, P.READ, case.resource)
    row = OrderService.objects.filter(case_id=case.id).first()
    if row is None:
        raise NotFound(kind="case", id=str(case_id))
    given = {i.id: i for i in marketplace.instructions_of(case.id)}
    inside = actor.kind not in SIDES
    carrier = actor.kind is ActorKind.PARTNER
    return File(
        case=case,
        row=row,
        side=SIDES.get(actor.kind, "platform"),
        instruction=given.get(row.instruction_id) if row.instruction_id else None,
        refunds=() if carrier else tuple(money.refunds_of(case.id)),
        clocks=clock_lines(case.id, at),
        timeline=timeline(case.id, _all if inside else _told_outside),
        doors=tuple(d for d in steps.TABLE.possible(actor, case) if _theirs(actor, row, d)),
        parcels=tuple(row.parcels.all()),
    )


def asked_of(actor: Actor, *, shown: str = "asked", text: str = "") -> QuerySet[Case]:
    """Requests about orders that a merchant or carrier has to do with: those that wait for them (``asked``),
    open, ended or all; ``text`` is the number of a case or order. Raises NotAllowed."""
    require(actor, P.READ)
    found = cases.visible(actor).filter(flow=ORDER.name)
    if shown == "asked":
        found = found.filter(is_open=True, next_step_by=_WAYS.get(actor.kind, ""))
    elif shown in ("open", "ended"):
        found = found.filter(is_open=shown == "open")
    return found.filter(Q(number=text.upper()) | Q(order_number=text)) if text else found


def _theirs(actor: Actor, row: OrderService, door: Door) -> bool:
    """Whoever was asked answers; the desk records the answer of anybody."""
    way = _WAYS.get(actor.kind)
    return way is None or door.step.name != "record_answer" or row.way == way


def beginnings(case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """A line for lists by case."""
    rows = OrderService.objects.filter(case_id__in=list(case_ids)).values_list(
        "case_id", "service", "order_number"
    )
    language = labels.language()
    return {case: f"{labels.label('type', service, language)} {number}" for case, service, number in rows}


def results(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """How services ended, as codes of the state."""
    ended = Case.objects.filter(id__in=list(case_ids), is_open=False, flow="order")
    return dict(ended.values_list("id", "state"))


def _served(actor: Actor, order_number: str) -> Sequence[Served]:
    rows = OrderService.objects.select_related("case").filter(order_number=order_number)
    found = [Served(row.case, row) for row in rows.order_by("-case__received_at")[:MOST]]
    return [one for one in found if allows(actor, P.READ, one.case.resource)]


def _all(_entry: Entry) -> bool:
    return True


def _told_outside(entry: Entry) -> bool:
    return entry.event not in INTERNAL
