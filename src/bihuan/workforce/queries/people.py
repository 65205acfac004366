"""Who may work on what, and who could take it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.workforce.models import ENOUGH, Absence, Certificate, Shift, Worker

Load = Callable[[Collection[UUID]], Mapping[UUID, int]]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody may not work: a code and the clause behind it."""

    code: str
    clause: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """``ok`` when no reason speaks against it."""

    reasons: tuple[Reason, ...]

    @property
    def ok(self) -> bool:
        return not self.reasons


_load: list[Load] = []


def register_load(load: Load) -> None:
    """Who counts open work: person ids in, number of open cases by person out. Set once at the start."""
    _load[:] = [load]


def may_work(person_id: UUID, *, at: datetime, skill: str | None = None) -> Eligibility:
    """Whether the person may be given work of this skill now, and every reason why not (PCN-2.2.1)."""
    worker = _facts(at).filter(person_id=person_id).first()
    if worker is None:
        return Eligibility((Reason("not_a_worker", "PCN-2.2.1"),))
    return Eligibility(tuple(_reasons(worker, at, skill)))


def candidates(*, at: datetime, skills: Sequence[str], exclude: Collection[UUID] = ()) -> list[UUID]:
    """People who may take work of any of these skills now, the least loaded share of capacity first.

    Nobody beyond their capacity; equal shares go by employee number, so that the same facts give
    the same choice (PCN-1.3).
    """
    workers = [
        w
        for w in _facts(at).filter(left_at=None).exclude(person_id__in=list(exclude))
        if any(not list(_reasons(w, at, skill)) for skill in skills)
    ]
    loads = _load[0]([w.person_id for w in workers]) if _load and workers else {}
    free = [w for w in workers if loads.get(w.person_id, 0) < w.capacity]
    free.sort(key=lambda w: (loads.get(w.person_id, 0) / w.capacity, w.number))
    return [w.person_id for w in free]


def team_of(person_id: UUID) -> UUID | None:
    """The team of a worker; None for nobody or no team."""
    found = Worker.objects.filter(person_id=person_id).values_list("person__team_id").first()
    return found[0] if found else None


def workers(*, at: datetime) -> list[Worker]:
    """Everybody who works here, by employee number, with the person."""
    return list(_facts(at).filter(left_at=None).select_related("person").order_by("number"))


def worker(person_id: UUID) -> Worker | None:
    """The person at work; None for somebody who was never hired."""
    return Worker.objects.filter(person_id=person_id).first()


def certificates(person_id: UUID) -> list[Certificate]:
    """Every certificate of a person, the latest first."""
    return list(Certificate.objects.filter(worker_id=person_id).order_by("-until_at", "-id"))


def shifts(person_id: UUID, *, since: datetime, limit: int = 50) -> list[Shift]:
    """Shifts that end after this instant, in order."""
    return list(Shift.objects.filter(worker_id=person_id, until_at__gt=since).order_by("from_at")[:limit])


def absences(person_ids: Collection[UUID], *, since: datetime, limit: int = 100) -> list[Absence]:
    """Absences of these people that end after this instant, in order."""
    found = Absence.objects.filter(worker_id__in=list(person_ids), until_at__gt=since)
    return list(found.order_by("from_at", "id")[:limit])


def ending(*, at: datetime, days: int, unwarned: bool = False) -> QuerySet[Certificate]:
    """Certificates in force that end within so many days and are followed by no later one (PCN-2.2.1).

    ``unwarned``: only those that were not warned of so late yet.
    """
    later = Certificate.objects.filter(
        worker=OuterRef("worker"), revoked_at=None, until_at__gt=OuterRef("until_at")
    )
    found = Certificate.objects.filter(
        revoked_at=None,
        from_at__lte=at,
        until_at__gt=at,
        until_at__lte=at + timedelta(days=days),
        worker__left_at=None,
    ).exclude(Exists(later))
    if unwarned:
        found = found.filter(Q(warned_days=None) | Q(warned_days__gt=days))
    return found.order_by("until_at", "id")


def uncertified(*, at: datetime) -> list[UUID]:
    """People at work without a certificate in force."""
    found = _facts(at).filter(left_at=None).order_by("number")
    return [w.person_id for w in found if not w.certified]  # type: ignore[attr-defined]


def _facts(at: datetime) -> QuerySet[Worker]:
    now = {"worker": OuterRef("pk"), "from_at__lte": at, "until_at__gt": at}
    return Worker.objects.annotate(
        certified=Exists(Certificate.objects.filter(**now, revoked_at=None)),
        on_shift=Exists(Shift.objects.filter(**now)),
        absent=Exists(Absence.objects.filter(**now)),
    )


def _reasons(worker: Worker, at: datetime, skill: str | None) -> list[Reason]:
    facts = [
        (worker.left_at is not None and worker.left_at <= at, "left", "ISH-2.1"),
        (worker.education not in ENOUGH, "education", "PCN-2.2.1"),
        (not worker.certified, "no_certificate", "PCN-2.2.1"),  # type: ignore[attr-defined]
        (worker.absent, "absent", "ISH-2.1"),  # type: ignore[attr-defined]
        (not (worker.on_shift or worker.round_the_clock), "off_shift", "ISH-2.1"),  # type: ignore[attr-defined]
        (skill is not None and "any" not in worker.skills and skill not in worker.skills, "skill", "ISH-2.1"),
    ]
    return [Reason(code, clause) for holds, code, clause in facts if holds]
