"""The three questions that acceptance asks of the marketplace, answered by one statement.

Is the complainant a registered user, or a party to the transaction; does the order exist; do the
lines. Each answer has a code that says what it rests on, and ``unknown`` never counts as ``fail``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from bihuan.marketplace.config import STORE
from bihuan.marketplace.port import Buyer, Check, Claimant
from bihuan.marketplace.store import party

SQL: Final = """
SELECT o.id AS order_id, o.taken_at, o.shop_id, s.organisation_id, o.currency, o.status AS order_status,
       b.ref, b.phone_digest, b.person_id, k.result AS looked_up, k.answered_at,
       d.by_ref, d.by_phone, d.by_claimed_phone, c.registered, c.known, l.lines
FROM (SELECT 1) AS one
LEFT JOIN marketplace_order o ON o.number = %(number)s
LEFT JOIN marketplace_merchantshop s ON s.id = o.shop_id
LEFT JOIN marketplace_buyer b ON b.id = o.buyer_id
LEFT JOIN marketplace_lookup k ON k.number = %(number)s
LEFT JOIN LATERAL (
    SELECT bool_or(field = 'external_ref' AND digest = b.ref_digest) AS by_ref,
        bool_or(field = 'phone' AND proven AND digest = b.phone_digest) AS by_phone,
        bool_or(field = 'phone' AND digest = b.phone_digest) AS by_claimed_phone
    FROM accounts_blindindex WHERE person_id = %(person)s AND part = 'whole'
) d ON true
LEFT JOIN LATERAL (
    SELECT bool_or(registered) AS registered, count(*) AS known FROM marketplace_buyer
    WHERE ref = %(ref)s OR phone_digest = %(digest)s OR person_id = %(person)s
        OR ref_digest = ANY (ARRAY(SELECT digest FROM accounts_blindindex
            WHERE person_id = %(person)s AND field = 'external_ref' AND part = 'whole'))
        OR phone_digest = ANY (ARRAY(SELECT digest FROM accounts_blindindex
            WHERE person_id = %(person)s AND field = 'phone' AND part = 'whole' AND proven))
) c ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', id, 'number', number, 'product', product_id, 'category', category,
        'paid_fen', paid_fen, 'unit_price_fen', unit_price_fen, 'quantity', quantity, 'promises', promises)
        ORDER BY number) AS lines
    FROM marketplace_orderline WHERE order_id = o.id
) l ON true
"""
"""Parameters as ``parameters()`` makes them; one row always. It reads the look-up digests of
``accounts`` in place, so that intake needs no second round trip to learn how the person is called."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``basis`` is a code: what the result rests on."""

    result: Check
    basis: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    id: UUID
    number: int
    product_id: UUID
    category: str
    paid_fen: int
    unit_price_fen: int
    quantity: int
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """``standing`` is the condition of PCN-3.1.2: registered or party, whichever holds."""

    registered: Checked
    party: Checked
    order: Checked
    lines: Checked
    order_id: UUID | None = None
    shop_id: UUID | None = None
    organisation_id: UUID | None = None
    currency: str | None = None
    order_status: str | None = None
    as_of: datetime | None = None
    named_lines: tuple[LineFacts, ...] = ()
    categories: tuple[str, ...] = ()
    """Kinds of product of the lines named, or of the whole order where none is."""

    @property
    def standing(self) -> Checked:
        """Pass when either passes, fail when both fail, else unknown."""
        for wanted in (Check.PASS, Check.UNKNOWN):
            for found in (self.party, self.registered):
                if found.result is wanted:
                    return found
        return self.party


def parameters(*, order_number: str, claimant: Claimant, person_id: UUID | None) -> dict[str, Any]:
    """Empty references become NULL, so that they match nothing."""
    return {
        "number": order_number or None,
        "ref": claimant.buyer_ref or None,
        "digest": claimant.phone_digest,
        "person": person_id,
    }


