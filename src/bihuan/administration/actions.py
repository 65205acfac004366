"""Jobs that failed, backups, and the daily record of what the pictures of the processes show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import require
from bihuan.accounts.queries import PersonalField
from bihuan.administration import events, processes
from bihuan.administration.models import OPEN, Backup, BackupState
from bihuan.administration.permissions import RoomPermission
from bihuan.administration.queries import organisation, staffing
from bihuan.engine.errors import NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal import queue
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.notices import actions as notices
from bihuan.notices import queries as notice_queries
from bihuan.workforce import queries as work

BACKUP: Final = "project.backup"
QUEUE: Final = "upkeep"
LOST_AFTER: Final = timedelta(hours=6)
"""A backup that has not ended by then has lost its job and makes room for another."""
_CODE: Final = re.compile(r"[^A-Za-z0-9_.\-]+")


@dataclass(frozen=True, slots=True)
class Invitation:
    """``token`` is shown once, and only where no mail takes it to the person (then it is empty)."""

    token: str
    until_at: datetime
    mailed: bool


@transaction.atomic
def invite(*, person_id: UUID, by_link: bool, actor: Actor, at: datetime) -> Invitation:
    """Invite by mail where mail is set up and the person has an address, else by a link to be handed on.

    ``by_link``: a link in any case. Earlier links die. Raises NotAllowed, Refusal.
    """
    made = accounts.invite(person_id=person_id, actor=actor, at=at)
    address = accounts_queries.contact(person_id, [PersonalField.EMAIL])
    if by_link or not address or not notice_queries.can_mail():
        return Invitation(made.token, made.until_at, False)
    notices.queue(
        kind="invitation",
        recipient=person_id,
        subject=Subject("invitation", person_id),
        params={"token": made.token, "until_at": made.until_at},
        key=f"invitation:{person_id}:{int(at.timestamp())}",
        channels=["mail"],
        actor=actor,
        at=at,
    )
    return Invitation("", made.until_at, True)


def retry_job(*, job_id: int, actor: Actor, at: datetime, why: str = "") -> None:
    """Let a failed job start again now. Raises NotFound, Refusal."""
    require(actor, RoomPermission.JOBS)
    with transaction.atomic():
        task = queue.start_again(job_id, at=at)
        if task is None:
            raise _not_so(job_id)
        reason = keep_reason(why, subject=_job(job_id), actor=actor, at=at)
        said = events.JobRetried(job=job_id, task=task, reason_id=reason)
        _say(_job(job_id), said, actor, at)


def give_up_job(*, job_id: int, why: str, actor: Actor, at: datetime) -> None:
    """A failed or waiting job is not carried out any more; what it was to do stays undone.

    Raises NotFound, Refusal, Invalid (no reason).
    """
    require(actor, RoomPermission.JOBS)
    with transaction.atomic():
        task = queue.give_up(job_id)
        if task is None:
            raise _not_so(job_id)
        reason = keep_reason(why, subject=_job(job_id), actor=actor, at=at, needed=True)
        said = events.JobGivenUp(job=job_id, task=task, reason_id=reason)
        _say(_job(job_id), said, actor, at)


_NOTE: Final = """
INSERT INTO administration_jobfailure (job_id, failed_at, error, place, times) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (job_id) DO UPDATE SET failed_at = excluded.failed_at, error = excluded.error,
    place = excluded.place, times = administration_jobfailure.times + 1
"""


def note_failure(*, job_id: int, error: str, place: str, at: datetime) -> None:
    """Said by the worker, whatever a job did: no permission is asked and nothing is an event."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [job_id, at, error[:120], place[:200]])


