"""Reading payments. Amounts in fen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from bihuan.accounts.permissions import Resource, allows, require
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace
from bihuan.money.limits import UNLIMITED, in_force, limit_of
from bihuan.money.models import Difference, Limit, LineBalance, Refund, RefundPart, WayBalance
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.workflow import OPEN, REFUND, State

__all__ = [
    "UNLIMITED",
    "Balance",
    "Paid",
    "Refund",
    "Show",
    "balances",
    "beyond_price",
    "differences",
    "get_for",
    "in_force",
    "limit_history",
    "limit_of",
    "of_key",
    "paid",
    "parts_of",
    "pending",
    "refunds_of",
    "resource",
    "states_of",
    "sums_by_state",
    "way_balances",
    "workflow",
]

workflow = REFUND


@dataclass(frozen=True, slots=True)
class Paid:
    """What the books need of a refund; all of it but ``initiated`` never changes. ``parts``: (way, fen)."""

    refund_id: UUID
    kind: str
    rule: str
    amount_fen: int
    currency: str
    case_id: UUID | None
    organisation_id: UUID | None
    order_number: str
    reference: str
    initiated: bool
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """``remaining_fen`` is what can still go back for a line within its price."""

    paid_fen: int
    committed_fen: int

    @property
    def remaining_fen(self) -> int:
        return self.paid_fen - self.committed_fen


def get_for(actor: Actor, refund_id: UUID) -> Refund:
    """Raises NotFound also where the actor may not see this one."""
    require(actor, May.READ)
    row = Refund.objects.filter(id=refund_id).first()
    if row is None or not allows(actor, May.READ, resource(row)):
        raise NotFound(kind="refund", id=str(refund_id))
    return row


def resource(row: Refund) -> Resource:
    """The people and organisations that a payment belongs to."""
    return Resource(
        person_ids=frozenset({row.payee_id} if row.payee_id else ()),
        organisation_ids=frozenset({row.organisation_id} if row.organisation_id else ()),
        case_id=row.case_id,
    )


def refunds_of(case_id: UUID) -> list[Refund]:
    """The payments of a case in the order in which they were asked for; the case's door checks who asks."""
    return list(Refund.objects.filter(case_id=case_id).order_by("requested_at", "id"))


def is_held(case_id: UUID) -> bool:
    """Whether a payment of the case waits for approval; the case's door checks who asks."""
    return Refund.objects.filter(case_id=case_id, state=State.HELD).exists()


def of_key(key: str) -> Refund | None:
    return Refund.objects.filter(key=key).first()


def paid(refund_id: UUID) -> Paid:
    """A refund as the books see it, for code with its own check. Raises NotFound."""
    row = Refund.objects.filter(id=refund_id).first()
    if row is None:
        raise NotFound(kind="refund", id=str(refund_id))
    return Paid(
        refund_id=row.id,
        kind=row.kind,
        rule=row.rule,
        amount_fen=row.amount_fen,
        currency=row.currency,
        case_id=row.case_id,
        organisation_id=row.organisation_id,
        order_number=row.order_number,
        reference=row.key,
        initiated=row.initiated_at is not None,
        parts=tuple(row.parts.order_by("id").values_list("way", "amount_fen")),
    )


def sums_by_state(*, currency: str = "CNY") -> dict[str, int]:
    """State → fen of all refunds in it, for code with its own check."""
    rows = Refund.objects.filter(currency=currency).values("state").annotate(fen=Sum("amount_fen"))
    return {row["state"]: int(row["fen"]) for row in rows.order_by("state")}


def states_of(refund_ids: Collection[UUID]) -> dict[UUID, tuple[str, int]]:
    """Refund → (state, fen), for code with its own check."""
    rows = Refund.objects.filter(id__in=refund_ids).values_list("id", "state", "amount_fen")
    return {row[0]: (row[1], row[2]) for row in rows}


def settled(case_id: UUID) -> bool:
    """Whether no payment of the case waits to be initiated: true also where there is none."""
    waiting = [State.REQUESTED, State.HELD, State.SENT, State.UNKNOWN]
    return not Refund.objects.filter(case_id=case_id, state__in=waiting).exists()


def balances(order_number: str) -> dict[int, Balance]:
    """What was paid for each line of an order and how much of it is on its way back; line 0 is the
    freight. Raises NotFound."""
    order = marketplace.payable(order_number)
    rows = LineBalance.objects.filter(order_number=order_number)
    committed = dict(rows.values_list("number", "committed_fen"))
    return {
        line.number: Balance(
            paid_fen=max(line.paid_fen, committed.get(line.number, 0)),
            committed_fen=committed.get(line.number, 0),
        )
        for line in order.lines
    }


