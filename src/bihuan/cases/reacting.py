"""What the reactions of every flow share: whose event it is, giving a new case out, a notice that arrived."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.cases import queries
from bihuan.cases.flow import Flow
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.notices import queries as notices


def case_of(entry: Entry, flow: Flow) -> UUID | None:
    """The case that an event names (a payment, an instruction); None where it is none of this flow's."""
    given = entry.data.get("case_id")
    if given is None or queries.flow_of(UUID(given)) != flow.name:
        return None
    return UUID(given)


def give_out(entry: Entry, at: datetime, assign: Callable[..., object]) -> None:
    """A case came in: somebody gets it (ISH-2.1), unless it is over by now."""
    if not queries.get(entry.subject_id).is_open:
        return
    try:
        assign(case_id=entry.subject_id, actor=PROGRAM, at=at)
    except Refusal:
        return  # it was withdrawn or ended before anybody could get it


def note_told(
    entry: Entry,
    at: datetime,
    mark_told: Callable[..., object],
    *,
    kinds: Collection[str],
    more: Callable[[Any], Mapping[str, object]] = lambda _notice: {},
) -> None:
    """A notice of a case reached its person: what it told counts as told, by the provider's stamp.

    Notices of other ``kinds`` are passed over; ``more`` is what the action takes of it besides.
    """
    notice = notices.get(entry.subject_id)
    if notice.subject_kind != "case" or notice.kind not in kinds:
        return
    mark_told(
        case_id=notice.subject_id,
        actor=PROGRAM,
        at=at,
        kind=notice.kind,
        notice_id=notice.id,
        channel=notice.channel,
        told_at=entry.occurred_at,
        **more(notice),
    )
