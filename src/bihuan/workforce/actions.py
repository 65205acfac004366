"""Writing what makes people fit for duty; every change is an event of the person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.workforce import events
from bihuan.workforce.models import EDUCATION, STATUS, Absence, Certificate, Shift, Worker
from bihuan.workforce.permissions import WorkPermission


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
def revoke_certificate(*, person_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Take the certificate away; ``reason`` is a code such as failed_exam or violation."""
    require(actor, WorkPermission.CERTIFY)
    worker = _locked(person_id)
    if not worker.certificates.filter(revoked_at=None, until_at__gt=at).update(revoked_at=at):
        raise Refusal(
            "There is no certificate in force.", code="workforce.no_certificate", clause="PCN-2.2.1"
        )
    _say(person_id, events.CertificateRevoked(reason=reason), actor, at)


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
    *, person_id: UUID, kind: str, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> Absence:
    """Leave, illness, training … : open cases go to others by a reaction (ISH-2.1)."""
    require(actor, WorkPermission.MANAGE)
    _period(from_at, until_at)
    worker = _locked(person_id)
    made = Absence.objects.create(worker=worker, kind=kind, from_at=from_at, until_at=until_at)
    _say(person_id, events.AbsenceRecorded(absence=kind, from_at=from_at, until_at=until_at), actor, at)
    return made


@transaction.atomic
def leave(*, person_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """The person leaves; what was open goes to others. ``reason`` is a code."""
    require(actor, WorkPermission.MANAGE)
    worker = _locked(person_id)
    if worker.left_at is not None:
        raise Refusal("This person has left already.", code="workforce.left")
    worker.left_at, worker.status = at, "offline"
    worker.save(update_fields=["left_at", "status"])
    _say(person_id, events.Left(reason=reason), actor, at)


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
