"""An application is granted: the decision is kept and told, and what was granted begins."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.aftersales import events, rules
from bihuan.aftersales.actions import fulfilling
from bihuan.aftersales.actions.common import put, store, tell_merchant
from bihuan.aftersales.models import Application, Decision, Judgement, Line
from bihuan.cases.actions import Work
from bihuan.marketplace.queries import AfterSales


def grant(
    work: Work,
    application: Application,
    lines: Sequence[Line],
    sold: AfterSales,
    *,
    by: str,
    judgement: Judgement | None,
    code: str = "",
) -> Decision:
    """Approve: the goods travel back first, or refund or parcel begin at once."""
    article = next(iter(judgement.articles), "") if judgement else ""
    decision = Decision(
        application=application,
        judgement=judgement,
        outcome="approved",
        by=by,
        decided_by=work.actor.id,
        decided_at=work.at,
        article=article,
        generation=work.case.generation,
    )
    put(work, decision)
    work.set(accepted_at=work.at)
    _say(work, application, decision, code)
    if work.case.type in rules.GOES_BACK:
        _await_goods(work, application)
    else:
        fulfilling.begin(work, application, lines, sold, basis=decision.id)
    return decision


def _say(work: Work, application: Application, decision: Decision, code: str) -> None:
    kind = work.case.type
    freight = decision.judgement.freight_by if decision.judgement else ""
    freight = freight or ("consumer" if application.ground == "no_reason" else "merchant")
    store(work, application, freight_by=freight)
    work.say(
        events.Approved(
            decision_id=decision.id,
            by=decision.by,
            kind=kind,
            article=decision.article or None,
            freight=freight,
        )
    )
    params = {"code": code} if code else {}
    work.tell(
        "aftersales_approved",
        work.case.consumer_id,
        key=f"decision:{work.case.generation}",
        wanted=kind,
        freight=freight,
        **params,
    )


def _await_goods(work: Work, application: Application) -> None:
    store(work, application, back_due_at=rules.until("ASM-5.3", "back_within", work.at))
    work.move("approved")
    tell_merchant(work, "aftersales_give_address", key=f"address:{work.case.generation}")
