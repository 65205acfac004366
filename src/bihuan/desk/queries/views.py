"""The views that somebody can choose."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from bihuan.accounts.permissions import allows
from bihuan.desk.builtin import Shown, Views, usual
from bihuan.desk.filters import columns, wanted
from bihuan.desk.models import View
from bihuan.desk.permissions import D
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor


def views_of(actor: Actor) -> Views:
    """Built-in ones, those everybody shares, the actor's own; one round trip."""
    rows = [_shown(actor, row) for row in View.objects.filter(Q(shared=True) | Q(owner_id=actor.id))]
    return Views(
        usual=usual(actor),
        shared=[row for row in rows if row.shared],
        own=[row for row in rows if not row.shared],
    )


def view_for(actor: Actor, view_id: UUID) -> View:
    """A kept view that the actor may change. Raises NotFound alike for none and for somebody else's."""
    found = View.objects.filter(id=view_id).first()
    if found is None or not _may_change(actor, found):
        raise NotFound(kind="view", id=str(view_id), remedy="Choose a view of the list.")
    return found


def _may_change(actor: Actor, row: View) -> bool:
    return allows(actor, D.SHARE) if row.shared else row.owner_id == actor.id


def _shown(actor: Actor, row: View) -> Shown:
    return Shown(
        code=str(row.id),
        name=row.name,
        wanted=wanted(row.filters),
        columns=columns(row.columns),
        shared=row.shared,
        kept=True,
        mine=_may_change(actor, row),
    )
