"""Looking orders up at the desk; by telephone or name it is written into the journal who looked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bihuan.accounts import actions as accounts
from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import Order
from bihuan.orders.permissions import P

MOST: Final = 50
SHORTEST: Final = 2
"""Characters of a name."""


def find_orders(*, actor: Actor, at: datetime, text: str, limit: int = MOST) -> list[Order]:
    """Orders by their number, the buyer's reference, a telephone number of buyer or recipient, the last four
    digits of a buyer's, or the recipient's whole name.

    A look-up by telephone or name is written into the journal. Raises Invalid for nothing to look for.
    """
    require(actor, P.FIND)
    wanted = text.strip()
    if not wanted:
        raise Invalid("Say what to look for.", field="find", remedy="Give an order number or a telephone.")
    known = marketplace.order_behind(wanted)
    if known is not None:
        return [known]
    by_ref = marketplace.orders_of_people([], buyer_ref=wanted, limit=limit)
    if by_ref:
        return by_ref
    if len(wanted) >= SHORTEST and not any(char.isdigit() for char in wanted):
        return _by_name(actor, wanted, at, limit)
    return _by_telephone(actor, wanted, at, limit)


def _by_telephone(actor: Actor, text: str, at: datetime, limit: int) -> list[Order]:
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) == 4 and digits == text:
        people = accounts.find_by_last_four(digits=digits, actor=actor, at=at)
        return marketplace.orders_of_people(people, limit=limit)
    if len(digits) < 7:
        return []
    people = accounts.find_by_phone(phone=text, actor=actor, at=at)
    bought = marketplace.orders_of_people(people, phone=text, limit=limit)
    found = {order.number: order for order in (*bought, *marketplace.orders_to(phone=text, limit=limit))}
    return sorted(found.values(), key=lambda order: order.ordered_at, reverse=True)[:limit]


def _by_name(actor: Actor, name: str, at: datetime, limit: int) -> list[Order]:
    found = marketplace.orders_to(name=name, limit=limit)
    accounts.note_search(by="recipient", count=len(found), actor=actor, at=at)
    return found
