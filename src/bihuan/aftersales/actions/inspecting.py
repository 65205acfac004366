"""Inspection of what came back, line by line; disagreement and its decision (ASM-5.2, ASM-5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bihuan.aftersales import events, rules, standing
from bihuan.aftersales.actions import fulfilling, reviewing
from bihuan.aftersales.actions.common import application_of, join_files, lines_of, sold_of, store, tell_desk
from bihuan.aftersales.models import Application, Finding, Inspection, Line, speaks_against
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor

SETTLED = ("granted", "partly", "rejected")


class Found(BaseModel):
    """The condition of some pieces of a line; ``deduction`` in fen is what the merchant would hold back."""

    model_config = ConfigDict(extra="forbid")
    number: int = Field(ge=1, le=10_000)
    quantity: int = Field(ge=1, le=100_000)
    finding: str = Field(max_length=10)
    deduction: int = Field(0, ge=0, le=10**12)


def inspect(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    findings: tuple[Found, ...],
    text: str = "",
    evidence_ids: tuple[UUID, ...] = (),
) -> Inspection:
    """What was found, for every piece of every line. All as it should be: what was granted begins at once.

    Anything else needs words and at least one photo, and the consumer is asked: nothing is held back
    without them or a person of the platform. With a flaw that was itself the reason, ``damaged`` of goods
    returned for quality is no finding against the consumer, and holds nothing back.
    """
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="inspect") as work:
        application = application_of(work)
        lines = lines_of(application)
        _check(findings, lines, application)
        clean = not any(speaks_against(f.finding, f.deduction) for f in findings)
        files = join_files(work, evidence_ids)
        if not clean and (not text.strip() or not files):
            raise Invalid(
                "A finding against the consumer needs words and a photo.", field="evidence_ids",
                clause="ASM-5.3", remedy="Describe what was found and add at least one photo of it.",
            )  # fmt: skip
        if clean:
            return take_as_found(work, application, findings, text, files)
        row = _keep(work, application, findings, text, files)
        _question(work, row, why="finding")
    return row


def take_as_found(
    work: Work, application: Application, findings: Sequence[Found], text: str = "", files: Sequence[str] = ()
) -> Inspection:
    """Nothing speaks against the goods: what was granted begins, unless the decision is in question."""
    row = _keep(work, application, findings, text, files)
    if standing.under_review(application):
        _question(work, row, why="review")
    else:
        _let_through(application, findings, lines_of(application))
        fulfilling.begin(work, application, lines_of(application), sold_of(work), basis=row.id)
    return row


def accept_finding(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The consumer accepts the finding: what was held back stays back, the rest begins."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="accept_finding") as work:
        application = application_of(work)
        row = _waiting(application)
        row.answer = "accepted"
        row.save(update_fields=["answer"])
        work.say(events.FindingAccepted(inspection_id=row.id))
        _accept(application, row)
        store(work, application, deduction=row.deduction)
        fulfilling.begin(work, application, lines_of(application), sold_of(work), basis=row.id)
    return work.case


def object_finding(
    *, case_id: UUID, actor: Actor, at: datetime, reason: str, evidence_ids: tuple[UUID, ...] = ()
) -> Case:
    """The consumer objects, with words and files: a person of the platform decides."""
    with work_on(
        AFTERSALES, case_id=case_id, actor=actor, at=at, step="object_finding", reason=reason
    ) as work:
        application = application_of(work)
        row = _waiting(application)
        text = work.keep(reason)
        row.answer, row.answer_text = "objected", text.id
        row.save(update_fields=["answer", "answer_text"])
        join_files(work, evidence_ids)
        work.say(events.FindingObjected(inspection_id=row.id, reason_id=text.id))
        tell_desk(work, key=f"objected:{row.id}")
    return work.case


def settle(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    outcome: str,
    reason: str,
    deduction: int = 0,
    amount: int = 0,
) -> Case:
    """A person of the platform decides what is in dispute, on the evidence of both sides.

    ``granted``: nothing is held back; ``partly``: ``deduction`` fen are; ``rejected``: nothing goes back.
    After a refund that was objected to, ``amount`` is what is paid on top; after an exchange or repair
    ``granted`` without an amount has the goods sent again. Both sides are told why.
    """
    rules.known("outcome", outcome, SETTLED)
    _check_sums(outcome, deduction, amount)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="settle", reason=reason) as work:
        application, text = application_of(work), work.keep(reason)
        row = standing.last_inspection(application)
        if row is not None and row.settled_at is None:
            row.settled_by, row.settled_text, row.settled_at = actor.id, text.id, at
            row.save(update_fields=["settled_by", "settled_text", "settled_at"])
        work.say(events.ConditionDecided(outcome=outcome, amount=deduction or amount, reason_id=text.id))
        reviewing.settled(work, application)
        told = {"text_id": str(text.id), "outcome": outcome}
        work.tell("aftersales_settled", work.case.consumer_id, key=str(text.id), **told)
        work.tell_organisation("aftersales_settled_merchant", work.case.merchant_id, key=str(text.id), **told)
        _carry_out(work, application, outcome, deduction=deduction, amount=amount, basis=text.id)
    return work.case


def _carry_out(
    work: Work, application: Application, outcome: str, *, deduction: int, amount: int, basis: UUID
) -> None:
    again = outcome == "granted" and amount == 0 and work.case.type not in rules.MONEY
    if application.completed_at is not None and again:
        fulfilling.send_again(work)
    elif application.parts.exists() or application.completed_at is not None:
        fulfilling.supplement(work, application, amount=amount, basis=basis)
    elif outcome == "rejected":
        work.say(events.RefundDenied())
        fulfilling.finish(work, application, outcome="rejected")
    else:
        for line in lines_of(application):
            if line.accepted is None:
                Line.objects.filter(id=line.id).update(accepted=line.quantity)
        store(work, application, deduction=deduction)
        fulfilling.begin(work, application, lines_of(application), sold_of(work), basis=basis)


def _check(findings: Sequence[Found], lines: Sequence[Line], application: Application) -> None:
    """Every piece is accounted for, and nothing is held back beyond what was paid for it.

    Pieces that are missing or wrong are not settled at all once the finding stands, so nothing is held back
    for them besides.
    """
    wanted = {line.number: line.quantity for line in lines}
    seen: dict[int, int] = {}
    for found in findings:
        rules.known("finding", found.finding, rules.FINDINGS)
        seen[found.number] = seen.get(found.number, 0) + found.quantity
    if seen != wanted:
        raise Invalid(
            "The findings do not account for every piece.", field="findings", clause="ASM-5.3",
            remedy="Give a finding for each piece that was sent back; missing ones as missing.",
        )  # fmt: skip
    own_fault = application.ground in ("quality", "damaged_in_transit", "not_as_described", "fake")
    for found in findings:
        line = next(one for one in lines if one.number == found.number)
        free = {"intact", "missing", "wrong", *(("damaged",) if own_fault else ())}
        most = 0 if found.finding in free else line.paid_fen * found.quantity // line.ordered
        if found.deduction > most:
            raise Invalid(
                "At most {most} fen can be held back for this finding.", field="findings", most=most,
                clause="L-06", remedy="Opening, reasonable testing and the flaw itself hold nothing back.",
            )  # fmt: skip


def _keep(
    work: Work, application: Application, findings: Sequence[Found], text: str, files: Sequence[str]
) -> Inspection:
    kept = work.keep(text) if text.strip() else None
    row = Inspection.objects.create(
        application=application,
        by=rules.party_of(work.actor),
        inspected_by=work.actor.id,
        text=kept.id if kept else None,
        evidence=list(files),
        deduction=sum(found.deduction for found in findings),
        made_at=work.at,
    )
    Finding.objects.bulk_create([Finding(inspection=row, **found.model_dump()) for found in findings])
    work.say(
        events.Inspected(
            inspection_id=row.id,
            findings=[found.finding for found in findings],
            amount=row.deduction,
            text_id=row.text,
        )
    )
    return row


def _let_through(application: Application, findings: Sequence[Found], lines: Sequence[Line]) -> None:
    for line in lines:
        pieces = sum(found.quantity for found in findings if found.number == line.number)
        Line.objects.filter(id=line.id).update(accepted=pieces)


def _accept(application: Application, row: Inspection) -> None:
    """Pieces that were missing, or not the ones sold, are not settled; what was worn or damaged is."""
    for line in application.lines.all():
        pieces = sum(
            f.quantity for f in row.findings.all()
            if f.number == line.number and f.finding not in ("missing", "wrong")
        )  # fmt: skip
        Line.objects.filter(id=line.id).update(accepted=pieces)


def _question(work: Work, row: Inspection, *, why: str) -> None:
    """The finding is put to the consumer; a decision in question to a person of the platform."""
    work.say(events.ConditionQuestioned(why=why))
    work.move("disputed")
    if why == "review":
        tell_desk(work, "aftersales_review", key=str(row.id))
        return
    params = {"text_id": str(row.text)} if row.text else {}
    work.tell("aftersales_finding", work.case.consumer_id, key=str(row.id), amount=row.deduction, **params)


def _waiting(application: Application) -> Inspection:
    row = standing.open_finding(application)
    if row is None:
        raise Refusal(
            "No finding waits for an answer.", code="aftersales.no_finding", clause="ASM-5.2",
            remedy="A person of the platform decides what is in dispute.",
        )  # fmt: skip
    return row


def _check_sums(outcome: str, deduction: int, amount: int) -> None:
    wrong = deduction < 0 or amount < 0 or (outcome == "partly") != (deduction > 0)
    if wrong and not (outcome == "partly" and amount > 0):
        raise Invalid(
            "A deduction goes with a partial grant, and only there.", field="deduction", clause="ASM-5.2",
            remedy="Give what is held back in fen, above zero, or choose another outcome.",
        )  # fmt: skip
