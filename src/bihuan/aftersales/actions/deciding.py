"""Materials, and the decision within 24 hours: approved, declined on a lawful ground, passed on by time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.aftersales import events, materials, rules
from bihuan.aftersales.actions import complete, granting
from bihuan.aftersales.actions.common import (
    application_of,
    last_notice,
    lines_of,
    sold_of,
    store,
    tell_desk,
)
from bihuan.aftersales.actions.intake import join
from bihuan.aftersales.models import Application, Decision, Judgement
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine import grounds
from bihuan.engine.clausetypes import local_day
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor, ActorKind


def request_materials(
    *, case_id: UUID, actor: Actor, at: datetime, missing: tuple[str, ...], reason: str
) -> Case:
    """Ask for materials that this reason and product need; a side asks once, so that nobody is put off.

    The 24 hours end with it and start anew when the materials are there (PCN-2.3.3.a, b).
    """
    with work_on(
        AFTERSALES, case_id=case_id, actor=actor, at=at, step="request_materials", reason=reason
    ) as work:
        application = application_of(work)
        side = _side(work, application)
        asked = [code for code in dict.fromkeys(missing) if not application.materials.get(code)]
        for code in missing:
            rules.known("missing", code, rules.MATERIALS)
        if not asked:
            raise Invalid(
                "Name at least one material that is not there yet.", field="missing", clause="PCN-2.3.3.a",
                remedy="Choose what this reason and product still need.",
            )  # fmt: skip
        if application.asked_by.count(side) >= int(rules.values("PCN-2.3.3.a", at)["requests"]):
            raise Refusal(
                "You have asked for materials already.", code="aftersales.asked_already",
                clause="PCN-2.3.3.a", remedy="Decide on what is there.",
            )  # fmt: skip
        complete.ask(work, application, asked, by=side, reason_id=work.keep(reason).id)
    return work.case


def give_materials(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    evidence_ids: tuple[UUID, ...] = (),
    materials_given: Mapping[str, tuple[UUID, ...]] | None = None,
    text: str = "",
) -> Case:
    """Give what was asked for: files by material, or files for what is missing; and words.

    Files without a material count for the first thing missing. With everything there the application is
    judged; with a rest it goes on waiting. A lapsed application comes back by it.
    """
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="give_materials") as work:
        application = application_of(work)
        given = {code: tuple(ids) for code, ids in (materials_given or {}).items() if ids}
        if evidence_ids:
            first = application.missing[0] if application.missing else "photo"
            given[first] = (*given.get(first, ()), *evidence_ids)
        if not given and not text.strip():
            raise Invalid(
                "Nothing was added.", field="evidence_ids", clause="PCN-2.3.3.a",
                remedy="Add at least one of the things asked for.",
            )  # fmt: skip
        join(work, application, given)
        kept = work.keep(text) if text.strip() else None
        statement = {"statement": [str(kept.id)]} if kept and "statement" in application.missing else {}
        application.materials.update(statement)
        work.say(events.MaterialsGiven(materials=[*given, *statement], text_id=kept.id if kept else None))
        _go_on(work, application)
    return work.case


def _go_on(work: Work, application: Application) -> None:
    rest = materials.missing(application.missing, application.materials)
    store(work, application, materials=application.materials, missing=rest)
    if not rest:
        complete.apply(work, application, lines_of(application), sold_of(work))
        return
    work.move("materials")
    if application.materials_due_at is None or application.materials_due_at <= work.at:
        store(
            work,
            application,
            materials_due_at=rules.until("PCN-2.3.3.a", "give_within", work.at),
            materials_reminded_at=None,
        )


def remind_materials(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """One reminder before the time to give materials runs out."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="remind_materials") as work:
        application = application_of(work)
        due_at = application.materials_due_at
        if due_at is not None and application.materials_reminded_at is None:
            store(work, application, materials_reminded_at=at)
            work.say(events.MaterialsReminded(due_at=due_at))
            work.tell(
                "aftersales_reminder",
                work.case.consumer_id,
                key=f"remind:{due_at}",
                due_at=due_at.isoformat(),
            )
    return work.case


