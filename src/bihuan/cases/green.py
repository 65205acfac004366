"""The green channel: urgent needs go ahead of every queue, whatever the flow is (PCN-2.3.4.b).

A flow calls ``notice`` where a case comes in, and offers ``mark`` and ``unmark`` as steps of its table
(``steps``). What counts as an urgent need stands in the clause's values, which the operator edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from bihuan.cases import events
from bihuan.cases.flow import Flow
from bihuan.cases.models import Case, GreenLists
from bihuan.cases.work import Work, work_on
from bihuan.engine import green
from bihuan.engine.errors import Invalid, Refusal
from bihuan.engine.workflow import Step
from bihuan.journal.actor import Actor
from bihuan.norms import queries as norms

CLAUSE: Final = "PCN-2.3.4.b"
PERSON: Final = "person"
NEEDS: Final = (
    "medicine", "safety", "infant", "elderly", "minor", "disability", "pregnancy", "perishable",
)  # fmt: skip
"""The needs that a person chooses from; an operator's own clause may know more."""


def values(at: datetime) -> Mapping[str, Any]:
    """The needs, products and words in force: what the operator agreed on last, else the clause's own; empty
    where the clause is switched off."""
    if CLAUSE in norms.switched_off():
        return {}
    return lists_at(at)


def lists_at(at: datetime) -> Mapping[str, Any]:
    """The lists that held at a time, whether or not the clause is switched off now."""
    own = next((lists for decided_at, lists in _agreed(norms.mark()) if decided_at <= at), None)
    return own or norms.clause(CLAUSE).params_at(at) or {}


@lru_cache(maxsize=1)
def _agreed(_mark: UUID | None) -> Sequence[tuple[datetime, Mapping[str, Any]]]:
    """What was agreed on, the latest first: kept by the process, since every intake and every list asks."""
    rows = GreenLists.objects.filter(state="agreed").order_by("-decided_at")
    return [(at, lists) for at, lists in rows.values_list("decided_at", "lists") if at is not None]


def needs(at: datetime) -> tuple[str, ...]:
    """The codes of the needs that there are."""
    return green.codes(values(at))


def notice(work: Work, *, text: str, categories: Iterable[str] = ()) -> str:
    """Mark the case where its products or the words used show an urgent need; the need, or nothing.

    Safe to ask again with later words; a mark that a person took off is not set again by the program.
    """
    if work.case.green or work.case.imported or work.case.green_by == PERSON:
        return work.case.green
    found = green.find(values(work.at), text=text, categories=categories)
    if found is not None:
        _set(work, found, reason=None)
    return work.case.green


def mark(flow: Flow, *, case_id: UUID, actor: Actor, at: datetime, need: str, reason: str) -> Case:
    """A person puts the case into the green channel. Raises Invalid, Refusal (it is there already)."""
    if need not in NEEDS and need not in needs(at):
        raise Invalid(field="need", clause=CLAUSE, remedy=f"Choose one of: {', '.join(NEEDS)}.")
    with work_on(flow, case_id=case_id, actor=actor, at=at, step="mark_green", reason=reason) as work:
        if work.case.green:
            raise Refusal(
                "Case {number} is in the green channel already.",
                code="case.green",
                number=work.case.number,
                clause=CLAUSE,
                remedy="Take it out first to give another need.",
            )
        _set(work, green.Need(need, PERSON, ""), reason=work.keep(reason).id)
    return work.case


def unmark(flow: Flow, *, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """A supervisor takes the case out of the green channel, with a reason. Raises Refusal."""
    with work_on(flow, case_id=case_id, actor=actor, at=at, step="unmark_green", reason=reason) as work:
        if not work.case.green:
            raise Refusal(
                "Case {number} is not in the green channel.",
                code="case.not_green",
                number=work.case.number,
                clause=CLAUSE,
                remedy="Nothing has to be done: it waits where the others wait.",
            )
        work.say(events.Ungreened(need=work.case.green, reason_id=work.keep(reason).id))
        work.set(green="", green_by=PERSON, green_served_at=None)
    return work.case


def steps(live: tuple[str, ...], *, mark: StrEnum, unmark: StrEnum) -> tuple[Step, Step]:
    """The two rows of a flow's table: ``mark`` is the permission of who works on cases, ``unmark`` a
    supervisor's."""
    rows = (
        ("mark_green", "进入绿色通道", "Put into the green channel", mark),
        ("unmark_green", "移出绿色通道", "Take out of the green channel", unmark),
    )
    made = [
        Step(
            name=name, sources=live, target=None, permission=permission, clause=CLAUSE, needs_reason=True,
            zh=zh, en=en,
        )
        for name, zh, en, permission in rows
    ]  # fmt: skip
    return made[0], made[1]


def _set(work: Work, need: green.Need, *, reason: UUID | None) -> None:
    by = need.ground if need.ground == PERSON else f"{need.ground}:{need.found}"
    work.set(green=need.code, green_by=by, green_served_at=None)
    work.say(events.Greened(need=need.code, ground=need.ground, found=need.found or None, reason_id=reason))
    work.tell_role("green", "supervisor", key=f"green:{work.case.version}", need=need.code)