def beyond_price(order_number: str, *, rules: Collection[str]) -> list[tuple[UUID | None, int]]:
    """(Case, fen) of what was paid, or is on its way, for an order on top of its price under remedies (R1,
    R7 …), for code with its own check: so that no second case pays the same again."""
    names = [name for rule in rules for name in (rule, f"remedy.{rule}")]
    rows = Refund.objects.filter(order_number=order_number, beyond_price=True, rule__in=names)
    ended = [State.FAILED, State.CANCELLED]
    return list(
        rows.exclude(state__in=ended).order_by("requested_at", "id").values_list("case_id", "amount_fen")
    )


def way_balances(order_number: str) -> dict[tuple[str, str], Balance]:
    """(Way, reference) → what was paid so and how much of it is on its way back; empty before the first
    refund of the order."""
    rows = WayBalance.objects.filter(order_number=order_number)
    return {(row.way, row.reference): Balance(row.paid_fen, row.committed_fen) for row in rows}


def parts_of(refund_ids: Collection[UUID]) -> dict[UUID, list[RefundPart]]:
    """Over which ways each refund goes back; one round trip. The refund's door checks who asks."""
    found: dict[UUID, list[RefundPart]] = {refund_id: [] for refund_id in refund_ids}
    for part in RefundPart.objects.filter(refund_id__in=refund_ids).order_by("refund_id", "id"):
        found[part.refund_id].append(part)
    return found


def limit_history(*, actor: Actor) -> list[Limit]:
    """Every limit that was ever set, the latest day first."""
    require(actor, May.READ, Resource())
    return list(Limit.objects.order_by("-from_date", "-id"))


def pending(
    *, actor: Actor, held_only: bool = False, after: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[Refund]:
    """Payments not at their end, the oldest first; pages go on after the last ``(requested_at, id)``."""
    found = _seen(actor).filter(state__in=[State.HELD] if held_only else OPEN)
    if after is not None:
        found = found.filter(Q(requested_at__gt=after[0]) | Q(requested_at=after[0], id__gt=after[1]))
    return list(found.order_by("requested_at", "id").prefetch_related("parts")[:limit])


class Show(StrEnum):
    """What of the payments a work list shows."""

    HELD = "held"
    UNKNOWN = "unknown"
    FAILED = "failed"
    WAY = "way"
    """Initiated, not credited yet."""
    OPEN = "open"
    ENDED = "ended"


_SHOWN: Final[Mapping[Show, tuple[State, ...]]] = {
    Show.HELD: (State.HELD,),
    Show.UNKNOWN: (State.SENT, State.UNKNOWN),
    Show.FAILED: (State.FAILED,),
    Show.WAY: (State.INITIATED,),
    Show.OPEN: OPEN,
    Show.ENDED: (State.CREDITED, State.CANCELLED),
}
_LATEST_FIRST: Final = (Show.FAILED, Show.ENDED)
CAP: Final = 1_000


def work_list(
    *,
    actor: Actor,
    show: Show,
    order_number: str = "",
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Refund]:
    """Payments to look after, the oldest first; ended and failed ones the latest first."""
    found = _seen(actor).filter(state__in=_SHOWN[show])
    if order_number:
        found = found.filter(order_number=order_number)
    late = show in _LATEST_FIRST
    if after is not None:
        at, last = after
        further = Q(requested_at__lt=at) if late else Q(requested_at__gt=at)
        same = Q(requested_at=at, id__lt=last) if late else Q(requested_at=at, id__gt=last)
        found = found.filter(further | same)
    order = ("-requested_at", "-id") if late else ("requested_at", "id")
    return list(found.order_by(*order).prefetch_related("parts")[:limit])


def work_counts(*, actor: Actor) -> dict[str, int]:
    """How many wait for approval, are unknown, are on their way; each counted to ``CAP`` at most."""
    wanted = (Show.HELD, Show.UNKNOWN, Show.WAY, Show.FAILED)
    return {str(show): _seen(actor).filter(state__in=_SHOWN[show])[:CAP].count() for show in wanted}


def _seen(actor: Actor) -> QuerySet[Refund]:
    require(actor, May.READ)
    if allows(actor, May.READ, Resource()):
        return Refund.objects.all()
    return Refund.objects.filter(organisation_id=actor.organisation_id, organisation_id__isnull=False)


def differences(*, actor: Actor, limit: int = 200) -> list[Difference]:
    """Open differences with the payment side, the oldest first."""
    require(actor, May.SETTLE)
    return list(Difference.objects.filter(closed_at=None).order_by("found_at", "id")[:limit])
