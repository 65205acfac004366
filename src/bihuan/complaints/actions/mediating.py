"""Mediation by a third party: passed on with the export pack, and closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases.actions import work_on
from bihuan.complaints import events, pack, rules
from bihuan.complaints.models import Mediation
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def open_mediation(*, case_id: UUID, actor: Actor, at: datetime, body: str) -> Mediation:
    """Pass the case to a mediator, who gets the export pack (CRP-2.3.b)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="open_mediation") as work:
        digest = pack.digest(work.case)
        made = Mediation.objects.create(
            complaint=work.case.complaint, body=body, pack_sha256=digest, opened_at=at
        )
        work.say(events.MediationOpened(body=body, pack_sha256=digest))
        work.tell("mediation", work.case.consumer_id, key=str(made.id))
        work.tell_organisation("mediation", work.case.merchant_id, key=str(made.id))
    return made


def close_mediation(*, case_id: UUID, actor: Actor, at: datetime, outcome: str, reason: str) -> Mediation:
    """Mediation ended: agreed, failed or withdrawn. The case goes back to be settled or decided."""
    rules.known("outcome", outcome, ("agreed", "failed", "withdrawn"))
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="close_mediation", reason=reason
    ) as work:
        open_one = work.case.complaint.mediations.filter(closed_at=None).first()
        if open_one is None:
            raise Refusal("No mediation is open.", code="complaint.no_mediation", clause="CRP-2.3.b")
        text = work.keep(reason)
        open_one.closed_at, open_one.outcome, open_one.text = at, outcome, text.id
        open_one.save(update_fields=["closed_at", "outcome", "text"])
        work.say(events.MediationClosed(body=open_one.body, outcome=outcome, text_id=text.id))
    return open_one