def expire(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Materials or goods did not come in the time set: the application ends and can be made again.

    Refused while the time runs, and where no address was given to send the goods to (L-11).
    """
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="expire") as work:
        application, state = application_of(work), work.case.state
        due_at = application.materials_due_at if state == "materials" else application.back_due_at
        if due_at is None or at < due_at or (state == "approved" and application.address_at is None):
            raise Refusal(
                "The time has not run out.", code="aftersales.expire_early", clause="PCN-2.3.3.a",
                remedy="Wait until the time set has passed.",
            )  # fmt: skip
        work.say(events.Lapsed(state=state, due_at=due_at))
        work.tell("aftersales_expired", work.case.consumer_id, key=f"expired:{due_at}")
    return work.case


def judge(*, case_id: UUID, actor: Actor, at: datetime) -> Judgement:
    """Ask the eligibility engine again, with what the marketplace tells by now; nothing is decided."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="judge") as work:
        application = application_of(work)
        return complete.judge(work, application, lines_of(application), sold_of(work))


def approve(*, case_id: UUID, actor: Actor, at: datetime, freight_by: str = "", reason: str = "") -> Case:
    """Approve: by the merchant in its time, by the platform after it (PCN-2.3.3.b).

    ``freight_by`` may only be better for the consumer than what the rules say.
    """
    if freight_by:
        rules.known("freight_by", freight_by, ("merchant", "platform"))
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="approve") as work:
        application = application_of(work)
        by = _side(work, application)
        _check_other_person(work, application)
        judgement = _latest(application)
        decision = granting.grant(
            work, application, lines_of(application), sold_of(work), by=by, judgement=judgement
        )
        if reason.strip():
            decision.text = work.keep(reason).id
            decision.save(update_fields=["text"])
        if freight_by:
            store(work, application, freight_by=freight_by)
    return work.case


def decline(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    ground: str,
    alternatives: tuple[str, ...],
    reason: str,
    facts: Mapping[str, Any] | None = None,
) -> Decision:
    """Refuse on a lawful ground only, with reason, at least one alternative and the other routes
    (PCN-2.3.3.c). A person's act; what the rules find due is not refused.

    ``facts`` are what ``engine.grounds.refusal_ground`` asks for the ground; what the judgement found is
    known already. A voucher is an alternative only beside another one (L-09).
    """
    _check_person(actor)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="decline", reason=reason) as work:
        application = application_of(work)
        by = _side(work, application)
        _check_other_person(work, application)
        judgement = _latest(application)
        _check_not_due(judgement)
        _check_alternatives(alternatives)
        verdict = grounds.refusal_ground(ground, _facts(work, judgement, ground, facts or {}))
        decision = Decision.objects.create(
            application=application,
            judgement=judgement,
            outcome="declined",
            by=by,
            decided_by=actor.id,
            decided_at=at,
            ground=ground,
            article=verdict.articles[0],
            alternatives=list(alternatives),
            text=work.keep(reason).id,
            generation=work.case.generation,
        )
        _say_declined(work, decision)
    return decision


def _say_declined(work: Work, decision: Decision) -> None:
    routes, alternatives = list(rules.ROUTES), list(decision.alternatives)
    work.say(
        events.Refused(
            decision_id=decision.id,
            by=decision.by,
            ground=decision.ground,
            article=decision.article,
            alternatives=alternatives,
            routes=routes,
            reason_id=UUID(str(decision.text)),
        )
    )
    work.tell(
        "aftersales_declined",
        work.case.consumer_id,
        key=f"decision:{decision.generation}",
        text_id=str(decision.text),
        ground=decision.ground,
        alternatives=alternatives,
        routes=routes,
    )


