"""What the payment side says, from wherever it comes: the answer to a call, a callback, a statement.

Every answer may come late, twice or never, and in any order: what is known already is not said
again, and what contradicts it is kept as a difference for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import events
from bihuan.money.actions.common import differs, locked, made, resource, say, step
from bihuan.money.kinds import DifferenceKind
from bihuan.money.models import Refund
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.workflow import REFUND, State

WATCH: Final = timedelta(hours=6)
"""How often the payment side is asked whether an initiated refund is credited."""


class ProofKind(StrEnum):
    STATUS = "status"
    CALLBACK = "callback"
    STATEMENT = "statement"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind a credit: its kind, and the number under which it is found again."""

    kind: ProofKind
    reference: str = ""


def record_credited(
    *,
    actor: Actor,
    at: datetime,
    key: str,
    amount_fen: int,
    credited_at: datetime,
    proof: Proof,
    reference: str = "",
) -> Refund:
    """Record that the money arrived, at the payment side's own time. Raises NotFound for the key."""
    require(actor, May.RECORD)
    answer = RefundAnswer(
        key=key, state=RefundState.CREDITED, amount_fen=amount_fen, reference=reference, at=credited_at
    )
    with transaction.atomic():
        row = by_key(key)
        apply(row, answer, proof, actor, at)
    return row


def take_callback(*, actor: Actor, at: datetime, answer: RefundAnswer) -> Refund:
    """A message of the payment side; the same one again changes nothing. Raises NotFound."""
    require(actor, May.RECORD)
    if answer.state in (RefundState.ABSENT, RefundState.PENDING):
        raise Invalid("A callback tells an outcome.", field="state")
    with transaction.atomic():
        row = by_key(answer.key)
        apply(row, answer, Proof(ProofKind.CALLBACK, answer.reference), actor, at)
    return row


def settle(
    *,
    actor: Actor,
    at: datetime,
    refund_id: UUID,
    outcome: str,
    happened_at: datetime,
    proof_reference: str,
    failure: str = "",
) -> Refund:
    """Settle by hand what stays unknown: ``initiated``, ``credited`` or ``failed``, with a proof."""
    states = {
        "initiated": RefundState.INITIATED,
        "credited": RefundState.CREDITED,
        "failed": RefundState.FAILED,
    }
    if outcome not in states or not proof_reference or happened_at > at:
        raise Invalid(
            "An outcome is settled with initiated, credited or failed, the time it happened and a proof.",
            field="outcome",
        )
    with transaction.atomic():
        row = locked(refund_id)
        require(actor, May.SETTLE, resource(row))
        REFUND.check(row.state, "credit" if row.state == State.INITIATED else "initiate")
        answer = RefundAnswer(
            key=row.key,
            state=states[outcome],
            amount_fen=row.amount_fen,
            at=happened_at,
            code=failure or "settled_by_hand",
        )
        apply(row, answer, Proof(ProofKind.MANUAL, proof_reference), actor, at)
    return row


def by_key(key: str) -> Refund:
    """The refund of this key, locked. Raises NotFound."""
    row = Refund.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotFound(kind="refund", id=key)
    return row


def apply(row: Refund, answer: RefundAnswer, proof: Proof, actor: Actor, at: datetime) -> None:
    """Bring the locked row to what the payment side says; contradictions become differences."""
    kind = _contradiction(row, answer)
    if kind is not None:
        source = f"{proof.kind}:{proof.reference or answer.reference}"[:80]
        differs(row, actor, at, key=row.key, source=source, kind=kind, found=answer.amount_fen or None)
        return
    if answer.state is RefundState.FAILED:
        _fail(row, answer, actor, at)
    if answer.state in (RefundState.INITIATED, RefundState.CREDITED):
        _initiate(row, answer, actor, at)
    if answer.state is RefundState.CREDITED:
        _credit(row, answer, proof, actor, at)


def _contradiction(row: Refund, answer: RefundAnswer) -> DifferenceKind | None:
    paid = answer.state in (RefundState.INITIATED, RefundState.CREDITED, RefundState.PENDING)
    if row.state in (State.REQUESTED, State.HELD):
        return DifferenceKind.NOT_SENT
    if row.state in (State.FAILED, State.CANCELLED):
        return DifferenceKind.PAID_AFTER_END if paid else None
    if paid and answer.amount_fen != row.amount_fen:
        return DifferenceKind.AMOUNT
    if answer.state is RefundState.ABSENT and row.state in (State.INITIATED, State.CREDITED):
        return DifferenceKind.ABSENT
    if answer.state is RefundState.FAILED and row.state == State.CREDITED:
        return DifferenceKind.FAILED_AFTER_CREDIT
    return None


def _initiate(row: Refund, answer: RefundAnswer, actor: Actor, at: datetime) -> None:
    if row.state in (State.INITIATED, State.CREDITED):
        return
    step(row, "initiate")
    row.initiated_at, row.reference = at, answer.reference
    row.next_at, row.asked = at + WATCH, 0
    row.save(update_fields=["state", "initiated_at", "reference", "next_at", "asked"])
    said = made(events.RefundInitiated, row, reference=answer.reference or None)
    say(row, said, actor, at, occurred_at=_stamp(row, answer, at))


def _credit(row: Refund, answer: RefundAnswer, proof: Proof, actor: Actor, at: datetime) -> None:
    if row.state == State.CREDITED:
        return
    step(row, "credit")
    stamp = _stamp(row, answer, at)
    row.credited_at = stamp or at
    row.reference = row.reference or answer.reference
    row.proof, row.proof_reference, row.next_at = proof.kind, proof.reference, None
    row.save(update_fields=["state", "credited_at", "reference", "proof", "proof_reference", "next_at"])
    said = made(
        events.RefundCredited,
        row,
        reference=row.reference or None,
        proof=str(proof.kind),
        proof_reference=proof.reference or None,
    )
    say(row, said, actor, at, occurred_at=stamp)


def _fail(row: Refund, answer: RefundAnswer, actor: Actor, at: datetime) -> None:
    if row.state in (State.FAILED, State.CANCELLED):
        return
    code = answer.code or "refused"
    step(row, "fail")
    row.ended_at, row.end_code, row.next_at = at, code, None
    row.save(update_fields=["state", "ended_at", "end_code", "next_at"])
    said = made(events.RefundFailed, row, failure=code)
    say(row, said, actor, at, occurred_at=_stamp(row, answer, at))


def _stamp(row: Refund, answer: RefundAnswer, at: datetime) -> datetime | None:
    """The payment side's time, where it can be true: not before the request, not in the future."""
    if answer.at is None or answer.at < row.requested_at or answer.at > at:
        return None
    return answer.at
