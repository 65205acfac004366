"""Keeping views: one's own, and shared ones by supervisors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.desk import events
from bihuan.desk.actions.record import record
from bihuan.desk.filters import Wanted, columns
from bihuan.desk.models import View
from bihuan.desk.permissions import D
from bihuan.desk.queries.views import view_for
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor

MOST: Final = 30
LONGEST: Final = 40


@transaction.atomic
def save_view(
    *,
    name: str,
    wanted: Wanted,
    shown: Sequence[str],
    shared: bool,
    actor: Actor,
    at: datetime,
    view_id: UUID | None = None,
) -> View:
    """Keep a view, or change the one of ``view_id``.

    Raises NotAllowed (shared ones are supervisors'), NotFound, Invalid for the name, Refusal for a name
    that is taken or one view too many.
    """
    require(actor, D.SHARE if shared else D.WORK)
    row = view_for(actor, view_id) if view_id else View(id=uuid4(), owner_id=actor.id, made_at=at)
    row.name, row.shared, row.changed_at = _name(name), shared, at
    row.filters, row.columns = wanted.codes(), list(columns(shown))
    _check_place(row, new=view_id is None)
    row.save()
    record(
        events.ViewSaved(view_id=row.id, shared=shared, filters=row.filters, columns=row.columns),
        actor=actor,
        at=at,
    )
    return row


@transaction.atomic
def remove_view(*, view_id: UUID, actor: Actor, at: datetime) -> None:
    """Forget a view. Raises NotAllowed, NotFound."""
    require(actor, D.WORK)
    row = view_for(actor, view_id)
    record(events.ViewRemoved(view_id=row.id, shared=row.shared), actor=actor, at=at)
    row.delete()


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Invalid(
            "The name of a view has one to {most} characters.",
            field="name",
            most=LONGEST,
            remedy="Give it a short name.",
        )
    if accounts.scan(name).findings:
        raise Invalid(
            "The name of a view holds no personal data.",
            field="name",
            remedy="Leave out numbers of people, such as telephone or identity card.",
            clause="PCN-2.2.2.d",
        )
    return name


def _check_place(row: View, *, new: bool) -> None:
    beside = (
        View.objects.filter(shared=True)
        if row.shared
        else View.objects.filter(shared=False, owner_id=row.owner_id)
    )
    names = list(beside.exclude(id=row.id).select_for_update().values_list("name", flat=True))
    if row.name in names:
        raise Refusal(
            "There is a view with the name {name} already.",
            code="desk.view_name",
            name=row.name,
            remedy="Give it another name, or change that one.",
        )
    if new and len(names) >= MOST:
        raise Refusal(
            "There are {most} views already.",
            code="desk.views",
            most=MOST,
            remedy="Remove one that is not needed.",
        )
