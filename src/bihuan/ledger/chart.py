"""The accounts there are, and who bears what a refund costs. No Django, amounts in fen.

A debit is positive, a credit negative. What a merchant or carrier owes stands in debit; what is owed to
consumers, the deposits that are held and what left over the payment side stand in credit.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Account(StrEnum):
    CONSUMER = "consumer"
    """Owed to consumers: sent to the payment side and not confirmed by it yet."""
    TRANSIT = "transit"
    """Confirmed by the payment side and not credited to the consumer yet."""
    CLEARING = "clearing"
    """The payment side: what really left and what really came."""
    POINTS = "points"
    """Points given back in kind."""
    VOUCHER = "voucher"
    """Vouchers given back in kind."""
    MERCHANT = "merchant"
    """What a merchant owes: refunds and compensations paid for it, advances."""
    DEPOSIT = "deposit"
    """A merchant's deposit that the platform holds."""
    CARRIER = "carrier"
    """What a carrier owes for loss and damage."""
    EXPENSE = "expense"
    """What the platform bears itself."""
    WRITE_OFF = "write_off"
    """Claims given up."""


OWNED: Final = (Account.MERCHANT, Account.DEPOSIT, Account.CARRIER)
"""One account for each merchant or carrier; one for all orders whose merchant is not known here."""
CLAIMS: Final = (Account.MERCHANT, Account.CARRIER)
"""What can be received, drawn from a deposit, moved and written off."""
BEARERS: Final = (Account.MERCHANT, Account.CARRIER, Account.EXPENSE)


class What(StrEnum):
    """What a posting records."""

    REFUND = "refund"
    COMPENSATION = "compensation"
    ADVANCE = "advance"
    INITIATED = "initiated"
    CREDITED = "credited"
    FAILED = "failed"
    DEPOSIT_IN = "deposit_in"
    DEPOSIT_OUT = "deposit_out"
    DEPOSIT_DRAWN = "deposit_drawn"
    RECEIVED = "received"
    MOVED = "moved"
    WRITTEN_OFF = "written_off"
    REVERSED = "reversed"


BY_HAND: Final = (
    What.DEPOSIT_IN,
    What.DEPOSIT_OUT,
    What.DEPOSIT_DRAWN,
    What.RECEIVED,
    What.MOVED,
    What.WRITTEN_OFF,
)
"""Can be reversed by a person; what follows from a refund is only undone by what happens to the refund."""

_WHAT: Final[Mapping[str, What]] = {
    "price": What.REFUND,
    "freight": What.REFUND,
    "punitive": What.COMPENSATION,
    "damages": What.COMPENSATION,
    "goodwill": What.COMPENSATION,
    "payout": What.ADVANCE,
}
_LAW: Final = "remedy."
_HOUSE: Final = "remedy.R11"
"""The soft compensation of the house has no ground in law."""


def what_of(kind: str) -> What:
    """What a payment of this kind is in the books."""
    return _WHAT[kind]


def bearer_of(kind: str, rule: str) -> Account:
    """Who bears it at first: the merchant, save what the platform gives of its own (no rule of a remedy).

    Where liability is decided otherwise, a person moves it (``actions.move``).
    """
    owed = rule.startswith(_LAW) and rule != _HOUSE
    return Account.EXPENSE if kind == "goodwill" and not owed else Account.MERCHANT


def side_of(way: str) -> Account:
    """Where the payment side's part of a way is booked when it arrived."""
    return {"points": Account.POINTS, "voucher": Account.VOUCHER}.get(way, Account.CLEARING)