def facts(
    *, order_number: str, lines: Sequence[str], claimant: Claimant, person_id: UUID | None, adapter: str
) -> Facts:
    with connection.cursor() as cursor:
        cursor.execute(SQL, parameters(order_number=order_number, claimant=claimant, person_id=person_id))
        names = [column.name for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    return judged(
        row, order_number=order_number, lines=lines, claimant=claimant, person_id=person_id, adapter=adapter
    )


def judged(
    row: Mapping[str, Any],
    *,
    order_number: str,
    lines: Sequence[str],
    claimant: Claimant,
    person_id: UUID | None,
    adapter: str,
) -> Facts:
    """The facts from the row that ``SQL`` gives; for callers that send the statement themselves."""
    order = _order(row, order_number, adapter)
    every = tuple(_line(item) for item in row["lines"] or ())
    named = tuple(item for item in every if str(item.number) in {text.strip() for text in lines})
    return Facts(
        registered=_registered(row, claimant, person_id, adapter),
        party=_party(row, order, claimant, person_id),
        order=order,
        lines=_lines(order, lines, named),
        order_id=row["order_id"],
        shop_id=row["shop_id"],
        organisation_id=row["organisation_id"],
        currency=row["currency"],
        order_status=row["order_status"],
        as_of=row["answered_at"] or row["taken_at"],
        named_lines=named,
        categories=tuple(sorted({item.category for item in named or every})),
    )


def _order(row: Mapping[str, Any], number: str, adapter: str) -> Checked:
    if not number:
        return Checked(Check.FAIL, "order.not_given")
    if row["order_id"] is not None:
        return Checked(Check.PASS, "order.found")
    if adapter == STORE or row["looked_up"] == "absent":
        return Checked(Check.FAIL, "order.absent")
    return Checked(Check.UNKNOWN, "order.unreachable" if row["looked_up"] else "order.not_asked")


def _party(row: Mapping[str, Any], order: Checked, claimant: Claimant, person_id: UUID | None) -> Checked:
    if order.result is not Check.PASS:
        return order
    if known := _known_person(row, person_id):
        return Checked(Check.PASS, known)
    if not claimant.buyer_ref and claimant.phone_digest is None:
        return Checked(Check.FAIL, "party.not_given" if person_id is None else "party.other")
    digest = bytes(row["phone_digest"]) if row["phone_digest"] is not None else None
    found = party(Buyer(ref=row["ref"], phone_digest=digest), claimant)
    if found is Check.PASS:
        return Checked(found, "party.buyer_ref" if claimant.buyer_ref == row["ref"] else "party.phone")
    return Checked(found, "party.other" if found is Check.FAIL else "party.no_phone")


def _known_person(row: Mapping[str, Any], person_id: UUID | None) -> str:
    """What ties the person who signed in to the order; empty where nothing does."""
    if person_id is None:
        return ""
    if row["person_id"] == person_id:
        return "party.person"
    ties = {"by_ref": "party.buyer_ref", "by_phone": "party.phone", "by_claimed_phone": "party.phone_claimed"}
    return next((basis for name, basis in ties.items() if row[name]), "")


def _registered(row: Mapping[str, Any], claimant: Claimant, person_id: UUID | None, adapter: str) -> Checked:
    if row["registered"]:
        return Checked(Check.PASS, "buyer.registered")
    if not claimant.buyer_ref and claimant.phone_digest is None and person_id is None:
        return Checked(Check.FAIL, "buyer.not_given")
    if row["registered"] is False:
        return Checked(Check.FAIL, "buyer.unregistered")
    if adapter == STORE and not row["known"]:
        return Checked(Check.FAIL, "buyer.unknown_here")
    return Checked(Check.UNKNOWN, "buyer.not_asked")


def _lines(order: Checked, asked: Sequence[str], named: Sequence[LineFacts]) -> Checked:
    wanted = {text.strip() for text in asked if text.strip()}
    if order.result is not Check.PASS:
        return order
    if not wanted:
        return Checked(Check.FAIL, "line.not_given")
    return (
        Checked(Check.PASS, "line.found") if len(named) == len(wanted) else Checked(Check.FAIL, "line.absent")
    )


def _line(item: Mapping[str, Any]) -> LineFacts:
    return LineFacts(
        id=UUID(item["id"]),
        number=item["number"],
        product_id=UUID(item["product"]),
        category=item["category"],
        paid_fen=item["paid_fen"],
        unit_price_fen=item["unit_price_fen"],
        quantity=item["quantity"],
        promises=tuple(item["promises"]),
    )
