"""The loop closes: confirmed, objected to, rated, closed; or withdrawn (ASM-3.3, ASM-6.1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.aftersales import events, rules
from bihuan.aftersales.actions.common import application_of, tell_desk, tell_merchant
from bihuan.aftersales.models import Rating
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def confirm(*, case_id: UUID, actor: Actor, at: datetime, score: int | None = None, text: str = "") -> Case:
    """The consumer confirms that all is done, with a score if they like: the loop is closed."""
    if score is not None:
        rules.check_score(score, 1, at)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="confirm") as work:
        outcome = application_of(work).outcome
        work.say(events.Confirmed(outcome=outcome))
        if score is not None:
            _rate(work, via="questionnaire", score=score, text=text, tries=1)
        _close(work, by="consumer")
    return work.case


def object(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """The consumer says that it is not done: a person of the platform decides."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="object", reason=reason) as work:
        text = work.keep(reason)
        work.say(events.Objected(reason_id=text.id))
        work.say(events.ConditionQuestioned(why="objection"))
        tell_desk(work, key=str(text.id))
    return work.case


def rate(*, case_id: UUID, actor: Actor, at: datetime, score: int, text: str = "") -> Case:
    """The consumer answers the survey (ASM-6.1)."""
    rules.check_score(score, 1, at)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="rate") as work:
        _rate(work, via="questionnaire", score=score, text=text, tries=1)
    return work.case


def follow_up(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    via: str,
    score: int | None = None,
    tries: int = 1,
    text: str = "",
) -> Case:
    """The desk asks by call or questionnaire; without an answer after the tries of the clause it counts."""
    rules.known("via", via, ("call", "questionnaire"))
    rules.check_score(score, tries, at)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="follow_up") as work:
        _rate(work, via=via, score=score, text=text, tries=tries)
    return work.case


def close_silent(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Nobody answered in the time to confirm: closed, and said so; a survey can still be answered."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="close_silent") as work:
        due_at = application_of(work).confirm_due_at
        if due_at is None or at < due_at:
            raise Refusal(
                "The time to confirm has not run out.", code="aftersales.close_early", clause="ASM-3.3",
                remedy="Wait until it has, or ask the consumer.",
            )  # fmt: skip
        _close(work, by="program")
    return work.case


def withdraw(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The consumer takes the application back, at the latest before the goods are received."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="withdraw") as work:
        work.say(events.Withdrawn(by=rules.party_of(actor)))
        work.set(closed_at=at)
        tell_merchant(work, "aftersales_withdrawn", key="withdrawn")
    return work.case


def _rate(work: Work, *, via: str, score: int | None, text: str, tries: int) -> None:
    kept = work.keep(text) if text.strip() else None
    Rating.objects.create(
        application=application_of(work),
        via=via,
        score=score,
        tries=tries,
        text=kept.id if kept else None,
        at=work.at,
    )
    work.say(events.Rated(via=via, score=score, tries=tries, text_id=kept.id if kept else None))


def _close(work: Work, *, by: str) -> None:
    work.set(closed_at=work.at)
    work.say(events.Closed(outcome=application_of(work).outcome or "closed", by=by))
