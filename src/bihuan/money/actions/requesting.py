"""Asking for a payment to a consumer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.accounts.permissions import Resource, Role, require
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.pipeline import pipelined
from bihuan.marketplace import queries as marketplace
from bihuan.money import events
from bihuan.money.actions.balances import Line, locked, spread
from bihuan.money.actions.common import GRACE, enqueue, made
from bihuan.money.kinds import Kind
from bihuan.money.limits import UNLIMITED, limit_of
from bihuan.money.models import Refund
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.splitting import IN_KIND, ORIGINAL, WAYS, Part, parts_of
from bihuan.money.workflow import State

_KEY: Final = re.compile(r"[A-Za-z0-9._:\-]{8,80}\Z")
_CODE: Final = re.compile(r"[A-Za-z0-9_.\-]{1,40}\Z")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for; two wishes under one key must be equal."""

    key: str
    order_number: str
    kind: Kind
    amount_fen: int
    currency: str
    beyond_price: bool
    rule: str
    reason_code: str
    case_id: UUID | None
    basis_id: UUID | None
    to_way: str
    consent_id: UUID | None


def request_refund(
    *,
    actor: Actor,
    at: datetime,
    key: str,
    order_number: str,
    kind: str,
    amount_fen: int,
    reason_code: str = "settlement",
    lines: Mapping[int, int] | None = None,
    beyond_price: bool = False,
    rule: str = "",
    case_id: UUID | None = None,
    basis_id: UUID | None = None,
    approved_by: UUID | None = None,
    currency: str = "CNY",
    to_way: str = "",
    consent_id: UUID | None = None,
) -> Refund:
    """Ask for one payment, in fen; the same key again gives the same refund.

    ``lines`` (line number → fen) says for what; without it the sum is spread over the order's lines
    as far as each reaches. Freight goes back from line 0, what was paid for freight.

    It is sent by a job, unless it lies above the actor's limit: then a second person approves
    first. ``approved_by`` names a person who approved this sum in the flow already (four eyes kept
    there); the program itself pays only what such a person or a decision (``basis_id``) stands
    behind. Refused: above what was paid for the line, unless ``beyond_price`` with its ``rule``.

    It goes back as it was paid, over several ways in proportion, points and vouchers in kind (law-cn
    L-09). ``to_way`` sends the money another way, with the record of the consumer's express consent.
    """
    wish = _Wish(
        key=key,
        order_number=order_number,
        kind=_kind(kind),
        amount_fen=amount_fen,
        currency=currency,
        beyond_price=beyond_price,
        rule=rule,
        reason_code=reason_code,
        case_id=case_id,
        basis_id=basis_id,
        to_way=to_way,
        consent_id=consent_id,
    )
    return _asked(wish, lines or {}, approved_by, actor, at)


def _asked(
    wish: _Wish, lines: Mapping[int, int], approved_by: UUID | None, actor: Actor, at: datetime
) -> Refund:
    _check(wish)
    order = marketplace.payable(wish.order_number)
    permission = May.PAYOUT if wish.kind is Kind.PAYOUT else May.REQUEST
    owners = frozenset({order.organisation_id} if order.organisation_id else ())
    require(actor, permission, Resource(organisation_ids=owners))
    limit = _limit(actor, at, wish.basis_id, approved_by)
    if order.currency != wish.currency:
        raise Invalid("The order was paid in {currency}.", field="currency", currency=order.currency)
    with transaction.atomic(), pipelined():
        row = _made(wish, order, actor, approved_by, at, held=wish.amount_fen > limit)
        if not _insert(row):
            return _equal(Refund.objects.get(key=wish.key), wish, lines)
        _cut(row, order, wish, lines)
        _announce(row, actor, at, limit)
    return row


