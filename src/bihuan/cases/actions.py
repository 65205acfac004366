"""What every flow does with a case: open it, change it, let people join it, link it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases.models import Case, Link, Participant
from bihuan.cases.opening import open_as, openable
from bihuan.cases.owning import check_fit, chosen, own
from bihuan.cases.work import Work, new_work, work_on

__all__ = [
    "Work",
    "check_fit",
    "chosen",
    "join",
    "leave",
    "link",
    "new_work",
    "open_as",
    "openable",
    "own",
    "unlink",
    "work_on",
]


def join(*, case: Case, person_id: UUID, role: str, at: datetime) -> None:
    """A person takes part in the case from now on; joining twice changes nothing."""
    Participant.objects.get_or_create(
        case=case, person_id=person_id, role=role, left_at=None, defaults={"joined_at": at}
    )


def leave(*, case: Case, person_id: UUID, at: datetime) -> None:
    """A person's part in the case ends."""
    Participant.objects.filter(case=case, person_id=person_id, left_at=None).update(left_at=at)


def link(*, source: Case, target: Case, kind: str, at: datetime) -> None:
    """Two cases belong together: ``merged``, ``split``, ``opened_from``."""
    Link.objects.get_or_create(
        source=source, target=target, kind=kind, undone_at=None, defaults={"made_at": at}
    )


def unlink(*, source: Case, target: Case, kind: str, at: datetime) -> None:
    """Take a link back; its row stays with the time."""
    Link.objects.filter(source=source, target=target, kind=kind, undone_at=None).update(undone_at=at)
