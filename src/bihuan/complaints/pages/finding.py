"""Who is on the line: people and orders found by a number that is said, so that nothing is typed twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bihuan.accounts import actions as accounts_actions
from bihuan.accounts import queries as accounts
from bihuan.accounts.queries import PersonalField
from bihuan.cases import queries as cases
from bihuan.cases.labels import language
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, NotAllowed, NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace

_FOUR: Final = re.compile(r"\d{4}")
_PHONE: Final = re.compile(r"\+?[\d\s()-]{7,20}")
_ORDERS: Final = 4
_CASES: Final = 3
_PEOPLE: Final = 8


@dataclass(frozen=True, slots=True)
class Known:
    """A consumer as the desk may see them: masked, with the latest orders and the open complaints."""

    id: UUID
    label: str
    name: str
    phone: str
    orders: Sequence[Any]
    open_cases: Sequence[Case]


@dataclass(frozen=True, slots=True)
class Found:
    """What a number led to. ``phone``: a whole number that nobody has yet; ``order``: the order it names."""

    people: Sequence[Known]
    order: Any | None = None
    phone: str = ""
    more: bool = False

    @property
    def pick(self) -> str:
        """What can be ticked without asking: the one person there is, with the order that was named."""
        if len(self.people) != 1:
            return ""
        return f"{self.people[0].id}/{self.order.number if self.order else ''}"


def look_up(actor: Actor, text: str, *, at: datetime) -> Found:
    """By the last four digits of a phone, by a whole number, or by an order number; looking up is recorded.

    Raises NotAllowed; a number that leads nowhere gives nobody.
    """
    asked = text.strip()
    if _FOUR.fullmatch(asked):
        ids = accounts_actions.find_by_last_four(digits=asked, actor=actor, at=at)
        return Found(people(actor, ids[:_PEOPLE]), more=len(ids) > _PEOPLE)
    order = _order(actor, asked)
    if order is not None:
        buyer = _buyer(order)
        return Found(people(actor, [buyer] if buyer else []), order=order)
    if not _PHONE.fullmatch(asked):
        return Found(())
    try:
        ids = accounts_actions.find_by_phone(phone=asked, actor=actor, at=at)
    except Invalid:
        return Found(())
    return Found(people(actor, ids[:_PEOPLE]), phone="" if ids else asked, more=len(ids) > _PEOPLE)


def people(actor: Actor, ids: Sequence[UUID]) -> list[Known]:
    """Consumers by their ids, in that order."""
    names = accounts.labels(ids, "en" if language() == "en" else "zh-hans")
    masks = accounts.masked_many(ids, [PersonalField.NAME, PersonalField.PHONE])
    return [
        Known(
            id=person,
            label=names[person],
            name=masks.get(person, {}).get(PersonalField.NAME, ""),
            phone=masks.get(person, {}).get(PersonalField.PHONE, ""),
            orders=_orders(actor, person),
            open_cases=list(_open(actor, person)),
        )
        for person in ids
        if person in names
    ]


def _open(actor: Actor, person: UUID) -> Any:
    found = cases.visible(actor).filter(consumer_id=person, is_open=True)
    return found.order_by("-received_at", "id")[:_CASES]


def _orders(actor: Actor, person: UUID) -> Sequence[Any]:
    try:
        return marketplace.orders_of(actor=actor, person_id=person, limit=_ORDERS)
    except NotAllowed:
        return ()


def _order(actor: Actor, number: str) -> Any | None:
    try:
        return marketplace.get_for(actor, number) if number else None
    except (NotFound, NotAllowed):
        return None


def _buyer(order: Any) -> UUID | None:
    """The person behind the buyer, where the marketplace told us."""
    return marketplace.payable(order.number).buyer_person_id
