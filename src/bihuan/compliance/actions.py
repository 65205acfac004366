"""Every write of the module: asking for a verification of the journal and carrying it out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.compliance.events import VerificationEnded, VerificationFailed, VerificationRequested
from bihuan.compliance.models import OPEN, Verification, VerificationState
from bihuan.compliance.permissions import CompliancePermission
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.queries import Report
from bihuan.journal.queue import defer
from bihuan.journal.subject import Subject

TASK: Final = "compliance.verify"
QUEUE: Final = "verification"
LOST_AFTER: Final = timedelta(minutes=15)
"""A run that has said nothing for so long has lost its job and makes room for a new one."""
KEPT: Final = 500
"""Findings that are kept; of more only the number."""


def request_verification(*, actor: Actor, at: datetime) -> Verification:
    """Ask for a verification of the whole journal; a job carries it out.

    Where one waits or runs already, that one is given back. Raises NotAllowed.
    """
    require(actor, CompliancePermission.JOURNAL_VERIFY)
    with transaction.atomic():
        _give_up_lost(actor, at)
        run, made = Verification.objects.get_or_create(
            slot=1, defaults={"id": uuid4(), "asked_by": actor.id, "asked_at": at, "moved_at": at}
        )
        if made:
            _say(run.id, VerificationRequested(), actor, at)
            defer(task=TASK, queue=QUEUE, calls=[{"verification_id": str(run.id)}])
    return run


def begin_verification(*, verification_id: UUID, actor: Actor, at: datetime) -> bool:
    """Whether the run is still to be carried out; a run left by a killed worker begins anew."""
    require(actor, CompliancePermission.JOURNAL_VERIFY)
    found = Verification.objects.filter(id=verification_id, state__in=OPEN)
    return bool(found.update(state=VerificationState.RUNNING, begun_at=at, moved_at=at, read=0))


def note_progress(*, verification_id: UUID, read: int, due: int, actor: Actor, at: datetime) -> None:
    """How far a running one is: for the page, no event."""
    require(actor, CompliancePermission.JOURNAL_VERIFY)
    running = Verification.objects.filter(id=verification_id, state=VerificationState.RUNNING)
    running.update(read=read, due=due, moved_at=at)


def end_verification(*, verification_id: UUID, report: Report, actor: Actor, at: datetime) -> bool:
    """Keep what was found; False where the run has ended already."""
    require(actor, CompliancePermission.JOURNAL_VERIFY)
    kept = _kept(report)
    with transaction.atomic():
        running = Verification.objects.filter(id=verification_id, state=VerificationState.RUNNING)
        ended = running.update(
            state=VerificationState.ENDED,
            slot=None,
            ended_at=at,
            moved_at=at,
            read=report.entries,
            due=report.entries,
            ok=report.ok,
            report=kept,
        )
        if ended:
            faults = sum(found.is_fault for found in report.findings)
            said = VerificationEnded(
                entries=report.entries, subjects=report.subjects, anchors=report.anchors, faults=faults
            )
            _say(verification_id, said, actor, at)
    return bool(ended)


def fail_verification(*, verification_id: UUID, reason: str, actor: Actor, at: datetime) -> bool:
    """The run could not be carried out; ``reason`` is a code."""
    require(actor, CompliancePermission.JOURNAL_VERIFY)
    with transaction.atomic():
        return _failed(verification_id, reason, actor, at)


def _give_up_lost(actor: Actor, at: datetime) -> None:
    lost = Verification.objects.filter(slot=1, moved_at__lt=at - LOST_AFTER).first()
    if lost is not None:
        _failed(lost.id, "lost", actor, at)


def _failed(verification_id: UUID, reason: str, actor: Actor, at: datetime) -> bool:
    found = Verification.objects.filter(id=verification_id, state__in=OPEN)
    failed = found.update(
        state=VerificationState.FAILED, slot=None, ended_at=at, moved_at=at, failure=reason[:60]
    )
    if failed:
        _say(verification_id, VerificationFailed(reason=reason[:60]), actor, at)
    return bool(failed)


def _kept(report: Report) -> dict[str, Any]:
    """The report as JSON, each finding with the msgid of its sentence."""
    plain = report.to_json()
    rows = zip(plain["findings"], report.findings, strict=True)
    shown = sorted(({**row, "msgid": found.msgid} for row, found in rows), key=lambda row: not row["fault"])
    return {**plain, "findings": shown[:KEPT], "left_out": len(shown[KEPT:])}


def _say(verification_id: UUID, event: Event, actor: Actor, at: datetime) -> None:
    subject = Subject("verification", verification_id)
    journal.append([journal.Draft(subject=subject, event=event, actor=actor, occurred_at=at)])
