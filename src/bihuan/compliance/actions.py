"""Every write of the module: verifications of the journal; samples of an audit and what is taken of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.compliance import bundle, counting, queries
from bihuan.compliance.bundle import Bundle
from bihuan.compliance.events import (
    BundleTaken,
    SampleCaseOpened,
    SampleDrawn,
    VerificationEnded,
    VerificationFailed,
    VerificationRequested,
)
from bihuan.compliance.figures import Filters, Outcome
from bihuan.compliance.models import OPEN, Sample, SampleCase, Verification, VerificationState
from bihuan.compliance.permissions import CompliancePermission
from bihuan.engine.errors import Invalid
from bihuan.evidence import actions as evidence
from bihuan.evidence.queries import Reason
from bihuan.journal import actions as journal
from bihuan.journal import queries as history
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
MOST_WANTED: Final = 50
"""Cases of one stratum in a sample."""
SAME_LOOK: Final = timedelta(minutes=10)
"""A case opened again by the same person within this time is the same look."""


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


def draw_sample(
    *,
    actor: Actor,
    at: datetime,
    start: datetime,
    end: datetime,
    seed: int,
    wanted: int = 5,
    clause_id: str = "",
    book: str = "",
) -> Sample:
    """Draw up to ``wanted`` cases of each outcome among those with a clock that ends in [start, end).

    The same seed over the same clocks draws the same cases. Raises NotAllowed, Invalid.
    """
    require(actor, CompliancePermission.AUDIT)
    queries.check_period(start, end)
    _check_size(seed, wanted)
    asked = queries.asked(actor, start, end, at, Filters(book=book or None), clause_id or None)
    drawn, population = counting.sample(asked, seed, wanted)
    with transaction.atomic():
        sample = Sample.objects.create(
            id=uuid4(),
            seed=seed,
            start=start,
            end=end,
            at=at,
            clause_id=clause_id,
            book=book,
            wanted=wanted,
            population={str(stratum): size for stratum, size in population.items()},
            digest=_digest(drawn),
            drawn_by=actor.id,
            drawn_at=at,
        )
        SampleCase.objects.bulk_create(
            SampleCase(sample=sample, place=place, case_id=case, stratum=str(stratum))
            for place, (case, stratum) in enumerate(drawn, 1)
        )
        said = SampleDrawn(
            seed=seed,
            start=start,
            end=end,
            wanted=wanted,
            cases=len(drawn),
            digest=sample.digest,
            clause=clause_id or None,
            book=book or None,
        )
        _say_of(sample.id, said, actor, at)
    return sample


def open_sampled(*, sample_id: UUID, case_id: UUID, actor: Actor, at: datetime) -> SampleCase:
    """Record that somebody looks at a case of a sample. Raises NotAllowed, NotFound."""
    case = queries.sampled(actor, sample_id, case_id)
    if not _looked(case, actor, at):
        with transaction.atomic():
            _say_of(sample_id, SampleCaseOpened(case_id=case_id, stratum=case.stratum), actor, at)
    return case


def take_bundle(*, sample_id: UUID, case_id: UUID, actor: Actor, at: datetime) -> Bundle:
    """The evidence bundle of a case of a sample as one ZIP; the caller closes its stream.

    Each evidence file's own export is recorded too. Raises NotAllowed, NotFound, Damaged.
    """
    case = queries.sampled(actor, sample_id, case_id)
    with evidence.bundle(actor=actor, at=at, case_id=case_id, reason=Reason.AUTHENTICITY) as files:
        made = bundle.written(case, files, actor=actor, at=at)
    try:
        with transaction.atomic():
            said = BundleTaken(case_id=case_id, sha256=made.sha256, size=made.size, files=made.files)
            _say_of(sample_id, said, actor, at)
    except BaseException:
        made.stream.close()
        raise
    return made


def _check_size(seed: int, wanted: int) -> None:
    if not 0 <= seed < 2**63:
        raise Invalid(field="seed", remedy="Give a whole number of at most 18 digits.")
    if not 1 <= wanted <= MOST_WANTED:
        raise Invalid(field="wanted", remedy="Give a number of cases between 1 and 50.")


def _digest(drawn: Sequence[tuple[UUID, Outcome]]) -> str:
    """SHA-256 over the lines ``outcome case-id`` in the order drawn."""
    lines = "".join(f"{stratum} {case}\n" for case, stratum in drawn)
    return hashlib.sha256(lines.encode()).hexdigest()


def _looked(case: SampleCase, actor: Actor, at: datetime) -> bool:
    """Whether this person opened this case a moment ago."""
    wanted = (SampleCaseOpened.NAME, str(case.case_id), actor.id)
    return any(
        (entry.event, entry.data.get("case_id"), entry.actor_id) == wanted
        and entry.occurred_at > at - SAME_LOOK
        for entry in history.entries_of(case.sample_id, limit=10_000)
    )


def _say_of(sample_id: UUID, event: Event, actor: Actor, at: datetime) -> None:
    subject = Subject("audit", sample_id)
    journal.append([journal.Draft(subject=subject, event=event, actor=actor, occurred_at=at)])


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
