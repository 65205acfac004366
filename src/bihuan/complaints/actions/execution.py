"""What is owed is carried out, told, followed up, archived and closed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.complaints import events, library, rules
from bihuan.complaints.models import FollowUp, Promise, Remedy
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.money import actions as money

_ZONE: Final = ZoneInfo("Asia/Shanghai")


def owe(
    work: Work,
    *,
    kind: str,
    amount: int,
    basis: UUID | None = None,
    approved_by: UUID | None = None,
    rule: str = "",
) -> Remedy:
    """A remedy that the platform sees to from now on; ``basis`` is the offer or decision behind it."""
    remedy = Remedy.objects.create(
        complaint=work.case.complaint,
        kind=kind,
        amount=amount,
        created_at=work.at,
        rule=rule,
        basis=basis,
        approved_by=approved_by,
        generation=work.case.generation,
    )
    work.say(events.ExecutionStarted(count=1))
    return remedy


def execute(*, case_id: UUID, actor: Actor, at: datetime, remedy_id: UUID, reference: str = "") -> Remedy:
    """Carry out one remedy: money through ``money``, everything else with the reference of its proof.

    A refund counts as initiated when the marketplace confirmed it (``confirm_refund`` by reaction).
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="execute") as work:
        remedy = _owed(work, remedy_id)
        if remedy.kind in rules.MONEY_KINDS:
            refund = money.request_refund(
                actor=actor,
                at=at,
                key=f"remedy:{remedy.id}:{remedy.tries}",
                order_number=work.case.order_number,
                kind="goodwill" if remedy.kind == "compensation" else "price",
                amount_fen=remedy.amount,
                beyond_price=bool(remedy.rule) and remedy.kind == "compensation",
                rule=remedy.rule,
                case_id=work.case.id,
                basis_id=remedy.basis,
                approved_by=remedy.approved_by if remedy.approved_by != actor.id else None,
            )
            remedy.refund = refund.id
            remedy.save(update_fields=["refund"])
        else:
            if not reference.strip():
                raise Invalid(
                    "Say how {kind} was carried out.",
                    field="reference",
                    kind=remedy.kind,
                    clause="PCN-3.3.3",
                    remedy="Give the number of the parcel, letter or ticket.",
                )
            _initiated(work, remedy, reference)
    return remedy


def confirm_refund(*, case_id: UUID, actor: Actor, at: datetime, refund_id: UUID) -> Case:
    """The marketplace confirmed a refund of this case (reaction on ``money.refund_initiated``)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="confirm_refund") as work:
        remedy = work.case.complaint.remedies.filter(refund=refund_id, initiated_at=None).first()
        if remedy is not None:
            _initiated(work, remedy, "")
            _handle_if_done(work)
    return work.case


def note_refund_failed(*, case_id: UUID, actor: Actor, at: datetime, refund_id: UUID) -> Case:
    """A refund could not be made: the remedy is owed again and the owner hears of it.

    The next try goes out under a new key, after a person looked at it.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="confirm_refund") as work:
        remedy = work.case.complaint.remedies.filter(refund=refund_id, initiated_at=None).first()
        if remedy is not None:
            remedy.refund, remedy.tries = None, remedy.tries + 1
            remedy.save(update_fields=["refund", "tries"])
            work.tell("refund_failed", work.case.owner_id, key=str(refund_id))
    return work.case


def handle(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Handled: everything the platform owes is initiated (PCN-3.3.3). Refused while a remedy is open."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="handle") as work:
        waiting = work.case.complaint.remedies.filter(initiated_at=None).count()
        if waiting:
            raise Refusal(
                "{count} remedies are not carried out yet.",
                code="complaint.owed",
                count=waiting,
                clause="PCN-3.3.3",
                remedy="Carry them out; a refund counts when the marketplace confirmed it.",
            )
        _handled(work)
    return work.case


def tell_result(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    reason: str,
    corrective: str,
    money_by: date | None = None,
) -> Case:
    """Tell outcome, when money arrives, and the corrective measure (PCN-3.4.a).

    Where money is owed, ``money_by`` is the day by which it arrives; it binds as a promise
    (CRP-2.1.c), kept when the payment is credited.
    """
    rules.not_empty("corrective", corrective, clause="PCN-3.4.a")
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="tell_result", reason=reason) as work:
        complaint = work.case.complaint
        amount = sum(
            r.amount
            for r in complaint.remedies.filter(generation=work.case.generation)
            if r.kind in rules.MONEY_KINDS
        )
        result, measure = work.keep(reason), work.keep(corrective)
        complaint.result_text, complaint.corrective_text = result.id, measure.id
        complaint.save(update_fields=["result_text", "corrective_text"])
        params: dict[str, Any] = {"text_id": str(result.id), "corrective_id": str(measure.id)}
        if amount:
            credited_by = _money_promised(work, money_by, result.id)
            params |= {"amount": amount, "credited_by": credited_by.isoformat()}
        work.tell("result", work.case.consumer_id, key=str(result.id), **params)
    return work.case