def _kind(value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise Invalid("{kind} is not a kind of payment.", field="kind", kind=value) from None


def _check(wish: _Wish) -> None:
    if not _KEY.match(wish.key):
        raise Invalid("The key must have 8 to 80 letters, digits or . _ : -", field="key")
    if isinstance(wish.amount_fen, bool) or not 0 < wish.amount_fen <= 10**12:
        raise Invalid("The amount must be above 0 fen.", field="amount_fen")
    if not _CODE.match(wish.reason_code):
        raise Invalid("The reason must be a code.", field="reason_code")
    if wish.beyond_price and not _CODE.match(wish.rule):
        raise Refusal(
            "A payment beyond the price needs the rule of the remedy that gives it.",
            code="money.rule_missing",
            remedy="Name the remedy's rule, such as remedy.R1.",
        )
    if wish.kind is Kind.PUNITIVE and not wish.beyond_price:
        raise Refusal(
            "Punitive damages lie beyond the price.",
            code="money.punitive_within",
            remedy="Mark the payment as beyond the price, with the rule of the remedy.",
        )
    _check_way(wish)
    if wish.kind is Kind.PRICE and wish.beyond_price:
        raise Refusal(
            "The price itself is never beyond the price.",
            code="money.price_beyond",
            remedy="Choose another kind, such as damages or goodwill.",
        )


def _check_way(wish: _Wish) -> None:
    if bool(wish.to_way) != (wish.consent_id is not None):
        raise Refusal(
            "Money goes back the way it was paid, another way only with the consumer's express consent.",
            code="money.consent_missing",
            clause="L-09",
            remedy="Name the record of the express consent, or leave the way out.",
        )
    if wish.to_way and (wish.to_way not in WAYS or wish.to_way == ORIGINAL):
        raise Invalid("{way} is not a way of payment.", field="to_way", way=wish.to_way)
    if wish.to_way in IN_KIND and wish.beyond_price:
        raise Refusal(
            "What the law gives on top of the price is paid in money.",
            code="money.in_kind",
            clause="L-09",
            remedy="Choose a way in which money is paid.",
        )


def _limit(actor: Actor, at: datetime, basis_id: UUID | None, approved_by: UUID | None) -> int:
    if approved_by is not None:
        if approved_by == actor.id:
            raise Refusal(
                "Nobody approves a payment that they asked for.",
                code="money.four_eyes",
                remedy="Let another person approve it.",
            )
        return UNLIMITED
    if not actor.has(Role.PROGRAM):
        return limit_of(actor, at)
    if basis_id is None:
        raise Refusal(
            "The program pays only what a person decided.",
            code="money.basis_missing",
            remedy="Name the decision or the agreed offer as the basis.",
        )
    return UNLIMITED


def _equal(row: Refund, wish: _Wish, lines: Mapping[int, int]) -> Refund:
    same = all(getattr(row, name) == getattr(wish, name) for name in _Wish.__slots__)
    if not same or (lines and dict(lines) != dict(row.lines.values_list("number", "amount_fen"))):
        raise Refusal(
            "The key {key} belongs to another payment.",
            code="money.key_used",
            key=wish.key,
            remedy="Use a new key for a new payment, the same content for the same one.",
        )
    return row


def _made(
    wish: _Wish,
    order: marketplace.Payable,
    actor: Actor,
    approved_by: UUID | None,
    at: datetime,
    *,
    held: bool,
) -> Refund:
    return Refund(
        **{name: getattr(wish, name) for name in _Wish.__slots__},
        organisation_id=order.organisation_id,
        payee_id=order.buyer_person_id,
        state=State.HELD if held else State.REQUESTED,
        requested_by=actor.id,
        requested_at=at,
        approved_by=approved_by,
        approved_at=at if approved_by else None,
        next_at=None if held else at + GRACE,
    )


def _insert(row: Refund) -> bool:
    """Whether it is new; one round trip. Another request with the same key waits here for the first."""
    columns = Refund._meta.concrete_fields
    names = ", ".join(f'"{one.column}"' for one in columns)
    marks = ", ".join(["%s"] * len(columns))
    values = [one.get_db_prep_save(getattr(row, one.attname), connection) for one in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO money_refund ({names}) VALUES ({marks}) ON CONFLICT (key) DO NOTHING RETURNING 1",  # noqa: S608
            values,
        )
        return cursor.fetchone() is not None


_CUT: Final = """
WITH lines AS (
    INSERT INTO money_refundline (refund_id, line_id, number, amount_fen)
    SELECT %(refund)s, * FROM unnest(%(lines)s::uuid[], %(numbers)s::int[], %(amounts)s::bigint[])
)
INSERT INTO money_refundpart (refund_id, balance_id, way, from_way, reference, amount_fen)
SELECT %(refund)s, * FROM unnest(%(balances)s::bigint[], %(ways)s::text[], %(from_ways)s::text[],
    %(references)s::text[], %(sums)s::bigint[])
"""


def _cut(row: Refund, order: marketplace.Payable, wish: _Wish, lines: Mapping[int, int]) -> None:
    """The parts of the refund: for which lines, over which ways. Two round trips, one beyond the price."""
    if wish.beyond_price:
        _write(row, [], {}, parts_of(wish.amount_fen, [], to_way=wish.to_way))
        return
    balances, ways = locked(order)
    wanted = spread(balances, wish.amount_fen, lines, freight=wish.kind is Kind.FREIGHT)
    _write(row, balances, wanted, parts_of(wish.amount_fen, ways, to_way=wish.to_way))


def _write(row: Refund, balances: Sequence[Line], wanted: Mapping[int, int], parts: Sequence[Part]) -> None:
    touched = [one for one in balances if one.number in wanted]
    values: dict[str, Any] = {
        "refund": row.id,
        "lines": [one.line_id for one in touched],
        "numbers": [one.number for one in touched],
        "amounts": [wanted[one.number] for one in touched],
        "balances": [part.balance_id for part in parts],
        "ways": [part.way for part in parts],
        "from_ways": [part.from_way for part in parts],
        "references": [part.reference for part in parts],
        "sums": [part.amount_fen for part in parts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CUT, values)


def _announce(row: Refund, actor: Actor, at: datetime, limit: int) -> None:
    """Into the journal, in one piece; above the limit it waits, else the job is on its way."""
    said: list[Event] = [
        made(
            events.RefundRequested,
            row,
            rule=row.rule or None,
            reason=row.reason_code,
            to_way=row.to_way or None,
            consent_id=row.consent_id,
        )
    ]
    if row.state == State.HELD:
        said.append(made(events.RefundHeld, row, limit=limit))
    append([Draft(subject=row.subject, event=one, actor=actor, occurred_at=at) for one in said])
    if row.state != State.HELD:
        enqueue(row)
