"""Looking orders up at the desk; by telephone it is written into the journal who looked."""

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


def find_orders(*, actor: Actor, at: datetime, text: str, limit: int = MOST) -> list[Order]:
    """Orders by their number, the buyer's reference, a telephone number or its last four digits.

    A look-up by telephone is written into the journal. Raises Invalid for nothing to look for.
    """
    require(actor, P.FIND)
    wanted = text.strip()
    if not wanted:
        raise Invalid("Say what to look for.", field="find", remedy="Give an order number or a telephone.")
    known = marketplace.order_behind(wanted)
    if known is not None:
        return [known]
    by_ref = marketplace.orders_of_people([], buyer_ref=wanted, limit=limit)
    return by_ref or _by_telephone(actor, wanted, at, limit)


def _by_telephone(actor: Actor, text: str, at: datetime, limit: int) -> list[Order]:
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) == 4 and digits == text:
        people = accounts.find_by_last_four(digits=digits, actor=actor, at=at)
        return marketplace.orders_of_people(people, limit=limit)
    if len(digits) < 7:
        return []
    people = accounts.find_by_phone(phone=text, actor=actor, at=at)
    return marketplace.orders_of_people(people, phone=text, limit=limit)
