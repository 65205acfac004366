"""Comparing with a statement of the payment side, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import events
from bihuan.money.actions.by_parts import missing_parts, take_part
from bihuan.money.actions.common import differs
from bihuan.money.actions.recording import Proof, ProofKind, apply
from bihuan.money.actions.statement import StatementRow, source_of
from bihuan.money.kinds import DifferenceKind
from bihuan.money.models import Difference, Refund
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.workflow import State


@dataclass(frozen=True, slots=True)
class Reconciled:
    """``credited``: newly known to have arrived; ``differences``: all that this statement shows."""

    rows: int
    credited: int
    differences: tuple[Difference, ...]


def reconcile(
    *,
    actor: Actor,
    at: datetime,
    statement: str,
    rows: Sequence[StatementRow],
    from_at: datetime,
    until_at: datetime,
) -> Reconciled:
    """Record the credits that a statement proves and keep what differs; repeating adds nothing.

    Missing are refunds initiated in [from_at, until_at) that are neither credited nor on it; of a statement
    whose rows name ways, the parts in these ways. Raises Invalid where only some of the rows name one.
    """
    require(actor, May.RECORD)
    if not statement or len(statement) > 60 or until_at <= from_at:
        raise Invalid("A statement has a number and a period.", field="statement")
    ways = {row.way for row in rows}
    if "" in ways and len(ways) > 1:
        raise Invalid(
            "Either every row of a statement names its way of payment, or none does.",
            field="rows", remedy="Split it: one statement of whole refunds, one of parts.",
        )  # fmt: skip
    credited = sum(_take(row, statement, actor, at) for row in rows)
    if ways - {""}:
        missing_parts(ways, statement, from_at, until_at, actor, at)
    else:
        _missing({row.key for row in rows}, statement, from_at, until_at, actor, at)
    mine = Q(source=source_of(statement)) | Q(source__startswith=f"{source_of(statement)}/")
    found = tuple(Difference.objects.filter(mine).order_by("found_at", "id"))
    said = events.StatementReconciled(
        rows=len(rows),
        credited=credited,
        differences=len(found),
        amount=sum(row.amount_fen for row in rows),
        from_at=from_at,
        until_at=until_at,
    )
    with transaction.atomic():
        append(
            [Draft(subject=Subject.named("statement", statement), event=said, actor=actor, occurred_at=at)]
        )
    return Reconciled(len(rows), credited, found)


def close_difference(*, actor: Actor, at: datetime, difference_id: UUID, reason_code: str) -> None:
    """Close a difference after it was cleared up, with the reason."""
    require(actor, May.SETTLE)
    if not reason_code:
        raise Invalid("A difference is closed with a reason.", field="reason_code")
    with transaction.atomic():
        row = Difference.objects.select_for_update().filter(id=difference_id).first()
        if row is None:
            raise NotFound(kind="difference", id=str(difference_id))
        if row.closed_at is not None:
            raise Refusal(
                "The difference {id} is closed already.", code="money.difference_closed", id=str(row.id)
            )
        row.closed_at, row.closed_by, row.close_code = at, actor.id, reason_code
        row.save(update_fields=["closed_at", "closed_by", "close_code"])
        subject = Subject("refund", row.refund_id) if row.refund_id else Subject("difference", row.id)
        said = events.DifferenceClosed(difference=row.kind, reason=reason_code)
        append([Draft(subject=subject, event=said, actor=actor, occurred_at=at)])


def _take(row: StatementRow, statement: str, actor: Actor, at: datetime) -> bool:
    """Whether the credit was news."""
    with transaction.atomic():
        refund = Refund.objects.select_for_update().filter(key=row.key).first()
        if refund is None:
            source = source_of(statement)
            differs(
                None,
                actor,
                at,
                key=row.key,
                source=source,
                kind=DifferenceKind.UNKNOWN_KEY,
                found=row.amount_fen,
            )
            return False
        before = refund.state
        if row.way:
            take_part(refund, row, statement, actor, at)
            return before != State.CREDITED and refund.state == State.CREDITED
        answer = RefundAnswer(
            key=row.key,
            state=RefundState.CREDITED,
            amount_fen=row.amount_fen,
            reference=row.reference,
            at=row.credited_at,
        )
        apply(refund, answer, Proof(ProofKind.STATEMENT, statement), actor, at)
        return before != State.CREDITED and refund.state == State.CREDITED


def _missing(
    keys: set[str], statement: str, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> None:
    open_rows = Refund.objects.filter(
        state=State.INITIATED, initiated_at__gte=from_at, initiated_at__lt=until_at
    ).exclude(key__in=keys)
    for row in open_rows.order_by("initiated_at", "id"):
        with transaction.atomic():
            source = source_of(statement)
            differs(row, actor, at, key=row.key, source=source, kind=DifferenceKind.MISSING)
