"""A statement that speaks of the parts of refunds: what went back by one way of payment (law-cn L-09).

The payment side of each way has a statement of its own. A refund is credited when all of its parts have
arrived, at the time of the last of them; a part of another amount, or of a way by which nothing goes back,
is a difference.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from bihuan.journal.actor import Actor
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money.actions.common import differs
from bihuan.money.actions.recording import Proof, ProofKind, apply
from bihuan.money.actions.statement import StatementRow, source_of
from bihuan.money.kinds import DifferenceKind
from bihuan.money.models import PartArrival, Refund, RefundPart
from bihuan.money.workflow import State


def take_part(refund: Refund, row: StatementRow, statement: str, actor: Actor, at: datetime) -> None:
    """One row about a locked refund; the last part that was awaited credits it."""
    parts = list(refund.parts.filter(way=row.way))
    expected = sum(part.amount_fen for part in parts)
    if expected != row.amount_fen:
        differs(
            refund, actor, at, key=row.key, source=source_of(statement, row.way), kind=DifferenceKind.PART,
            found=row.amount_fen, expected=expected,
        )  # fmt: skip
        return
    proof = Proof(ProofKind.STATEMENT, statement)
    apply(refund, _answer(refund, RefundState.INITIATED, row, None), proof, actor, at)
    if refund.state not in (State.INITIATED, State.CREDITED):
        return  # what contradicts is kept by ``apply``
    PartArrival.objects.bulk_create(
        [
            PartArrival(part=part, credited_at=row.credited_at, statement=statement, reference=row.reference)
            for part in parts
        ],
        ignore_conflicts=True,
    )
    if not refund.parts.filter(arrival=None).exists():
        last = PartArrival.objects.filter(part__refund=refund).order_by("-credited_at")[0].credited_at
        apply(refund, _answer(refund, RefundState.CREDITED, row, last), proof, actor, at)


def missing_parts(
    ways: Collection[str], statement: str, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> None:
    """Parts in the ways of this statement that were initiated in its period and never arrived."""
    waiting = RefundPart.objects.filter(
        way__in=list(ways), arrival=None, refund__state=State.INITIATED,
        refund__initiated_at__gte=from_at, refund__initiated_at__lt=until_at,
    )  # fmt: skip
    found = waiting.values("refund", "way").annotate(fen=Sum("amount_fen")).order_by("refund", "way")
    for one in list(found):
        with transaction.atomic():
            refund = Refund.objects.select_for_update().get(id=one["refund"])
            differs(
                refund, actor, at, key=refund.key, source=source_of(statement, one["way"]),
                kind=DifferenceKind.MISSING, expected=one["fen"],
            )  # fmt: skip


def _answer(refund: Refund, state: RefundState, row: StatementRow, at: datetime | None) -> RefundAnswer:
    return RefundAnswer(
        key=refund.key, state=state, amount_fen=refund.amount_fen, reference=row.reference, at=at
    )
