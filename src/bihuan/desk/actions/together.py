"""One step for many cases: each by itself, with what became of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bihuan.accounts.permissions import require
from bihuan.cases import queries as cases
from bihuan.complaints import steps
from bihuan.desk.actions.snoozing import snooze
from bihuan.desk.permissions import D
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor

log = logging.getLogger(__name__)
MOST: Final = 100
STEPS: Final = ("take", "assign", "hand_over", "send_message", "snooze")
"""What can be done with several cases at once; all but the last are steps of the workflow."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one case; ``error`` is None where the step was taken.

    ``broken``: neither taken nor refused, but failed by a defect; nothing of it was written.
    """

    case_id: UUID
    number: str
    error: BihuanError | None = None
    broken: bool = False
    left: bool = False
    """Taken, but nobody was able to own the case; the supervisors were told."""


def together(
    *, case_ids: Sequence[UUID], step: str, data: Mapping[str, Any], actor: Actor, at: datetime
) -> list[Done]:
    """Take a step with each case in its own transaction; a refusal of one keeps no other from it.

    Raises NotAllowed, and Invalid for a step that is not for many, no case, or too many.
    """
    require(actor, D.WORK)
    if step not in STEPS:
        raise Invalid(field="do", remedy="Choose one of the things that can be done with several cases.")
    if not 1 <= len(case_ids) <= MOST:
        raise Invalid(
            "Between one and {most} cases can be changed at once.",
            field="case",
            most=MOST,
            remedy="Tick fewer rows, or at least one.",
        )
    return [_one(case_id, step, data, actor, at) for case_id in dict.fromkeys(case_ids)]


def _one(case_id: UUID, step: str, data: Mapping[str, Any], actor: Actor, at: datetime) -> Done:
    number = ""
    try:
        number = cases.get_for(actor, case_id).number
        if step == "snooze":
            snooze(case_id=case_id, actor=actor, at=at, **data)
            return Done(case_id, number)
        result = steps.take(name=step, case_id=case_id, actor=actor, at=at, data=data)
        return Done(case_id, number, left=step == "assign" and result.owner_id is None)
    except BihuanError as error:
        return Done(case_id, number, error=error)
    except Exception:
        log.exception("step %s of case %s failed among others", step, case_id)
        return Done(case_id, number, broken=True)
