"""One flow opens another: one button, nothing typed twice, both cases linked."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bihuan.accounts.permissions import allows, require
from bihuan.cases import events, kinds, queries
from bihuan.cases.kinds import Kind, Opener
from bihuan.cases.models import Case, Link
from bihuan.engine.errors import Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor

LINK: Final = "opened_from"


def openable(actor: Actor, case: Case) -> list[Kind]:
    """The flows that the actor may open from this case."""
    if kinds.of(case.flow).story is None:
        return []
    return [
        kind
        for kind in kinds.known()
        if kind.opener is not None
        and kind.flow.name != case.flow
        and kind.permission is not None
        and allows(actor, kind.permission, case.resource)
    ]


def open_as(*, flow: str, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Open a case of a flow from one of another, which goes on beside it; pressed twice, it is opened once.

    Raises NotFound for a case that the actor may not know of, NotAllowed, a Refusal where the flows do not
    open each other, and whatever the flow itself refuses; nothing is changed then.
    """
    source = queries.get_for(actor, case_id)
    kind = kinds.of(flow)
    story, opener = kinds.of(source.flow).story, kind.opener
    if story is None or opener is None or kind.permission is None or kind.flow.name == source.flow:
        raise Refusal(
            "A case of this kind cannot be opened from case {number}.",
            code="case.not_openable",
            number=source.number,
            remedy="Register it by itself and link the two.",
        )
    require(actor, kind.permission, source.resource)
    with transaction.atomic():
        Case.objects.select_for_update().get(id=source.id)
        known = _opened(source, flow)
        return known or _open(source, opener, flow, story=story(source.id), actor=actor, at=at)


def _opened(source: Case, flow: str) -> Case | None:
    """The open case that was opened from this one already, whichever way round."""
    out = Q(links_out__target=source, links_out__kind=LINK, links_out__undone_at=None)
    back = Q(links_in__source=source, links_in__kind=LINK, links_in__undone_at=None)
    return Case.objects.filter(out | back, flow=flow, is_open=True).first()


def _open(source: Case, opener: Opener, flow: str, *, story: kinds.Story, actor: Actor, at: datetime) -> Case:
    made = queries.get(opener(source=source, story=story, actor=actor, at=at))
    Link.objects.create(source=made, target=source, kind=LINK, made_at=at)
    said = (
        (source, events.OpenedAs(to_id=made.id, flow=flow)),
        (made, events.OpenedFrom(from_id=source.id, flow=source.flow)),
    )
    journal.append(
        [
            journal.Draft(subject=case.subject, event=event, actor=actor, occurred_at=at)
            for case, event in said
        ]
    )
    return made
