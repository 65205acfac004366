"""A decision that a later judgement contradicts: opened again, or looked at by another person (P-19)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.aftersales import events, rules, standing
from bihuan.aftersales.actions.common import application_of, store, tell_desk
from bihuan.aftersales.models import Application, Decision, Judgement
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor

REVIEWED: Final = ("upheld", "reopened")
AGAIN: Final = ("declined", "approved")
"""States in which a decision can be taken anew: nothing is under way yet."""


def hold_against(work: Work, application: Application, judgement: Judgement) -> None:
    """Compare a new judgement with the decision that stands.

    A refusal of what the rules now find due is opened again at once, for another person; any other
    contradiction waits for a person (``review``), and until then nothing more is granted on its strength.
    """
    decision = standing.decision(application)
    why = contradiction(decision, judgement) if decision is not None else ""
    if decision is None or not why or decision.review == "open":
        return
    decision.review, decision.contradicted_by = "open", judgement
    decision.save(update_fields=["review", "contradicted_by"])
    work.say(events.DecisionContradicted(decision_id=decision.id, judgement_id=judgement.id, why=why))
    if why == "due" and work.case.state == "declined":
        _again(work, application, decision, reason_id=None)
        return
    tell_desk(work, "aftersales_review", key=str(judgement.id))


def contradiction(decision: Decision, judgement: Judgement) -> str:
    """``due``: refused, and the rules find it due. ``ground_gone``: refused on a ground that the rules no
    longer find. ``not_due``: granted, and the rules find a ground against it. ``unclear``: granted by rule
    alone, and the rules now leave it to a person. "" where they agree or a person's decision is free."""
    before = decision.judgement.outcome if decision.judgement else ""
    if decision.outcome == "declined":
        if judgement.outcome == "eligible":
            return "due"
        gone = before == "not_eligible" and judgement.outcome != "not_eligible"
        return "ground_gone" if gone else ""
    if judgement.outcome == "not_eligible":
        return "not_due"
    by_rule = decision.by == "program" and judgement.outcome != "eligible"
    return "unclear" if by_rule else ""


def settled(work: Work, application: Application) -> None:
    """Whoever decided the dispute decided on the contradiction, too."""
    decision = standing.in_question(application)
    if decision is not None:
        _close(work, decision, "settled", None)


def review(*, case_id: UUID, actor: Actor, at: datetime, outcome: str, reason: str) -> Case:
    """A person who did not decide upholds the decision with a reason, or has it taken anew by others.

    ``reopened`` is possible while nothing is under way; after that goods and money are settled where
    they stand, or by a complaint. Refused where no contradiction is open.
    """
    rules.known("outcome", outcome, REVIEWED)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="review", reason=reason) as work:
        application = application_of(work)
        decision = standing.in_question(application)
        if decision is None:
            raise Refusal(
                "No finding contradicts the decision.", code="aftersales.nothing_to_review", clause="P-19",
                remedy="Record what was found first; it is compared with the decision.",
            )  # fmt: skip
        if decision.decided_by == actor.id:
            raise Refusal(
                "A decision is reviewed by somebody who did not take it.", code="aftersales.same_person",
                clause="P-19", remedy="Let a colleague review it.",
            )  # fmt: skip
        text = work.keep(reason)
        decision.review_text, decision.reviewed_by, decision.reviewed_at = text.id, actor.id, at
        if outcome == "reopened":
            _check_possible(work)
            _again(work, application, decision, reason_id=text.id)
        else:
            _close(work, decision, "upheld", text.id)
    return work.case


def _check_possible(work: Work) -> None:
    if work.case.state not in AGAIN:
        raise Refusal(
            "Goods or money are under way; the decision can't be taken anew.", code="aftersales.under_way",
            clause="P-19", remedy="Decide it at the inspection or with the refund; else open a complaint.",
        )  # fmt: skip


def _close(work: Work, decision: Decision, outcome: str, reason_id: UUID | None) -> None:
    decision.review = outcome
    decision.save()
    work.say(events.DecisionReviewed(decision_id=decision.id, outcome=outcome, reason_id=reason_id))


def _again(work: Work, application: Application, decision: Decision, *, reason_id: UUID | None) -> None:
    """A new generation, decided by the platform's other people; the consumer hears of it."""
    _close(work, decision, "reopened", reason_id)
    work.set(generation=work.case.generation + 1)
    store(work, application, platform_decides=True, back_due_at=None)
    work.say(events.Applied(kind=work.case.type, ground=application.ground))
    work.move("deciding")
    work.tell("aftersales_reopened", work.case.consumer_id, key=str(decision.id))
    tell_desk(work, key=f"desk:{work.case.generation}")
