"""Goods that are back and that the merchant does not look at: warned in time, then taken as intact (ASM-5.3).

The price is owed within seven days of receipt (L-07), and what speaks against the goods is the merchant's to
show; so its silence is no reason to wait.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.aftersales import events
from bihuan.aftersales.actions.common import (
    application_of,
    last_notice,
    lines_of,
    store,
    tell_desk,
    tell_merchant,
)
from bihuan.aftersales.actions.inspecting import Found, take_as_found
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor

UNREACHABLE = Refusal(
    "Nobody of the merchant can be told, so that nothing follows from its silence.",
    code="aftersales.unreachable", clause="ASM-5.3",
    remedy="The desk inspects; give the merchant an active person with a way to be reached.",
)  # fmt: skip
"""Goods are not taken as intact without a reader of the last notice."""


def warn_inspection(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The last notice before the time to inspect ends; without a reader nothing follows from silence."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="warn_inspection") as work:
        application = application_of(work)
        due_at = application.inspect_due_at
        if due_at is None or application.inspect_warned_at is not None:
            return work.case
        notice = last_notice(
            work, "aftersales_inspection_warning", key=f"inspect:{due_at}", due_at=due_at, nobody=UNREACHABLE
        )
        store(work, application, inspect_warned_at=at)
        work.say(events.InspectionWarned(due_at=due_at, notice_id=notice))
    return work.case


def pass_inspection(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The merchant's time to inspect is over: warned before, it has the goods taken as intact.

    Where nobody could be warned a person of the platform looks at them; the merchant may still do so first.
    """
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="pass_inspection") as work:
        application = application_of(work)
        if application.inspect_due_at is None or at < application.inspect_due_at:
            raise Refusal(
                "The merchant's time to inspect has not run out.", code="aftersales.pass_early",
                clause="ASM-5.3", remedy="Wait until it has.",
            )  # fmt: skip
        rule = "platform" if application.inspect_warned_at is None else "intact"
        store(work, application, inspection_passed=True)
        work.say(events.InspectionPassed(rule=rule))
        key = f"uninspected:{application.inspect_due_at}"
        tell_merchant(work, "aftersales_uninspected", key=key, rule=rule)
        if rule == "intact":
            pieces = [(line.number, line.quantity) for line in lines_of(application)]
            intact = [Found(number=n, quantity=most, finding="intact", deduction=0) for n, most in pieces]
            take_as_found(work, application, intact)
        else:
            tell_desk(work, key=key)
    return work.case