def keep_money_promise(*, case_id: UUID, actor: Actor, at: datetime, credited_at: datetime) -> Case:
    """The money arrived, so the promise given with the result is kept (on ``money.refund_credited``)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="note_told") as work:
        complaint = work.case.complaint
        told = complaint.result_text
        for promise in complaint.promises.filter(text=told, kept_at=None) if told else ():
            promise.kept_at = credited_at
            promise.save(update_fields=["kept_at"])
            work.say(events.PromiseKept(promise_id=promise.id), occurred_at=credited_at, proven=True)
    return work.case


def _money_promised(work: Work, money_by: date | None, text_id: UUID) -> datetime:
    if money_by is None:
        raise Invalid(
            "Say by when the money arrives.",
            field="money_by",
            clause="PCN-3.4.a",
            remedy="Give the day by which the payment is credited.",
        )
    due_at = datetime.combine(money_by + timedelta(days=1), time(), _ZONE)
    rules.later("money_by", due_at, work.at)
    made = Promise.objects.create(
        complaint=work.case.complaint, text=text_id, due_at=due_at, made_by=work.actor.id, made_at=work.at
    )
    work.say(events.Promised(promise_id=made.id, due_at=due_at, text_id=text_id))
    return due_at


def follow_up(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    via: str,
    score: int | None = None,
    text: str = "",
    tries: int = 1,
) -> Case:
    """Ask whether the complainant is satisfied (CRP-2.4.a); score 1–5, or none after three tries."""
    _check_score(score, tries)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="follow_up") as work:
        _follow(work, via=via, score=score, text=text, tries=tries)
    return work.case


def rate(*, case_id: UUID, actor: Actor, at: datetime, score: int, text: str = "") -> Case:
    """The complainant answers the questionnaire; before the call it takes the call's place."""
    _check_score(score, 1)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="rate") as work:
        _follow(work, via="questionnaire", score=score, text=text, tries=1)
        if work.case.state == "told":
            work.move("followed_up")
    return work.case


def close(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Archive anonymised and close (ISH-1.2.a: no stage was skipped to get here)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="close") as work:
        entry = library.archive(work.case, at=at)
        work.set(closed_at=at)
        work.say(events.Archived(entry_id=entry.id))
        work.say(events.Closed(outcome=work.case.complaint.outcome or "closed"))
    return work.case


def _owed(work: Work, remedy_id: UUID) -> Remedy:
    remedy = work.case.complaint.remedies.filter(id=remedy_id).first()
    if remedy is None:
        raise NotFound(kind="remedy", id=str(remedy_id))
    if remedy.initiated_at is not None or remedy.refund is not None:
        raise Refusal("This remedy is on its way already.", code="complaint.remedy_done", clause="PCN-3.3.3")
    return remedy


def _initiated(work: Work, remedy: Remedy, reference: str) -> None:
    remedy.initiated_at, remedy.reference = work.at, reference[:64]
    remedy.save(update_fields=["initiated_at", "reference"])
    work.say(
        events.RemedyInitiated(
            remedy_id=remedy.id, kind=remedy.kind, amount=remedy.amount, refund_id=remedy.refund
        )
    )


def _handle_if_done(work: Work) -> None:
    if not work.case.complaint.remedies.filter(initiated_at=None).exists():
        work.move("handled")
        _handled(work)


def _handled(work: Work) -> None:
    complaint = work.case.complaint
    last = complaint.decisions.order_by("id").last()
    complaint.outcome = last.outcome if last else "agreed"
    complaint.save(update_fields=["outcome"])
    work.set(handled_at=work.at)
    work.say(events.Handled(outcome=complaint.outcome))


def _follow(work: Work, *, via: str, score: int | None, text: str, tries: int) -> None:
    kept = work.keep(text) if text.strip() else None
    FollowUp.objects.create(
        complaint=work.case.complaint,
        via=via,
        score=score,
        text=kept.id if kept else None,
        tries=tries,
        at=work.at,
    )
    work.say(events.FollowedUp(via=via, score=score, text_id=kept.id if kept else None, tries=tries))


def _check_score(score: int | None, tries: int) -> None:
    if score is None and tries < 3:
        raise Refusal(
            "Without an answer the follow-up needs three tries; this was number {tries}.",
            code="complaint.follow_up",
            tries=tries,
            clause="CRP-2.4.a",
            remedy="Try again, or enter the score.",
        )
    if score is not None and not 1 <= score <= 5:
        raise Invalid(
            "A score lies between 1 and 5.", field="score", clause="CRP-2.4.a", remedy="Give 1 to 5."
        )
