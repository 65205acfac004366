"""What a payment is for."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    PRICE = "price"
    """The price, or a part of it, back."""
    FREIGHT = "freight"
    PUNITIVE = "punitive"
    DAMAGES = "damages"
    GOODWILL = "goodwill"
    PAYOUT = "payout"
    """Advance payment by the platform, with recourse to whoever is liable."""


class DifferenceKind(StrEnum):
    UNKNOWN_KEY = "unknown_key"
    AMOUNT = "amount"
    PART = "part"
    """Another amount by one way of payment, or a way by which nothing of it goes back."""
    NOT_SENT = "not_sent"
    PAID_AFTER_END = "paid_after_end"
    ABSENT = "absent"
    FAILED_AFTER_CREDIT = "failed_after_credit"
    MISSING = "missing"
