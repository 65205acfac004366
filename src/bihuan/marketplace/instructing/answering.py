"""What the other side says of an instruction, from wherever it comes: the answer to a call, a callback, a
person who was told. Every answer may come late, twice or never, and in any order."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.queue import defer
from bihuan.marketplace import events
from bihuan.marketplace import permissions as may
from bihuan.marketplace.config import STORE, current
from bihuan.marketplace.instructing.common import ENDED, QUEUE, WATCH, locked, say
from bihuan.marketplace.instruction import InstructionAnswer, InstructionState
from bihuan.marketplace.models import Instruction

_CODE: Final = re.compile(r"[a-z0-9_]{1,40}\Z")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9._:\-]{0,64}\Z")


def take_answer(*, actor: Actor, at: datetime, answer: InstructionAnswer) -> Instruction:
    """A message of the marketplace; the same one again changes nothing. Raises NotFound for the key."""
    require(actor, may.OrderPermission.ANSWER)
    if answer.state is InstructionState.ABSENT:
        raise Invalid("A callback tells what became of it.", field="state")
    with transaction.atomic():
        row = Instruction.objects.select_for_update().filter(key=answer.key).first()
        if row is None:
            raise NotFound(kind="instruction", id=answer.key)
        apply(row, answer, "callback", actor, at)
    return row


def settle_instruction(
    *,
    actor: Actor,
    at: datetime,
    on: Resource,
    instruction_id: UUID,
    outcome: str,
    reference: str = "",
    refusal: str = "",
) -> Instruction:
    """Record what a person was told by the other side: ``done``, or ``refused`` with the code of why."""
    require(actor, may.OrderPermission.ANSWER, on)
    _check(outcome, reference, refusal)
    with transaction.atomic():
        row = locked(instruction_id)
        if row.state in ENDED:
            raise Refusal(
                "The end of this instruction is known already.",
                code="marketplace.instruction_ended",
                remedy="Give a new instruction where something else is to be done.",
            )
        answer = InstructionAnswer(row.key, InstructionState(outcome), refusal, reference)
        apply(row, answer, "manual", actor, at)
    return row


def apply(row: Instruction, answer: InstructionAnswer, proof: str, actor: Actor, at: datetime) -> None:
    """Bring the locked row to what the other side says; the first end stands."""
    if row.state in ENDED:
        if answer.state in (InstructionState.DONE, InstructionState.REFUSED) and answer.state != row.state:
            contradicted = events.InstructionContradicted
            say(row, contradicted, actor, at, answer=str(answer.state), known=row.state)
        return
    if answer.state is InstructionState.PENDING:
        _taken(row, answer, actor, at)
    elif answer.state in (InstructionState.DONE, InstructionState.REFUSED):
        _ended(row, answer, proof, actor, at)


def _taken(row: Instruction, answer: InstructionAnswer, actor: Actor, at: datetime) -> None:
    if row.state == "pending":
        return
    row.state, row.next_at, row.asked = "pending", at + WATCH, 0
    row.reference = answer.reference or row.reference
    row.save(update_fields=["state", "next_at", "asked", "reference"])
    say(row, events.InstructionTaken, actor, at, reference=row.reference or None)


def _ended(row: Instruction, answer: InstructionAnswer, proof: str, actor: Actor, at: datetime) -> None:
    stamp = answer.at if answer.at and row.given_at <= answer.at <= at else None
    row.state, row.next_at, row.ended_at = str(answer.state), None, stamp or at
    row.sealed, row.proof = None, proof
    row.reference = answer.reference or row.reference
    done = answer.state is InstructionState.DONE
    row.code = "" if done else answer.code or "refused"
    row.save()
    if done:
        said = {"reference": row.reference or None}
        say(row, events.InstructionDone, actor, at, occurred_at=stamp, proof=proof, **said)
    else:
        say(row, events.InstructionRefused, actor, at, occurred_at=stamp, proof=proof, refusal=row.code)
    if current().adapter != STORE:
        defer(task="marketplace.refresh_order", queue=QUEUE, calls=[{"order_number": row.order_number}])


def _check(outcome: str, reference: str, refusal: str) -> None:
    if outcome not in ENDED:
        raise Invalid("An outcome is done or refused.", field="outcome")
    if outcome == "refused" and not _CODE.match(refusal):
        raise Invalid("A refusal needs the code of why.", field="refusal", remedy="Choose a reason.")
    if not _REFERENCE.match(reference):
        raise Invalid("The reference must be a number or code.", field="reference")
