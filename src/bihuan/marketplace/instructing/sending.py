"""Sending an instruction, and asking again until its end is known.

Three steps, each of which may be the last one before the power fails: (1) the row says ``sent``,
committed; (2) the marketplace is asked, under the row's key, outside any transaction; (3) the answer
is recorded. What stays ``sent`` or ``unknown`` is asked about by the sweep, and sent again under the
same key only when the marketplace has never seen it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.journal.actor import Actor
from bihuan.marketplace import events
from bihuan.marketplace import permissions as may
from bihuan.marketplace.adapters import marketplace
from bihuan.marketplace.instructing.answering import apply
from bihuan.marketplace.instructing.common import ENDED, LEASE, LONGEST, OPEN, WATCH, locked, opened, say
from bihuan.marketplace.instruction import (
    Instruction as Message,
)
from bihuan.marketplace.instruction import (
    InstructionAnswer,
    InstructionKind,
    InstructionState,
    Parcel,
)
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.port import Unknown

log = logging.getLogger(__name__)


def send_instruction(*, actor: Actor, at: datetime, instruction_id: UUID) -> str:
    """Send one that was given; does nothing to one in another state. The state afterwards."""
    require(actor, may.OrderPermission.SEND)
    with transaction.atomic(durable=True):
        row = locked(instruction_id)
        if row.state != "given":
            return row.state
        _mark_sent(row, actor, at)
    return _ask_for_it(row, actor, at)


def poll_instruction(*, actor: Actor, at: datetime, instruction_id: UUID) -> str:
    """Ask for the outcome of one that was sent. The state afterwards."""
    require(actor, may.OrderPermission.SEND)
    with transaction.atomic(durable=True):
        row = locked(instruction_id)
        if row.state in (*ENDED, "given") or row.next_at is None or row.next_at > at:
            return row.state
        row.next_at, row.asked = at + _pause(row), row.asked + 1
        row.save(update_fields=["next_at", "asked"])
    answer = marketplace().instruction_status(row.key)
    absent = isinstance(answer, InstructionAnswer) and answer.state is InstructionState.ABSENT
    if absent and _again(instruction_id, actor, at):
        return _ask_for_it(row, actor, at)
    return _keep(instruction_id, answer, actor, at)


def act_on_instruction(*, actor: Actor, at: datetime, instruction_id: UUID) -> str:
    """What is next for it: sending or asking."""
    waiting = Instruction.objects.filter(id=instruction_id, state="given").exists()
    act = send_instruction if waiting else poll_instruction
    return act(actor=actor, at=at, instruction_id=instruction_id)


def sweep_instructions(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Everything that is due; a row that fails is put back and does not stop the others."""
    require(actor, may.OrderPermission.SEND)
    due = Instruction.objects.filter(next_at__lte=at).order_by("next_at").values_list("id", flat=True)
    done = 0
    for instruction_id in list(due[:limit]):
        try:
            act_on_instruction(actor=actor, at=at, instruction_id=instruction_id)
            done += 1
        except Exception:
            log.exception("instruction %s", instruction_id)
            put_back = Instruction.objects.filter(id=instruction_id, next_at__lte=at, state__in=OPEN)
            put_back.update(next_at=at + LEASE)
    return done


def _mark_sent(row: Instruction, actor: Actor, at: datetime) -> None:
    row.state, row.sent_at = "sent", row.sent_at or at
    row.attempts, row.next_at = row.attempts + 1, at + LEASE
    row.save(update_fields=["state", "sent_at", "attempts", "next_at"])
    say(row, events.InstructionSent, actor, at, attempt=row.attempts)


def _again(instruction_id: UUID, actor: Actor, at: datetime) -> bool:
    """Mark the row as sent once more, unless its end came meanwhile."""
    with transaction.atomic(durable=True):
        row = locked(instruction_id)
        if row.state in ENDED:
            return False
        _mark_sent(row, actor, at)
    return True


def _ask_for_it(row: Instruction, actor: Actor, at: datetime) -> str:
    parcel = Parcel(row.carrier, row.tracking_number) if row.tracking_number else None
    message = Message(
        key=row.key,
        kind=InstructionKind(row.kind),
        order_number=row.order_number,
        reason_code=row.reason_code,
        details=opened(row),
        parcel=parcel,
    )
    return _keep(row.id, marketplace().instruct(message), actor, at)


def _keep(instruction_id: UUID, answer: InstructionAnswer | Unknown, actor: Actor, at: datetime) -> str:
    with transaction.atomic(durable=True):
        row = locked(instruction_id)
        if isinstance(answer, Unknown):
            _lost(row, str(answer.why), actor, at)
        else:
            apply(row, answer, "status", actor, at)
        return row.state


def _lost(row: Instruction, why: str, actor: Actor, at: datetime) -> None:
    """No outcome yet. It is said once; asking goes on."""
    if row.state != "sent":
        return
    row.state, row.next_at = "unknown", at + _pause(row)
    row.save(update_fields=["state", "next_at"])
    say(row, events.InstructionUnknown, actor, at, why=why)


def _pause(row: Instruction) -> timedelta:
    """Until the next question: 2, 4, 8 … minutes up to an hour; half an hour once it was taken."""
    if row.state == "pending":
        return WATCH
    return min(LEASE * 2 ** min(row.asked, 10), LONGEST)
