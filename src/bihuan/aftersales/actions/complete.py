"""A complete application is judged at once; an incomplete one says what is missing (PCN-2.3.3.a, b)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bihuan.aftersales import eligibility, events, rules
from bihuan.aftersales.actions.common import judged, put, store, tell_merchant
from bihuan.aftersales.actions.granting import grant
from bihuan.aftersales.models import Application, Judgement, Line
from bihuan.cases.actions import Work
from bihuan.marketplace.queries import AfterSales


def ask(
    work: Work,
    application: Application,
    missing: list[str],
    *,
    by: str,
    reason_id: UUID | None,
    code: str = "",
) -> None:
    """Say what is missing and until when; the consumer hears of it."""
    due_at = rules.until("PCN-2.3.3.a", "give_within", work.at)
    store(
        work,
        application,
        missing=missing,
        materials_due_at=due_at,
        materials_reminded_at=None,
        asked_by=[*application.asked_by, by],
    )
    work.say(events.MaterialsRequested(materials=missing, due_at=due_at, reason_id=reason_id, by=by))
    work.move("materials")
    params = {"text_id": str(reason_id)} if reason_id else {}
    work.tell(
        "aftersales_materials",
        work.case.consumer_id,
        key=f"materials:{len(application.asked_by)}",
        materials=missing,
        due_at=due_at.isoformat(),
        code=code,
        **params,
    )


def apply(
    work: Work, application: Application, lines: Sequence[Line], sold: AfterSales, *, code: str = ""
) -> None:
    """Nothing is missing: the 24 hours run, the rules are asked, and what is clearly due is approved."""
    merchant_due_at = None
    if work.case.merchant_id is not None:
        merchant_due_at = rules.until("PCN-2.3.3.b", "merchant_within", work.at)
    store(
        work,
        application,
        applied_at=work.at,
        missing=[],
        materials_due_at=None,
        merchant_due_at=merchant_due_at,
        merchant_warned_at=None,
    )
    work.say(events.Applied(kind=work.case.type, ground=application.ground, merchant_due_at=merchant_due_at))
    judgement = judge(work, application, lines, sold)
    if judgement.outcome == "eligible" and _program_may(work, application, lines):
        grant(work, application, lines, sold, by="program", judgement=judgement, code=code)
        return
    work.move("deciding")
    work.tell("aftersales_received", work.case.consumer_id, key=f"received:{work.case.generation}", code=code)
    if merchant_due_at is not None:
        tell_merchant(
            work,
            "aftersales_to_decide",
            key=f"decide:{work.case.generation}",
            due_at=merchant_due_at.isoformat(),
        )


def judge(work: Work, application: Application, lines: Sequence[Line], sold: AfterSales) -> Judgement:
    """Ask the eligibility engine, with what people found so far, and keep its answer with every step.

    Where the platform answers in the merchant's place (L-22, L-23), the decision passes to it.
    """
    found = judged(work, application, lines, sold)
    row = eligibility.row(found, application, work.at, work.case.generation)
    put(work, row)
    work.say(
        events.Judged(
            judgement_id=row.id,
            outcome=row.outcome,
            articles=list(row.articles),
            missing=list(row.missing),
        )
    )
    if found.platform_answers and work.case.merchant_id is not None and not application.platform_decides:
        pass_to_platform(work, application, rule="platform")
    return row


def pass_to_platform(work: Work, application: Application, *, rule: str) -> None:
    """The merchant decides no more; ``rule``: whether the rule approves at once or the platform's people
    decide. The merchant hears of it."""
    store(work, application, platform_decides=True)
    work.say(events.DecisionPassed(rule=rule))
    tell_merchant(work, "aftersales_passed", key=f"passed:{work.case.generation}", rule=rule)


def _program_may(work: Work, application: Application, lines: Sequence[Line]) -> bool:
    """Money that goes out with nothing coming back needs a person above a sum (PCN-2.3.3.b, values).

    After an appeal a person decides in any case (P-19).
    """
    if work.case.generation > 1:
        return False
    if work.case.type in rules.GOES_BACK or work.case.type == "resend":
        return True
    most = int(rules.values("PCN-2.3.3.b", work.at)["program_pays_most_fen"])
    at_stake = sum(line.paid_fen * line.quantity // line.ordered for line in lines)
    asked = application.facts.get("amount_fen")
    return min(at_stake, asked if asked is not None else at_stake) <= most
