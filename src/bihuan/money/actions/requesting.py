"""Asking for a payment to a consumer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import Resource, Role, require
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace
from bihuan.money import events
from bihuan.money.actions.balances import locked, spread
from bihuan.money.actions.common import GRACE, enqueue, made, say
from bihuan.money.kinds import Kind
from bihuan.money.limits import UNLIMITED, limit_of
from bihuan.money.models import LineBalance, Refund, RefundLine
from bihuan.money.permissions import RefundPermission as May
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
) -> Refund:
    """Ask for one payment, in fen; the same key again gives the same refund.

    ``lines`` (line number → fen) says for what; without it the sum is spread over the order's lines
    as far as each reaches. Freight goes back from line 0, what was paid for freight.

    It is sent by a job, unless it lies above the actor's limit: then a second person approves
    first. ``approved_by`` names a person who approved this sum in the flow already (four eyes kept
    there); the program itself pays only what such a person or a decision (``basis_id``) stands
    behind. Refused: above what was paid for the line, unless ``beyond_price`` with its ``rule``.
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
    limit = _limit(actor, wish.basis_id, approved_by)
    with transaction.atomic():
        balances = _balances(order, wish)
        before = Refund.objects.filter(key=wish.key).first()
        if before is not None:
            return _equal(before, wish, lines)
        parts = _parts(balances, wish, lines)
        row, new = _insert(wish, order, actor, approved_by, at, held=wish.amount_fen > limit)
        if new:
            _cut(row, balances, parts)
            _announce(row, actor, at, limit)
    return row if new else _equal(row, wish, lines)


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
    if wish.kind is Kind.PRICE and wish.beyond_price:
        raise Refusal(
            "The price itself is never beyond the price.",
            code="money.price_beyond",
            remedy="Choose another kind, such as damages or goodwill.",
        )


def _limit(actor: Actor, basis_id: UUID | None, approved_by: UUID | None) -> int:
    if approved_by is not None:
        if approved_by == actor.id:
            raise Refusal(
                "Nobody approves a payment that they asked for.",
                code="money.four_eyes",
                remedy="Let another person approve it.",
            )
        return UNLIMITED
    if not actor.has(Role.PROGRAM):
        return limit_of(actor)
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


def _balances(order: marketplace.Payable, wish: _Wish) -> list[LineBalance]:
    if order.currency != wish.currency:
        raise Invalid("The order was paid in {currency}.", field="currency", currency=order.currency)
    return [] if wish.beyond_price else locked(order)


def _parts(balances: list[LineBalance], wish: _Wish, lines: Mapping[int, int]) -> dict[int, int]:
    if wish.beyond_price:
        return {}
    return spread(balances, wish.amount_fen, lines, freight=wish.kind is Kind.FREIGHT)


def _cut(row: Refund, balances: Sequence[LineBalance], parts: Mapping[int, int]) -> None:
    RefundLine.objects.bulk_create(
        RefundLine(refund=row, line=balance, number=balance.number, amount_fen=parts[balance.number])
        for balance in balances
        if balance.number in parts
    )


def _insert(
    wish: _Wish,
    order: marketplace.Payable,
    actor: Actor,
    approved_by: UUID | None,
    at: datetime,
    *,
    held: bool,
) -> tuple[Refund, bool]:
    values = {name: getattr(wish, name) for name in _Wish.__slots__ if name != "key"}
    return Refund.objects.get_or_create(
        key=wish.key,
        defaults=values
        | {
            "organisation_id": order.organisation_id,
            "payee_id": order.buyer_person_id,
            "state": State.HELD if held else State.REQUESTED,
            "requested_by": actor.id,
            "requested_at": at,
            "approved_by": approved_by,
            "approved_at": at if approved_by else None,
            "next_at": None if held else at + GRACE,
        },
    )


def _announce(row: Refund, actor: Actor, at: datetime, limit: int) -> None:
    asked = made(events.RefundRequested, row, rule=row.rule or None, reason=row.reason_code)
    say(row, asked, actor, at)
    if row.state == State.HELD:
        say(row, made(events.RefundHeld, row, limit=limit), actor, at)
    else:
        enqueue(row)
