"""Writing what makes people fit for duty; every change is an event of the person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts import queries as accounts
from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import Resource, Role, require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.notices import actions as notices
from bihuan.workforce import events
from bihuan.workforce.models import EDUCATION, STATUS, Absence, Certificate, Shift, Worker
from bihuan.workforce.permissions import WorkPermission
from bihuan.workforce.queries import people as queries

MOST: Final = 1000
"""Open cases of one person."""


@transaction.atomic
def hire(
    *,
    person_id: UUID,
    number: str,
    education: str,
    skills: Sequence[str],
    actor: Actor,
    at: datetime,
    capacity: int = 30,
    round_the_clock: bool = False,
) -> Worker:
    """A person begins to work here. Raises Invalid for an unknown education, Refusal when hired already."""
    require(actor, WorkPermission.MANAGE)
    _one_of("education", education, EDUCATION)
    if Worker.objects.filter(person_id=person_id).exists():
        raise Refusal("This person works here already.", code="workforce.hired", clause="PCN-2.2.1")
    worker = Worker.objects.create(
        person_id=person_id,
        number=number,
        education=education,
        skills=sorted(set(skills)),
        capacity=capacity,
        round_the_clock=round_the_clock,
        hired_at=at,
    )
    _say(person_id, events.Hired(education=education, skills=worker.skills), actor, at)
    return worker


@transaction.atomic
def set_education(*, person_id: UUID, education: str, actor: Actor, at: datetime) -> None:
    """Register the education; below senior high nobody is on duty (PCN-2.2.1)."""
    require(actor, WorkPermission.MANAGE)
    _one_of("education", education, EDUCATION)
    worker = _locked(person_id)
    worker.education = education
    worker.save(update_fields=["education"])
    _say(person_id, events.EducationSet(education=education), actor, at)


@transaction.atomic
def set_skills(*, person_id: UUID, skills: Sequence[str], actor: Actor, at: datetime) -> None:
    """The kinds of complaints the person can handle; codes such as quality, delivery, safety."""
    require(actor, WorkPermission.MANAGE)
    worker = _locked(person_id)
    worker.skills = sorted(set(skills))
    worker.save(update_fields=["skills"])
    _say(person_id, events.SkillsSet(skills=worker.skills), actor, at)


@transaction.atomic
def issue_certificate(
    *, person_id: UUID, version: str, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> Certificate:
    """Issue the service certificate for a period; not to oneself (PCN-2.2.1)."""
    require(actor, WorkPermission.CERTIFY)
    if actor.id == person_id:
        raise Refusal(
            "Nobody certifies themselves.",
            code="workforce.own_certificate",
            clause="PCN-2.2.1",
            remedy="Ask another manager.",
        )
    _period(from_at, until_at)
    worker = _locked(person_id)
    made = Certificate.objects.create(
        worker=worker, version=version, from_at=from_at, until_at=until_at, issued_by=actor.id
    )
    said = events.CertificateIssued(version=version, from_at=from_at, until_at=until_at)
    _say(person_id, said, actor, at)
    return made


@transaction.atomic
def revoke_certificate(*, person_id: UUID, reason: str, actor: Actor, at: datetime, why: str = "") -> None:
    """Take the certificate away; ``reason`` is a code such as failed_exam or violation."""
    require(actor, WorkPermission.CERTIFY)
    worker = _locked(person_id)
    if not worker.certificates.filter(revoked_at=None, until_at__gt=at).update(revoked_at=at):
        raise Refusal(
            "There is no certificate in force.", code="workforce.no_certificate", clause="PCN-2.2.1"
        )
    words = _words(why, person_id, actor, at)
    _say(person_id, events.CertificateRevoked(reason=reason, reason_id=words), actor, at)


@transaction.atomic
def plan_shift(
    *, person_id: UUID, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> Shift:
    """Plan a shift. Raises Refusal where it overlaps another one of the person."""
    require(actor, WorkPermission.MANAGE)
    _period(from_at, until_at)
    worker = _locked(person_id)
    if worker.shifts.filter(from_at__lt=until_at, until_at__gt=from_at).exists():
        raise Refusal(
            "The person has a shift in this time already.",
            code="workforce.overlap",
            clause="ISH-2.1",
            remedy="Choose a time that does not overlap.",
        )
    made = Shift.objects.create(worker=worker, from_at=from_at, until_at=until_at)
    _say(person_id, events.ShiftPlanned(from_at=from_at, until_at=until_at), actor, at)
    return made


@transaction.atomic
def set_status(*, person_id: UUID, status: str, actor: Actor, at: datetime) -> None:
    """Online, busy or offline; one's own, or a supervisor's for somebody."""
    require(actor, WorkPermission.STATUS, Resource(person_ids=frozenset({person_id})))
    _one_of("status", status, STATUS)
    worker = _locked(person_id)
    worker.status = status
    worker.save(update_fields=["status"])
    _say(person_id, events.StatusSet(status=status), actor, at)


@transaction.atomic
def record_absence(
    *,
    person_id: UUID,
    kind: str,
    from_at: datetime,
    until_at: datetime,
    actor: Actor,
    at: datetime,
    why: str = "",
) -> Absence:
    """Leave, illness, training … : open cases go to others by a reaction (ISH-2.1)."""
    require(actor, WorkPermission.MANAGE)
    _period(from_at, until_at)
    worker = _locked(person_id)
    made = Absence.objects.create(worker=worker, kind=kind, from_at=from_at, until_at=until_at)
    words = _words(why, person_id, actor, at)
    said = events.AbsenceRecorded(absence=kind, from_at=from_at, until_at=until_at, reason_id=words)
    _say(person_id, said, actor, at)
    return made


@transaction.atomic
def cancel_shift(*, shift_id: int, actor: Actor, at: datetime, why: str = "") -> None:
    """Take a planned shift back that has not begun. Raises NotFound, Refusal."""
    require(actor, WorkPermission.MANAGE)
    shift = Shift.objects.select_for_update().filter(id=shift_id).first()
    if shift is None:
        raise NotFound(kind="shift", id=str(shift_id))
    if shift.from_at <= at:
        raise Refusal(
            "A shift that has begun is not taken back.",
            code="workforce.begun",
            clause="ISH-2.1",
            remedy="Record an absence for the rest of it.",
        )
    shift.delete()
    words = _words(why, shift.worker_id, actor, at)
    said = events.ShiftCancelled(from_at=shift.from_at, until_at=shift.until_at, reason_id=words)
    _say(shift.worker_id, said, actor, at)


@transaction.atomic
def end_absence(*, absence_id: int, actor: Actor, at: datetime, why: str = "") -> None:
    """The person is back before the end, or the absence never came: work is assigned again from now on."""
    require(actor, WorkPermission.MANAGE)
    absence = Absence.objects.select_for_update().filter(id=absence_id).first()
    if absence is None:
        raise NotFound(kind="absence", id=str(absence_id))
    if absence.until_at <= at:
        raise Refusal("This absence is over.", code="workforce.over", clause="ISH-2.1")
    if absence.from_at < at:
        Absence.objects.filter(id=absence_id).update(until_at=at)
    else:
        Absence.objects.filter(id=absence_id).delete()
    said = events.AbsenceEnded(
        absence=absence.kind,
        from_at=absence.from_at,
        until_at=max(at, absence.from_at),
        reason_id=_words(why, absence.worker_id, actor, at),
    )
    _say(absence.worker_id, said, actor, at)


@transaction.atomic
def set_capacity(
    *, person_id: UUID, capacity: int, round_the_clock: bool, actor: Actor, at: datetime
) -> None:
    """How many open cases a person may have, and whether planned shifts are needed."""
    require(actor, WorkPermission.MANAGE)
    if not 1 <= capacity <= MOST:
        raise Invalid(field="capacity", remedy="Give a whole number from 1 to 1000.")
    worker = _locked(person_id)
    worker.capacity, worker.round_the_clock = capacity, round_the_clock
    worker.save(update_fields=["capacity", "round_the_clock"])
    _say(person_id, events.CapacitySet(capacity=capacity, round_the_clock=round_the_clock), actor, at)


@transaction.atomic
def warn_certificates(*, actor: Actor, at: datetime, days: int) -> int:
    """Tell whose certificate ends within so many days, and the managers of people; each once (PCN-2.2.1).

    Who has a later certificate already is not told. Returns how many were warned.
    """
    require(actor, WorkPermission.CERTIFY)
    ending = list(queries.ending(at=at, days=days, unwarned=True).select_for_update(of=("self",)))
    for certificate in ending:
        _warn(certificate, days, actor, at)
    return len(ending)


def _warn(certificate: Certificate, days: int, actor: Actor, at: datetime) -> None:
    Certificate.objects.filter(id=certificate.id).update(warned_days=days)
    person_id, until_at = certificate.worker_id, certificate.until_at
    said = events.CertificateWarned(version=certificate.version, until_at=until_at, days=days)
    _say(person_id, said, actor, at)
    team_id = queries.team_of(person_id)
    heads = set(accounts.people_with_role(Role.MANAGER, at=at))
    heads |= set(accounts.people_with_role(Role.SUPERVISOR, at=at, team_id=team_id) if team_id else ())
    orders = [
        notices.Order(
            kind="certificate_ends",
            recipient=recipient,
            subject=Subject("person", person_id),
            key=f"certificate:{certificate.id}:{days}:{recipient}",
            params={"person": person_id, "version": certificate.version, "until_at": until_at},
        )
        for recipient in sorted({person_id, *heads})
    ]
    notices.queue_many(orders=orders, actor=actor, at=at)


@transaction.atomic
def leave(*, person_id: UUID, reason: str, actor: Actor, at: datetime, why: str = "") -> None:
    """The person leaves; what was open goes to others. ``reason`` is a code."""
    require(actor, WorkPermission.MANAGE)
    worker = _locked(person_id)
    if worker.left_at is not None:
        raise Refusal("This person has left already.", code="workforce.left")
    worker.left_at, worker.status = at, "offline"
    worker.save(update_fields=["left_at", "status"])
    _say(person_id, events.Left(reason=reason, reason_id=_words(why, person_id, actor, at)), actor, at)


def _words(why: str, person_id: UUID, actor: Actor, at: datetime) -> UUID | None:
    return keep_reason(why, subject=Subject("person", person_id), actor=actor, at=at)


def _locked(person_id: UUID) -> Worker:
    worker = Worker.objects.select_for_update().filter(person_id=person_id).first()
    if worker is None:
        raise NotFound(kind="worker", id=str(person_id))
    return worker


def _period(from_at: datetime, until_at: datetime) -> None:
    if until_at <= from_at:
        raise Invalid("The end must lie after the start.", field="until_at", remedy="Give a later end.")


def _one_of(field: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise Invalid(
            "{field} is {value}; it must be one of: {allowed}.",
            field=field,
            value=value[:40],
            allowed=", ".join(allowed),
            remedy="Choose one of the values named.",
        )


def _say(person_id: UUID, event: Event, actor: Actor, at: datetime) -> None:
    journal.append([Draft(Subject("person", person_id), event, actor, at)])
