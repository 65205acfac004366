"""Colleagues named in notes, and followers: whoever wants to hear of a case hears of words and steps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.cases import actions as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.actions import Work
from bihuan.cases.mentions import named_in
from bihuan.complaints import events
from bihuan.conversations import actions as conversations
from bihuan.conversations import queries as conversation_queries
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.notices import actions as notices
from bihuan.notices.actions import Order

STEPS: Final = frozenset(
    f"complaint.{name}"
    for name in (
        "refused", "supplemented", "handed_over", "investigation_opened", "findings_recorded",
        "liability_decided", "liability_objected", "default_found", "offered", "countered", "agreed",
        "decided", "demand_declined", "mediation_opened", "mediation_closed", "extended", "handled", "closed",
        "withdrawn", "reopened", "merged", "split", "appealed", "appeal_decided", "major_recognised",
    )
)  # fmt: skip
"""The steps of which followers hear; the words stand in notices/texts/followed.yaml."""


def mention(work: Work, text: str, message_id: UUID) -> set[UUID]:
    """Tell the colleagues whom a note names; who may not read the case yet is let in. Returns whom.

    The writer and whoever is named follow the case from now on.
    """
    conversations.follow(case_id=work.case.id, actor=work.actor, at=work.at)
    named = [one for one in named_in(text, work.case, at=work.at) if one.id != work.actor.id]
    for one in named:
        if not one.inside:
            cases.join(case=work.case, person_id=one.id, role="asked", at=work.at)
            work.say(events.ColleagueJoined(person_id=one.id, message_id=message_id))
        conversations.follow(case_id=work.case.id, actor=work.actor, at=work.at, person_id=one.id)
        work.tell("mention", one.id, key=f"{message_id}:{one.id}", by=str(work.actor.id))
    return {one.id for one in named}


def tell_followers(work: Work, what: str, *, key: str, without: Collection[UUID] = ()) -> None:
    """Everybody who follows the case hears of a message, but not whoever wrote it."""
    silent = {work.actor.id, *without}
    for person in conversation_queries.followers_of(work.case.id):
        if person not in silent and _may_read(person, work.case.id, work.at):
            work.tell("followed", person, key=f"{key}:{person}", what=what, by=str(work.actor.id))


def tell_of_step(*, case_id: UUID, event: str, entry_id: int, by: UUID, actor: Actor, at: datetime) -> None:
    """The same after a step that ``by`` took, from its entry; safe to repeat."""
    case = case_queries.get(case_id)
    params = {"number": case.number, "what": event.removeprefix("complaint.")}
    if by != PROGRAM.id:
        params["by"] = str(by)
    orders = [
        Order(
            kind="followed", recipient=person, subject=case.subject, key=f"{entry_id}:{person}", params=params
        )
        for person in conversation_queries.followers_of(case.id)
        if person != by and _may_read(person, case.id, at)
    ]
    if orders:
        notices.queue_many(orders=orders, actor=actor, at=at)


def _may_read(person_id: UUID, case_id: UUID, at: datetime) -> bool:
    """Somebody who followed and may not know of the case any more hears nothing."""
    return case_queries.may_read(accounts.actor_by_id(person_id, at=at), case_id)
