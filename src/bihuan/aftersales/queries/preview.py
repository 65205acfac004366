"""What an application would need and what the rules would say, before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.accounts.permissions import Resource, allows
from bihuan.aftersales import amounts, eligibility, materials, promising, rules
from bihuan.aftersales.models import Application, Line
from bihuan.aftersales.permissions import P
from bihuan.aftersales.queries.paid import promised_before
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace
from bihuan.money import queries as money


@dataclass(frozen=True, slots=True)
class Preview:
    """``materials`` needed; ``outcome`` eligible, not_eligible or person, with every step; ``refund`` the
    parts that would go back (none where goods are exchanged or repaired)."""

    materials: tuple[str, ...]
    outcome: str
    steps: tuple[dict[str, Any], ...]
    missing: tuple[str, ...]
    freight_by: str
    alternatives: tuple[dict[str, str], ...]
    refund: tuple[amounts.Owed, ...]
    refund_fen: int


def preview(
    actor: Actor,
    *,
    order_number: str,
    kind: str,
    ground: str,
    pieces: Mapping[int, int],
    facts: Mapping[str, Any],
    at: datetime,
) -> Preview:
    """Nothing is written. Raises NotFound for an order that is none of the actor's, Invalid for codes."""
    rules.known("kind", kind, rules.KINDS)
    rules.known("ground", ground, rules.GROUNDS)
    sold = marketplace.aftersales_facts(order_number)
    owner = Resource(person_ids=frozenset({sold.buyer_person_id} if sold.buyer_person_id else ()))
    if not allows(actor, P.SUBMIT, owner):
        raise NotFound(kind="order", id=order_number)
    lines = _lines(sold, pieces)
    application = Application(ground=ground, facts=dict(facts))
    found = eligibility.judged(kind=kind, application=application, lines=lines, sold=sold, asked=at)
    row = eligibility.row(found, application, at, 1)
    owed = _owed(sold, kind, pieces, found, application) if kind in rules.MONEY else []
    return Preview(
        materials=tuple(
            materials.needed(kind=kind, ground=ground, goods=[line.kind for line in lines], at=at)
        ),
        outcome=row.outcome,
        steps=tuple(row.steps),
        missing=tuple(row.missing),
        freight_by=row.freight_by,
        alternatives=tuple(row.alternatives),
        refund=tuple(owed),
        refund_fen=amounts.total(owed),
    )


def _lines(sold: marketplace.AfterSales, pieces: Mapping[int, int]) -> list[Line]:
    known = {line.sold.number: line.sold for line in sold.lines}
    if not pieces or not set(pieces) <= set(known):
        raise NotFound(kind="order line", id=", ".join(map(str, pieces)) or "-")
    return [
        Line(
            number=n,
            quantity=q,
            ordered=known[n].quantity,
            paid_fen=known[n].paid_fen,
            kind=str(known[n].kind),
        )
        for n, q in pieces.items()
    ]


def _owed(
    sold: marketplace.AfterSales,
    kind: str,
    pieces: Mapping[int, int],
    found: eligibility.Judged,
    application: Application,
) -> list[amounts.Owed]:
    promise, facts = promising.promised(found, sold, pieces), application.facts
    wanted = amounts.Wanted(
        kind=kind,
        ground=application.ground,
        pieces=pieces,
        left={n: b.remaining_fen for n, b in money.balances(sold.order.number).items()},
        freight_by=found.freight_by,
        amount=facts.get("amount_fen"),
        price_now=facts.get("price_now_fen"),
        promised=promise,
        promised_before=promised_before(sold.order.number, promise),
        promise_alone=promise is not None and found.on_promise_of("late"),
    )
    return amounts.owed(sold, wanted)
