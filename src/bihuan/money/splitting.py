"""How a sum goes back over the ways in which an order was paid (law-cn L-09): pure arithmetic in fen.

Each way gets its share of what it still has to give back, to the fen (largest remainder; the earlier
way first where remainders are equal). What is left of a way is never exceeded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ORIGINAL: Final = "original"
"""The way in which it was paid, where the marketplace does not say which; it knows."""
IN_KIND: Final = frozenset({"points", "voucher"})
"""Given back as what they were, never in money."""
WAYS: Final = ("wechat", "alipay", "card", "balance", "points", "voucher", "gift_card", ORIGINAL)


@dataclass(frozen=True, slots=True)
class Left:
    """A way of payment of an order and what of it did not go back yet."""

    id: int
    way: str
    reference: str
    left_fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back: by which way, out of which one. ``balance_id`` is None for the original way."""

    way: str
    from_way: str
    amount_fen: int
    reference: str = ""
    balance_id: int | None = None


def split(amount: int, left: Sequence[int]) -> list[int]:
    """The shares of an amount, each at most what is left; their sum is the smaller of amount and rest."""
    whole = sum(left)
    if amount >= whole:
        return list(left)
    shares = [amount * one // whole for one in left]
    by_remainder = sorted(range(len(left)), key=lambda i: (-(amount * left[i] % whole), i))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return shares


def parts_of(amount: int, ways: Sequence[Left], *, to_way: str = "") -> list[Part]:
    """The parts of a refund. What no known way covers goes the original way.

    ``to_way``: the consumer expressly agreed to this way instead; points and vouchers stay what they are.
    """
    shares = split(amount, [one.left_fen for one in ways])
    found = [_part(one, share, to_way) for one, share in zip(ways, shares, strict=True) if share]
    rest = amount - sum(shares)
    return [*found, *([Part(to_way or ORIGINAL, ORIGINAL, rest)] if rest else [])]


def _part(one: Left, share: int, to_way: str) -> Part:
    way = one.way if one.way in IN_KIND or not to_way else to_way
    return Part(way, one.way, share, one.reference if way == one.way else "", one.id)
