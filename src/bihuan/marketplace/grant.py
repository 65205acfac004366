"""What Bihuan can have given to the buyer of an order by the marketplace, on top of what was bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MOST: Final = 200
"""Grants of one call."""


class GrantKind(StrEnum):
    VOUCHER = "voucher"
    """Worth ``amount_fen``, valid for ``days``."""
    VALIDITY = "validity"
    """The order stays valid ``days`` longer."""


class GrantState(StrEnum):
    """What the marketplace says of a grant; granted and refused are final."""

    PENDING = "pending"
    """Taken; the buyer does not have it yet."""
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Grant:
    """``key`` is the idempotency key: under the same key nothing is given twice. Amounts in fen; a
    validity has none."""

    key: str
    kind: GrantKind
    order_number: str
    days: int
    reason_code: str
    amount_fen: int = 0
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """``code`` says why it was refused, ``reference`` is the marketplace's own number of it."""

    key: str
    state: GrantState
    code: str = ""
    reference: str = ""
    at: datetime | None = None
