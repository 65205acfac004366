"""Sending, and asking again until the outcome is known.

Three steps, each of which may be the last one before the power fails: (1) the row says ``sent``,
committed; (2) the payment side is asked, under the row's key, outside any transaction; (3) the
answer is recorded. A row that stays ``sent`` or ``unknown`` is asked about by the sweep, and sent
again under the same key only when the payment side has never seen it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.journal.actor import Actor
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace.queries import (
    RefundAnswer,
    RefundLine,
    RefundPart,
    RefundRequest,
    RefundState,
    Unknown,
)
from bihuan.money import events
from bihuan.money.actions.common import locked, made, say, step
from bihuan.money.actions.recording import WATCH, Proof, ProofKind, apply
from bihuan.money.models import Refund
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.workflow import State

LEASE: Final = timedelta(minutes=2)
"""How long one attempt may take before another worker asks for the outcome."""
LONGEST: Final = timedelta(hours=1)
ASKED: Final = (State.SENT, State.UNKNOWN, State.INITIATED)
log = logging.getLogger(__name__)


def send(*, actor: Actor, at: datetime, refund_id: UUID) -> str:
    """Send a requested refund; does nothing to one in another state. The state afterwards."""
    require(actor, May.SEND)
    with transaction.atomic(durable=True):
        row = locked(refund_id)
        if row.state != State.REQUESTED:
            return row.state
        _mark_sent(row, "send", actor, at)
    return _ask_for_it(row, actor, at)


def poll(*, actor: Actor, at: datetime, refund_id: UUID) -> str:
    """Ask for the outcome of a refund that was sent. The state afterwards."""
    require(actor, May.SEND)
    with transaction.atomic(durable=True):
        row = locked(refund_id)
        if row.state not in ASKED or row.next_at is None or row.next_at > at:
            return row.state
        row.next_at, row.asked = at + _pause(row), row.asked + 1
        row.save(update_fields=["next_at", "asked"])
    answer = marketplace.ask_refund(key=row.key)
    absent = isinstance(answer, RefundAnswer) and answer.state is RefundState.ABSENT
    if absent and row.state != State.INITIATED and _again(refund_id, actor, at):
        return _ask_for_it(row, actor, at)
    return _keep(refund_id, answer, actor, at)


def act(*, actor: Actor, at: datetime, refund_id: UUID) -> str:
    """What is next for a refund: sending or asking."""
    waiting = Refund.objects.filter(id=refund_id, state=State.REQUESTED).exists()
    return (send if waiting else poll)(actor=actor, at=at, refund_id=refund_id)


def sweep(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Everything that is due; a row that fails is put back and does not stop the others."""
    require(actor, May.SEND)
    due = Refund.objects.filter(next_at__lte=at).order_by("next_at").values_list("id", flat=True)
    done = 0
    for refund_id in list(due[:limit]):
        try:
            act(actor=actor, at=at, refund_id=refund_id)
            done += 1
        except Exception:
            log.exception("refund %s", refund_id)
            Refund.objects.filter(id=refund_id, next_at__lte=at).update(next_at=at + LEASE)
    return done


def _mark_sent(row: Refund, name: str, actor: Actor, at: datetime) -> None:
    step(row, name)
    row.sent_at = row.sent_at or at
    row.attempts, row.next_at = row.attempts + 1, at + LEASE
    row.save(update_fields=["state", "sent_at", "attempts", "next_at"])
    say(row, made(events.RefundSent, row, attempt=row.attempts), actor, at)


def _again(refund_id: UUID, actor: Actor, at: datetime) -> bool:
    """Mark the row as sent once more, unless an answer came meanwhile."""
    with transaction.atomic(durable=True):
        row = locked(refund_id)
        if row.state not in (State.SENT, State.UNKNOWN):
            return False
        _mark_sent(row, "resend", actor, at)
    return True


def _ask_for_it(row: Refund, actor: Actor, at: datetime) -> str:
    lines = tuple(RefundLine(part.number, part.amount_fen) for part in row.lines.all() if part.number)
    parts = tuple(RefundPart(part.way, part.amount_fen, part.reference) for part in row.parts.all())
    request = RefundRequest(
        key=row.key,
        order_number=row.order_number,
        amount_fen=row.amount_fen,
        kind=row.kind,
        reason_code=row.reason_code,
        currency=row.currency,
        lines=lines,
        parts=parts,
    )
    return _keep(row.id, marketplace.request_refund(request=request), actor, at)


def _keep(refund_id: UUID, answer: RefundAnswer | Unknown, actor: Actor, at: datetime) -> str:
    with transaction.atomic(durable=True):
        row = locked(refund_id)
        if isinstance(answer, Unknown):
            _lost(row, str(answer.why), actor, at)
        else:
            apply(row, answer, Proof(ProofKind.STATUS, answer.reference), actor, at)
            if row.state == State.SENT:
                _lost(row, str(answer.state), actor, at)
        return row.state


def _lost(row: Refund, why: str, actor: Actor, at: datetime) -> None:
    """No outcome yet. It is said once; asking goes on."""
    if row.state != State.SENT:
        return
    step(row, "lose")
    row.next_at = at + _pause(row)
    row.save(update_fields=["state", "next_at"])
    say(row, made(events.RefundUnknown, row, why=why), actor, at)


def _pause(row: Refund) -> timedelta:
    """Until the next question: 2, 4, 8 … minutes up to an hour; six hours once initiated."""
    if row.state == State.INITIATED:
        return WATCH
    return min(LEASE * 2 ** min(row.asked, 10), LONGEST)