def warn_merchant(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The last notice before the decision passes; without a reader nothing follows from silence."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="warn_merchant") as work:
        application = application_of(work)
        due_at = application.merchant_due_at
        if due_at is None or application.merchant_warned_at is not None:
            return work.case
        notice = last_notice(
            work, "aftersales_merchant_warning", key=f"warn:{due_at}", due_at=due_at, nobody=UNREACHABLE
        )
        store(work, application, merchant_warned_at=at)
        work.say(events.MerchantWarned(due_at=due_at, notice_id=notice))
    return work.case


def pass_decision(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The merchant's time is over: the platform's rule for this kind decides, or the platform's people do.

    The rule approves where the judgement is not against it and the merchant was warned; otherwise the desk
    decides within what is left of the 24 hours.
    """
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="pass_decision") as work:
        application = application_of(work)
        if application.merchant_due_at is None or at < application.merchant_due_at:
            raise Refusal(
                "The merchant's time to decide has not run out.", code="aftersales.pass_early",
                clause="PCN-2.3.3.b", remedy="Wait until it has.",
            )  # fmt: skip
        judgement = _latest(application)
        rule = str(rules.values("PCN-2.3.3.b", at)["on_silence"].get(work.case.type, "platform"))
        if application.merchant_warned_at is None or not _may_grant(work, judgement):
            rule = "platform"
        complete.pass_to_platform(work, application, rule=rule)
        if rule == "approve":
            granting.grant(
                work, application, lines_of(application), sold_of(work), by="platform", judgement=judgement
            )
        else:
            tell_desk(work, key=f"desk:{work.case.generation}")
    return work.case


def appeal(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """The consumer appeals a refusal; a person who did not decide before decides anew (P-19)."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="appeal", reason=reason) as work:
        application = application_of(work)
        text = work.keep(reason)
        work.set(generation=work.case.generation + 1)
        store(work, application, platform_decides=True)
        work.say(events.Appealed(reason_id=text.id))
        work.say(events.Applied(kind=work.case.type, ground=application.ground))
        complete.judge(work, application, lines_of(application), sold_of(work))
        tell_desk(work, key=f"desk:{work.case.generation}")
    return work.case


UNREACHABLE = Refusal(
    "Nobody of the merchant can be told, so that nothing follows from its silence.",
    code="aftersales.unreachable", clause="PCN-2.3.3.b",
    remedy="The desk decides; give the merchant an active person with a way to be reached.",
)  # fmt: skip
"""No decision by silence without a reader of the last notice."""


def _check_person(actor: Actor) -> None:
    if actor.kind is ActorKind.PROGRAM:
        raise Refusal(
            "A refusal is a person's.", code="aftersales.person_needed", clause="PCN-2.3.3.c",
            remedy="A person with the right decides.",
        )  # fmt: skip


def _side(work: Work, application: Application) -> str:
    rules.check_decider(work.actor, work.case.merchant_id, platform_decides=application.platform_decides)
    return rules.party_of(work.actor)


def _latest(application: Application) -> Judgement | None:
    return application.judgements.order_by("-made_at", "-generation").first()


def _may_grant(work: Work, judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.outcome != "not_eligible" and work.case.generation == 1


def _check_not_due(judgement: Judgement | None) -> None:
    if judgement is not None and judgement.outcome == "eligible":
        raise Refusal(
            "The rules find this due ({articles}); it is not refused.", code="aftersales.due",
            articles=", ".join(judgement.articles), clause="PCN-2.3.3.c",
            remedy="Approve it; what is wrong with the goods is found when they are inspected.",
        )  # fmt: skip


def _check_alternatives(alternatives: tuple[str, ...]) -> None:
    for code in alternatives:
        rules.known("alternatives", code, rules.ALTERNATIVES)
    if not [code for code in alternatives if code != "voucher"]:
        raise Invalid(
            "A refusal names at least one alternative; a voucher alone is none.", field="alternatives",
            clause="PCN-2.3.3.c", remedy="Offer repair, exchange, negotiation or the complaint beside it.",
        )  # fmt: skip


def _check_other_person(work: Work, application: Application) -> None:
    """Who decided before does not decide the appeal; nor does the side that refused (P-19)."""
    if work.case.generation == 1:
        return
    if application.decisions.filter(decided_by=work.actor.id).exists():
        raise Refusal(
            "An appeal is decided by somebody who did not decide before.", code="aftersales.same_person",
            clause="P-19", remedy="Let a colleague decide.",
        )  # fmt: skip


def _facts(work: Work, judgement: Judgement | None, ground: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the ground rests on: from the judgement, and what the person found beside it."""
    claim = "no_reason_return" if work.case.aftersales.ground == "no_reason" else work.case.type
    found: dict[str, Any] = {"claim": claim, "sent_date": local_day(work.case.received_at)}
    if judgement is not None:
        for one in judgement.inputs:
            found |= {"signed_date": one["ask"].get("signed"), "goods": one["good"].get("kind")}
            if one["ask"].get("abuse"):
                found["way"] = one["ask"]["abuse"]
            if one["good"].get("confirmed") and ground == "confirmed_exclusion":
                found |= {
                    "goods": one["good"]["confirmed"], "confirmed": True,
                    "preticked": one["good"].get("preticked"),
                }  # fmt: skip
        if judgement.ground == "not_intact":
            found["beyond_testing"] = True
        if judgement.last_day is not None and ground == "out_of_time":
            found["last_day"] = judgement.last_day.isoformat()
    return {**{k: v for k, v in found.items() if v is not None}, **given}
