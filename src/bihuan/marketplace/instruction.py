"""What Bihuan can have done about one order: in the marketplace, and through it by the carrier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final


class InstructionKind(StrEnum):
    """What can be asked of the marketplace, and through it of the carrier, about one order."""

    CHANGE_ORDER = "change_order"
    """Other delivery data, before shipment."""
    CANCEL_ORDER = "cancel_order"
    REDIRECT_PARCEL = "redirect_parcel"
    """Other delivery data, on the way: the carrier answers."""
    INTERCEPT_PARCEL = "intercept_parcel"
    """The parcel comes back: the carrier answers."""
    REISSUE_INVOICE = "reissue_invoice"
    URGE_SHIPMENT = "urge_shipment"


class InstructionState(StrEnum):
    """What the marketplace says of an instruction; done and refused are final."""

    PENDING = "pending"
    """Taken; whoever carries it out has not answered yet."""
    DONE = "done"
    REFUSED = "refused"
    ABSENT = "absent"
    """The marketplace has never seen this key."""


DELIVERY: Final = ("address", "recipient", "phone")
INVOICE: Final = ("title", "tax_number", "email")
DETAILS: Final[Mapping[InstructionKind, tuple[str, ...]]] = {
    InstructionKind.CHANGE_ORDER: DELIVERY,
    InstructionKind.REDIRECT_PARCEL: DELIVERY,
    InstructionKind.REISSUE_INVOICE: INVOICE,
}
"""Which details a kind needs at least one of; the others take none."""
OF_A_PARCEL: Final = frozenset({InstructionKind.REDIRECT_PARCEL, InstructionKind.INTERCEPT_PARCEL})


@dataclass(frozen=True, slots=True)
class Parcel:
    carrier: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """``key`` is the idempotency key: the same key is never carried out twice. ``details`` may hold
    personal data and are never written into a log."""

    key: str
    kind: InstructionKind
    order_number: str
    reason_code: str
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    parcel: Parcel | None = None


@dataclass(frozen=True, slots=True)
class InstructionAnswer:
    """``code`` says why it was refused, ``reference`` is the other side's own number."""

    key: str
    state: InstructionState
    code: str = ""
    reference: str = ""
    at: datetime | None = None
