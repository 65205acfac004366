"""What Bihuan asks of a marketplace, whoever runs it.

Two adapters answer: ``store`` (the built-in store) and ``http`` (a marketplace that implements
``static/marketplace/contract.yaml``). Whatever the outside world does, a call returns: no usable
answer is the value ``Unknown``, so that an outage neither refuses nor loses anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bihuan.marketplace.grant import Grant, GrantAnswer
from bihuan.marketplace.instruction import Instruction, InstructionAnswer


class Why(StrEnum):
    """Why there is no usable answer."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ERROR = "error"
    """The marketplace answered with an error of its own (5xx)."""
    BUSY = "busy"
    """Too many requests, and still so after waiting."""
    DENIED = "denied"
    """Our key or signature was not accepted."""
    MALFORMED = "malformed"
    """The answer does not have the form of the contract."""
    RESTING = "resting"
    """The circuit breaker is open: not asked, because it failed again and again just before."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No usable answer; nothing may be concluded from it."""

    why: Why


class Check(StrEnum):
    PASS = "pass"  # noqa: S105 (a result, no password)
    FAIL = "fail"
    UNKNOWN = "unknown"


class OrderStatus(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ShipmentState(StrEnum):
    PREPARING = "preparing"
    IN_TRANSIT = "in_transit"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURNED = "returned"
    LOST = "lost"


class TrackCode(StrEnum):
    COLLECTED = "collected"
    ARRIVED = "arrived"
    DEPARTED = "departed"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    REFUSED = "refused"
    RETURNED = "returned"


class LogCode(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    CHANGED = "changed"
    SHIPPED = "shipped"
    RECEIVED = "received"
    COMPLETED = "completed"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    REFUNDED = "refunded"


class PayWay(StrEnum):
    """By what an order was paid; what is refunded goes back the same way (L-09)."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    BALANCE = "balance"
    POINTS = "points"
    VOUCHER = "voucher"
    GIFT_CARD = "gift_card"


class LineKind(StrEnum):
    """What the law and the category rules tell apart when something is to go back."""

    CUSTOM = "custom"
    PERISHABLE = "perishable"
    DIGITAL = "digital"
    NEWSPAPER = "newspaper"
    FOOD = "food"
    COSMETICS = "cosmetics"
    MEDICAL = "medical"
    ELECTRONICS = "electronics"
    TEXTILE = "textile"
    DURABLE = "durable"
    ORDINARY = "ordinary"


class Exclusion(StrEnum):
    """The class of exclusion from the return without reason that the buyer confirmed for this
    purchase in a step of the checkout (L-05)."""

    NONE = ""
    OPENED = "opened_affects_safety"
    ACTIVATED = "activated_loses_value"
    MARKED = "near_expiry_or_flawed"


@dataclass(frozen=True, slots=True)
class Payment:
    """A part of what was paid; ``reference`` is the payment side's own number of it."""

    way: PayWay
    amount_fen: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Promotion:
    """So much off from so much on (满减), as it stood when the order was placed."""

    code: str
    threshold_fen: int
    off_fen: int


@dataclass(frozen=True, slots=True)
class Merchant:
    """``ref`` is the marketplace's own number of the shop."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """``phone_digest`` is a keyed digest (``accounts``); the number itself is never kept here."""

    ref: str
    phone_digest: bytes | None = None
    registered: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    ref: str
    title: str
    category: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """``paid_fen``: what was really paid for the whole line, after every reduction.

    ``preticked``: the box of ``confirmed`` was ticked beforehand, so that it confirms nothing.
    ``gift_of`` is the number of the line to which this one was given, ``gift_price_fen`` the price
    marked on the gift beforehand; ``warranty_months`` 0 where no warranty is known. ``batch`` is the
    maker's batch or lot.
    """

    number: int
    product: Product
    sku: str
    unit_price_fen: int
    quantity: int
    paid_fen: int
    promises: tuple[str, ...] = ()
    kind: LineKind = LineKind.ORDINARY
    confirmed: Exclusion = Exclusion.NONE
    preticked: bool = False
    gift_of: int | None = None
    gift_price_fen: int = 0
    warranty_months: int = 0
    batch: str = ""


@dataclass(frozen=True, slots=True)
class TrackPoint:
    at: datetime
    code: TrackCode
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """``lines`` are numbers of order lines; empty means all of them. ``warehouse`` sent it."""

    carrier: str
    tracking_number: str
    state: ShipmentState
    lines: tuple[int, ...] = ()
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    warehouse: str = ""
    track: tuple[TrackPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that happened to an order; ``by`` is buyer, merchant, platform or carrier."""

    at: datetime
    code: LogCode
    by: str


@dataclass(frozen=True, slots=True)
class Order:
    """``payments`` are empty where the marketplace does not tell them; else they add up to the lines and
    the freight. ``free_freight_from_fen``: from which sum on the freight is free, None where never.
    ``region``: where it goes, province and city at most; of the recipient there are keyed digests alone."""

    number: str
    merchant: Merchant
    buyer: Buyer
    status: OrderStatus
    ordered_at: datetime
    lines: tuple[OrderLine, ...]
    currency: str = "CNY"
    freight_fen: int = 0
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    shipments: tuple[Shipment, ...] = ()
    log: tuple[LogEntry, ...] = ()
    payments: tuple[Payment, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    free_freight_from_fen: int | None = None
    region: str = ""
    recipient_name: bytes | None = None
    recipient_phone: bytes | None = None


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who says to be a party: by the marketplace's own reference, by phone digest, or both."""

    buyer_ref: str = ""
    phone_digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class RefundLine:
    number: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What of a refund goes back in which way: a way of payment, or ``original`` where none is known.

    ``reference`` is the payment side's number of the payment that goes back, empty for another way.
    """

    way: str
    amount_fen: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """One payment to a buyer. ``key`` is the idempotency key: the same key is never paid twice.

    ``kind`` is a kind of ``money`` (price, freight, punitive, damages, goodwill, payout); ``lines``
    may be empty where the sum belongs to no line. ``parts`` add up to the amount (L-09).
    """

    key: str
    order_number: str
    amount_fen: int
    kind: str
    reason_code: str
    currency: str = "CNY"
    lines: tuple[RefundLine, ...] = ()
    parts: tuple[RefundPart, ...] = ()


class RefundState(StrEnum):
    """What the marketplace says of a refund."""

    PENDING = "pending"
    """Taken, not yet initiated."""
    INITIATED = "initiated"
    CREDITED = "credited"
    FAILED = "failed"
    ABSENT = "absent"
    """The marketplace has never seen this key."""


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """``reference`` is the payment side's own number; ``code`` says why a refund failed."""

    key: str
    state: RefundState
    amount_fen: int = 0
    reference: str = ""
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PauseAnswer:
    product_ref: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the marketplace answers now, for health pages."""

    ok: bool
    why: Why | None = None


class Marketplace(Protocol):
    """Every call returns within its budget of time and raises nothing for an outage."""

    name: str

    def find_order(self, number: str) -> Order | Unknown | None: ...

    def orders_of(self, buyer_ref: str, *, limit: int = 50) -> tuple[Order, ...] | Unknown: ...

    def order_log(self, number: str) -> tuple[LogEntry, ...] | Unknown | None: ...

    def track(self, carrier: str, tracking_number: str) -> Shipment | Unknown | None: ...

    def is_party(self, number: str, claimant: Claimant) -> Check: ...

    def is_registered(self, buyer_ref: str) -> Check: ...

    def request_refund(self, request: RefundRequest) -> RefundAnswer | Unknown: ...

    def refund_status(self, key: str) -> RefundAnswer | Unknown: ...

    def instruct(self, instruction: Instruction) -> InstructionAnswer | Unknown: ...

    def instruction_status(self, key: str) -> InstructionAnswer | Unknown: ...

    def grant(self, grants: Sequence[Grant]) -> tuple[GrantAnswer, ...] | Unknown:
        """Give all of these; the same keys again give nothing more and tell what became of each."""
        ...

    def pause_product(self, key: str, product_ref: str, reason_code: str) -> PauseAnswer | Unknown | None: ...

    def health(self) -> Health: ...
