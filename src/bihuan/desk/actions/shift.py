"""The end of a shift: every open case of a person goes on in one go, and is confirmed by whoever takes it.

Each case is handed over by its own flow and in its own transaction (ISH-3.4); what cannot go stays with
its owner and is told, so that none is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts.permissions import require
from bihuan.aftersales import actions as aftersales
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import actions as complaints
from bihuan.desk.permissions import D
from bihuan.engine.errors import BihuanError, Invalid, Refusal
from bihuan.journal.actor import Actor
from bihuan.workforce import queries as workforce

log = logging.getLogger(__name__)
AT_ONCE: Final = 200
"""Cases of one request; the rest goes with the next."""
TRIED: Final = 3
"""People who are asked for one case, where by load."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of one case: ``to_id`` None where it stayed with its owner, and why."""

    case_id: UUID
    number: str
    to_id: UUID | None = None
    error: BihuanError | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class HandedOn:
    """All cases of the request, and how many are still to go."""

    rows: Sequence[Passed]
    left_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A case whose open promises and steps somebody has read one by one."""

    case_id: UUID
    promises: Sequence[UUID] = ()
    tasks: Sequence[UUID] = ()


def hand_on(*, person_id: UUID, to_id: UUID | None, reason: str, actor: Actor, at: datetime) -> HandedOn:
    """Hand every open case of a person to a colleague, or each to whoever is able and has least to do.

    One's own; somebody else's with ``desk:board``. Raises NotAllowed, and Invalid where there is nothing to
    hand on, no reason, or the colleague is the person.
    """
    require(actor, D.WORK if person_id == actor.id else D.BOARD)
    if to_id == person_id:
        raise Invalid(field="to", remedy="Choose a colleague.")
    if not reason.strip():
        raise Invalid(field="reason", remedy="Say why; it is kept with each case.")
    ids = cases.open_of(person_id)
    if not ids:
        raise Invalid(field="person", remedy="There is nothing to hand on.")
    now = ids[:AT_ONCE]
    rows = [_pass(case_id, person_id, to_id, reason, actor, at) for case_id in now]
    return HandedOn(rows, len(ids) - len(now))


def confirm(*, cases_read: Sequence[Confirmed], actor: Actor, at: datetime) -> list[Passed]:
    """Confirm hand-overs one by one; a case of which something open was left out stays to be confirmed."""
    require(actor, D.WORK)
    if not 1 <= len(cases_read) <= AT_ONCE:
        raise Invalid(field="case", remedy="Tick at least one case.")
    return [_confirm(one, actor, at) for one in cases_read]


def _pass(
    case_id: UUID, person_id: UUID, to_id: UUID | None, reason: str, actor: Actor, at: datetime
) -> Passed:
    number = ""
    try:
        case = cases.get_for(actor, case_id)
        number = case.number
        return Passed(case_id, number, _handed(case, person_id, to_id, reason, actor, at))
    except BihuanError as error:
        return Passed(case_id, number, error=error)
    except Exception:
        log.exception("case %s could not be handed on at the end of a shift", case_id)
        return Passed(case_id, number, broken=True)


def _handed(case: Case, person_id: UUID, to_id: UUID | None, reason: str, actor: Actor, at: datetime) -> UUID:
    """To whom it went. Raises what the last one asked was refused for."""
    refused: BihuanError = Refusal(
        "Nobody who is able to take case {number} is on duty.",
        code="desk.nobody_able",
        number=case.number,
        clause="ISH-2.1",
        remedy="Hand it over when somebody is there, or ask a supervisor.",
    )
    for taker in _takers(case, person_id, to_id, at):
        try:
            _hand(case, taker, reason, actor, at)
        except Refusal as error:
            refused = error
        else:
            return taker
    raise refused


def _hand(case: Case, taker: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """As the flow of the case hands over. Raises Refusal for a flow that does not."""
    if case.flow == "complaint":
        complaints.hand_over(case_id=case.id, owner_id=taker, reason=reason, actor=actor, at=at)
    elif case.flow == "aftersales":
        aftersales.assign(case_id=case.id, owner_id=taker, actor=actor, at=at)
    else:
        raise Refusal(
            "A case of this kind is not handed over.",
            code="desk.not_handed_over",
            clause="ISH-3.4",
            remedy="Whoever is on duty takes it from the inbox.",
        )


def _takers(case: Case, person_id: UUID, to_id: UUID | None, at: datetime) -> Sequence[UUID]:
    if to_id is not None:
        return [to_id]
    return workforce.candidates(at=at, skills=[case.type], exclude={person_id})[:TRIED]


def _confirm(one: Confirmed, actor: Actor, at: datetime) -> Passed:
    number = ""
    try:
        number = cases.get_for(actor, one.case_id).number
        given = {"promises": tuple(one.promises), "tasks": tuple(one.tasks)}
        complaints.take_over(case_id=one.case_id, actor=actor, at=at, **given)
        return Passed(one.case_id, number, to_id=actor.id)
    except BihuanError as error:
        return Passed(one.case_id, number, error=error)
