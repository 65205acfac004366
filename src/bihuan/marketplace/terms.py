"""How an order was paid and on which terms each line was sold: what after-sales counts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.marketplace import values as v
from bihuan.marketplace.port import Exclusion, LineKind, OrderLine, Payment, PayWay, Promotion


@dataclass(frozen=True, slots=True)
class Terms:
    """The fields of an order line beside product and price."""

    kind: LineKind
    confirmed: Exclusion
    preticked: bool
    gift_of: int | None
    gift_price_fen: int
    warranty_months: int


def terms_from(row: Mapping[str, Any]) -> Terms:
    """Raises Invalid; what is left out is ordinary, unconfirmed, no gift and without warranty."""
    gift_of = v.integer(row, "gift_of", least=0, most=10_000, default=0) or None
    return Terms(
        kind=v.choice(row, "kind", LineKind, default=LineKind.ORDINARY),
        confirmed=v.choice(row, "confirmed", Exclusion, default=Exclusion.NONE),
        preticked=v.flag(row, "preticked"),
        gift_of=gift_of,
        gift_price_fen=v.fen(row, "gift_price", default=0),
        warranty_months=v.integer(row, "warranty_months", least=0, most=600, default=0),
    )


def check_gifts(lines: Sequence[OrderLine]) -> None:
    """A gift belongs to another line of the same order."""
    numbers = {line.number for line in lines}
    for line in lines:
        if line.gift_of is not None and (line.gift_of == line.number or line.gift_of not in numbers):
            raise v.wrong("gift_of", "{field} must be the number of another line of the order.")


def payments_from(order: Mapping[str, Any], due_fen: int) -> tuple[Payment, ...]:
    """Raises Invalid where they do not add up: a refund is split after them."""
    rows = [v.mapping(row, "payments") for row in v.listed(order, "payments", most=20)]
    found = tuple(
        Payment(
            way=v.choice(row, "way", PayWay),
            amount_fen=v.fen(row, "amount"),
            reference=v.reference(row, "reference") if row.get("reference") else "",
        )
        for row in rows
    )
    paid = sum(payment.amount_fen for payment in found)
    if found and paid != due_fen:
        message = "The payments add up to {paid} fen, the lines and the freight to {due} fen."
        raise v.wrong("payments", message, paid=paid, due=due_fen)
    return found


def promotions_from(order: Mapping[str, Any]) -> tuple[Promotion, ...]:
    rows = [v.mapping(row, "promotions") for row in v.listed(order, "promotions", most=20)]
    found = tuple(
        Promotion(
            code=v.code(row.get("code"), "code"),
            threshold_fen=v.fen(row, "threshold"),
            off_fen=v.fen(row, "off"),
        )
        for row in rows
    )
    for one in found:
        if one.off_fen > one.threshold_fen:
            raise v.wrong("off", "A promotion takes off more than the sum that it asks for.")
    return found


def free_freight_from(order: Mapping[str, Any]) -> int | None:
    """None where the freight is never free."""
    names = ("free_freight_from_fen", "free_freight_from")
    given = any(order.get(name) not in (None, "") for name in names)
    return v.fen(order, "free_freight_from") if given else None