def forget_failures(*, at: datetime) -> int:
    """Failures of jobs that have succeeded or are gone since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM administration_jobfailure AS f WHERE f.failed_at < %s AND NOT EXISTS"
            " (SELECT FROM procrastinate_jobs AS j WHERE j.id = f.job_id)",
            [at - timedelta(days=1)],
        )
        return int(cursor.rowcount)


def request_backup(*, actor: Actor, at: datetime, with_keys: bool = False, why: str = "") -> Backup:
    """Ask for a backup; a job writes and verifies it. One that is under way already is given back."""
    require(actor, RoomPermission.BACKUP)
    with transaction.atomic():
        lost = Backup.objects.filter(slot=1, asked_at__lt=at - LOST_AFTER).first()
        if lost is not None:
            fail_backup(backup_id=lost.id, reason="lost", actor=actor, at=at)
        run, made = Backup.objects.get_or_create(
            slot=1,
            defaults={"id": uuid4(), "asked_by": actor.id, "asked_at": at, "with_keys": with_keys},
        )
        if made:
            subject = Subject("backup", run.id)
            reason = keep_reason(why, subject=subject, actor=actor, at=at)
            _say(subject, events.BackupRequested(with_keys=with_keys, reason_id=reason), actor, at)
            queue.defer(task=BACKUP, queue=QUEUE, calls=[{"backup_id": str(run.id)}])
    return run


def begin_backup(*, backup_id: UUID, actor: Actor, at: datetime) -> Backup | None:
    """The backup, if it is still to be written; one left by a killed worker begins anew."""
    require(actor, RoomPermission.BACKUP)
    found = Backup.objects.filter(id=backup_id, state__in=OPEN)
    if not found.update(state=BackupState.RUNNING, begun_at=at):
        return None
    return Backup.objects.get(id=backup_id)


def end_backup(
    *, backup_id: UUID, file: str, size: int, members: int, sha256: str, actor: Actor, at: datetime
) -> bool:
    """It is written and every file in it was compared; False where it has ended already."""
    require(actor, RoomPermission.BACKUP)
    with transaction.atomic():
        ended = Backup.objects.filter(id=backup_id, state=BackupState.RUNNING).update(
            state=BackupState.ENDED,
            slot=None,
            ended_at=at,
            verified_at=at,
            file=file,
            size=size,
            members=members,
            sha256=sha256,
        )
        if ended:
            said = events.BackupEnded(members=members, size=size, sha256=sha256)
            _say(Subject("backup", backup_id), said, actor, at)
    return bool(ended)


def fail_backup(*, backup_id: UUID, reason: str, actor: Actor, at: datetime) -> bool:
    """It could not be written; ``reason`` is a code."""
    require(actor, RoomPermission.BACKUP)
    code = _CODE.sub("_", reason)[:60] or "unknown"
    with transaction.atomic():
        failed = Backup.objects.filter(id=backup_id, state__in=OPEN).update(
            state=BackupState.FAILED, slot=None, ended_at=at, failure=code
        )
        if failed:
            _say(Subject("backup", backup_id), events.BackupFailed(reason=code), actor, at)
    return bool(failed)


@transaction.atomic
def record_processes(*, actor: Actor, at: datetime) -> int:
    """One entry a process: its states and steps, and a digest that tells a change (ASM-2.2)."""
    require(actor, RoomPermission.RECORD)
    drafts = [
        journal.Draft(
            Subject.named("process", each.code),
            events.ProcessShown(
                process=each.code,
                states=len(each.workflow.states),
                steps=len(each.workflow.steps),
                digest=processes.digest(each.workflow),
            ),
            actor,
            at,
        )
        for each in processes.processes()
    ]
    journal.append(drafts)
    return len(drafts)


@transaction.atomic
def record_organisation(*, actor: Actor, at: datetime) -> int:
    """What is missing in the organisation today, as codes; returns how much (ASM-2.1)."""
    require(actor, RoomPermission.RECORD)
    nodes = work.tree(actor, at=at)
    found = organisation.missing(nodes, at=at)
    said = events.OrganisationReviewed(
        units=len(nodes), gaps=len(found), codes=sorted({gap.code for gap in found})
    )
    _say(Subject.named("organisation", "units"), said, actor, at)
    return len(found)


@transaction.atomic
def record_staffing(*, actor: Actor, at: datetime) -> int:
    """Whether enough people are there in the coming seven days; returns the hours short (ASM-2.3)."""
    require(actor, RoomPermission.RECORD)
    found = staffing.forecast(actor, start=staffing.midnight(at), at=at)
    short = [slot for slot in found.slots if slot.missing]
    said = events.StaffingForeseen(
        days=len(found.slots) // 24,
        short=len(short),
        most=max((slot.missing for slot in short), default=0),
        kinds=sorted({kind for slot in short for kind in slot.hour.late}),
    )
    _say(Subject.named("staffing", "week"), said, actor, at)
    return len(short)


def _job(job_id: int) -> Subject:
    return Subject.named("job", str(job_id))


def _not_so(job_id: int) -> Refusal | NotFound:
    state = queue.state_of(job_id)
    if state is None:
        return NotFound(kind="job", id=str(job_id))
    return Refusal(
        "This job is {state}.",
        code="job.state",
        state=state,
        remedy="Only failed jobs start again, and only failed or waiting ones are given up.",
    )


def _say(subject: Subject, event: Event, actor: Actor, at: datetime) -> None:
    journal.append([journal.Draft(subject, event, actor, at)])
