"""Payments of a case and what the payment side says of them (L-07, L-11, PCN-2.3.2 kept apart: X6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.aftersales import events
from bihuan.aftersales.actions import fulfilling
from bihuan.aftersales.actions.common import application_of, tell_desk
from bihuan.aftersales.models import Part
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def pay(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Ask again for the payments that failed, each under a new key. Refused where none is owed."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="pay") as work:
        owed = list(application_of(work).parts.filter(refund=None, initiated_at=None))
        if not owed:
            raise Refusal(
                "Every payment is on its way already.", code="aftersales.paid", clause="L-07",
                remedy="What waits for approval is approved under refunds.",
            )  # fmt: skip
        for part in owed:
            fulfilling.pay(work, part)
    return work.case


def confirm_refund(*, case_id: UUID, actor: Actor, at: datetime, refund_id: UUID) -> Case:
    """The marketplace confirmed a payment (on ``money.refund_initiated``); with the last one L-07 is met."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="confirm_refund") as work:
        application = application_of(work)
        part = application.parts.filter(refund=refund_id, initiated_at=None).first()
        if part is not None:
            part.initiated_at = at
            part.save(update_fields=["initiated_at"])
            work.say(
                events.RefundInitiated(
                    part_id=part.id, refund_id=refund_id, kind=part.kind, amount=part.amount_fen
                )
            )
            fulfilling.settle_if_sent(work, application)
    return work.case


def note_credited(
    *, case_id: UUID, actor: Actor, at: datetime, refund_id: UUID, credited_at: datetime
) -> Case:
    """The money arrived, as the payment side proves (on ``money.refund_credited``)."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="confirm_refund") as work:
        part = application_of(work).parts.filter(refund=refund_id, credited_at=None).first()
        if part is not None:
            _credited(part, credited_at)
            work.say(
                events.RefundCredited(part_id=part.id, refund_id=refund_id, amount=part.amount_fen),
                occurred_at=credited_at,
                proven=True,
            )
    return work.case


def note_refund_failed(*, case_id: UUID, actor: Actor, at: datetime, refund_id: UUID) -> Case:
    """A payment could not be made: it is owed again, under a new key, and people hear of it."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="confirm_refund") as work:
        part = application_of(work).parts.filter(refund=refund_id, initiated_at=None).first()
        if part is not None:
            part.refund, part.tries = None, part.tries + 1
            part.save(update_fields=["refund", "tries"])
            work.say(events.RefundFailed(part_id=part.id, refund_id=refund_id, amount=part.amount_fen))
            tell_desk(work, "aftersales_refund_failed", key=str(refund_id))
            work.tell_organisation("aftersales_refund_failed", work.case.merchant_id, key=str(refund_id))
    return work.case


def _credited(part: Part, credited_at: datetime) -> None:
    part.credited_at = credited_at
    part.save(update_fields=["credited_at"])
