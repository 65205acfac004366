"""Goods to the consumer: replacement, missing parts, repaired goods; and a refund where none can be had."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.aftersales import events, rules, standing
from bihuan.aftersales.actions import fulfilling
from bihuan.aftersales.actions.common import application_of, lines_of, sold_of, store, tell_merchant
from bihuan.aftersales.actions.returning import delivered, register
from bihuan.aftersales.models import Application, Parcel, Repair
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def send_goods(*, case_id: UUID, actor: Actor, at: datetime, carrier: str, tracking_number: str) -> Parcel:
    """Register the parcel with the replacement, the missing parts or the repaired goods (ASM-5.3)."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="send_goods") as work:
        application = application_of(work)
        if standing.open_parcel(application, "out") is not None:
            raise Refusal(
                "A parcel is on its way already.", code="aftersales.parcel_known", clause="ASM-5.3",
                remedy="Report it lost or damaged before another one is sent.",
            )  # fmt: skip
        parcel = register(
            work, application, direction="out", carrier=carrier, tracking_number=tracking_number
        )
        work.tell(
            "aftersales_goods_sent", work.case.consumer_id, key=str(parcel.id),
            tracking=parcel.tracking_number,
        )  # fmt: skip
    return parcel


def deliver(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The consumer (or the desk for them) says that the goods are there; a parcel must have been sent."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="deliver") as work:
        application = application_of(work)
        parcel = standing.open_parcel(application, "out")
        if parcel is None:
            raise Refusal(
                "Nothing was sent yet.", code="aftersales.no_parcel", clause="ASM-5.3",
                remedy="The parcel is registered first.",
            )  # fmt: skip
        delivered(work, application, parcel, via=rules.party_of(actor))
    return work.case


def note_repair(
    *, case_id: UUID, actor: Actor, at: datetime, text: str, parts: tuple[str, ...] = ()
) -> Repair:
    """What is being repaired and with which parts; the consumer sees it."""
    rules.not_empty("text", text, clause="ASM-5.3")
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="note_repair") as work:
        repair = _open(application_of(work))
        kept = work.keep(text)
        repair.parts = [*repair.parts, *(part.strip()[:80] for part in parts if part.strip())]
        repair.save(update_fields=["parts"])
        work.say(events.RepairNoted(repair_id=repair.id, what="progress", text_id=kept.id))
        work.tell("aftersales_repair", work.case.consumer_id, key=str(kept.id), text_id=str(kept.id))
    return repair


def finish_repair(
    *, case_id: UUID, actor: Actor, at: datetime, text: str, parts: tuple[str, ...] = ()
) -> Repair:
    """The repair is done; the goods go back to the consumer next, and until then no day counts (L-12)."""
    rules.not_empty("text", text, clause="ASM-5.3")
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="finish_repair") as work:
        repair = _open(application_of(work))
        kept = work.keep(text)
        repair.parts = [*repair.parts, *(part.strip()[:80] for part in parts if part.strip())]
        repair.finished_at, repair.text = at, kept.id
        repair.save(update_fields=["parts", "finished_at", "text"])
        work.say(events.RepairFinished(repair_id=repair.id, text_id=kept.id))
        tell_merchant(work, "aftersales_send_goods", key=f"repaired:{repair.id}")
    return repair


def turn_to_refund(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """Exchange, repair or re-sending cannot be had: the price goes back instead (L-02)."""
    with work_on(
        AFTERSALES, case_id=case_id, actor=actor, at=at, step="turn_to_refund", reason=reason
    ) as work:
        application, text = application_of(work), work.keep(reason)
        if standing.open_parcel(application, "out") is not None:
            raise Refusal(
                "A parcel is on its way to the consumer.", code="aftersales.parcel_known", clause="L-02",
                remedy="Wait until it arrived, or report it lost.",
            )  # fmt: skip
        before = work.case.type
        work.set(type="return" if application.received_back_at else "refund_only")
        work.say(events.TurnedToRefund(reason_id=text.id, before=before))
        store(work, application, facts={k: v for k, v in application.facts.items() if k != "amount_fen"})
        work.tell("aftersales_turned", work.case.consumer_id, key=str(text.id), text_id=str(text.id))
        fulfilling.refund(work, application, lines_of(application), sold_of(work), basis=text.id)
    return work.case


def _open(application: Application) -> Repair:
    found = application.repairs.filter(finished_at=None).order_by("-held_from").first()
    if found is None:
        raise Refusal("No repair is open.", code="aftersales.no_repair", clause="ASM-5.3", remedy="")
    return found
