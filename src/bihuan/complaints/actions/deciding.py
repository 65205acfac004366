"""What is decided where nobody agrees: what is owed, or the demand declined, with article and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bihuan.cases.actions import Work, work_on
from bihuan.complaints import events, rules
from bihuan.complaints.actions.execution import owe
from bihuan.complaints.actions.settlement import hold_reason
from bihuan.complaints.models import Decision
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine import decisions
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def decide(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    outcome: str,
    kind: str,
    amount: int,
    article: str,
    reason: str,
) -> Decision:
    """Decide where no agreement was reached: what is owed, with article and reasons (PCN-3.3.2.a).

    Beyond the decider's authority it is refused: a person of higher authority decides instead.
    """
    rules.known("kind", kind, rules.OFFER_KINDS)
    if kind == "voucher":
        raise Refusal(
            "A decision cannot replace money by a voucher.",
            code="complaint.consent",
            clause="L-09",
            remedy="Decide on money; offer the voucher beside it.",
        )
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="decide", reason=reason) as work:
        if hold_reason(work, kind, amount, ""):
            raise Refusal(
                "{amount} fen lie beyond your authority.",
                code="complaint.authority",
                amount=amount,
                clause="CRP-2.3.c",
                remedy="Ask a person of higher authority to decide, or offer and have it approved.",
            )
        made = _decision(work, outcome=outcome, ground="", article=article, amount=amount, reason=reason)
        work.say(
            events.Decided(
                outcome=outcome,
                amount=amount,
                article=article or None,
                text_id=made.text,
                digest=_digest(work),
            )
        )
        owe(work, kind=kind, amount=amount, approved_by=actor.id)
    return made


def decline_demand(
    *, case_id: UUID, actor: Actor, at: datetime, ground: str, facts: Mapping[str, Any], reason: str
) -> Decision:
    """Decline a demand on a lawful ground, with its article and the other routes (PCN-3.3.2.c).

    Never on 消法 26. ``facts`` are what engine.decisions.refusal_ground asks for that ground.
    """
    verdict = decisions.refusal_ground(ground, _with_last_day(ground, facts))
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="decline_demand", reason=reason
    ) as work:
        article = verdict.articles[0]
        made = _decision(work, outcome="declined", ground=ground, article=article, amount=0, reason=reason)
        work.say(
            events.DemandDeclined(
                ground=ground, article=article, routes=rules.routes(at), reason_id=made.text
            )
        )
        owe(work, kind="referral", amount=0)
    return made


def _decision(work: Work, *, outcome: str, ground: str, article: str, amount: int, reason: str) -> Decision:
    kept = work.keep(reason)
    work.notes["digest"] = kept.digest
    return Decision.objects.create(
        complaint=work.case.complaint,
        outcome=outcome,
        ground=ground,
        article=article,
        amount=amount,
        text=kept.id,
        decided_by=work.actor.id,
        decided_at=work.at,
        generation=work.case.generation,
    )


def _digest(work: Work) -> str:
    return work.notes["digest"]


def _with_last_day(ground: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Out of time is judged by the calendar with its holidays, not by a weekend alone (C-06)."""
    signed = facts.get("signed_date")
    if ground != "out_of_time" or not isinstance(signed, str) or "last_day" in facts:
        return facts
    try:
        return {**facts, "last_day": rules.last_day_to_return(date.fromisoformat(signed)).isoformat()}
    except ValueError:
        return facts
