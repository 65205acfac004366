"""From an application and the order's terms to the question that ``engine.eligibility`` answers.

Every line is judged by itself; the application is as its least favourable line. What nobody knows yet is
unknown there and leads to a person, never to a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from bihuan.aftersales import promises
from bihuan.aftersales.facts import Found, with_findings
from bihuan.aftersales.models import Application, Judgement, Line
from bihuan.engine.clausetypes import local_day
from bihuan.engine.eligibility import Ask, Good, judge
from bihuan.engine.eligibility import Judgement as Answer
from bihuan.marketplace.queries import AfterSales, OrderStatus, Shipment, ShipmentState, SoldLine
from bihuan.norms import queries as norms

_WORST: Final = ("not_eligible", "person", "eligible")


@dataclass(frozen=True, slots=True)
class Judged:
    """The answers by line number and what they come to together."""

    outcome: str
    answers: Mapping[int, Answer]

    @property
    def leading(self) -> Answer:
        """The answer of the least favourable line."""
        return min(self.answers.values(), key=lambda answer: _WORST.index(answer.outcome))

    def on_promise_of(self, kind: str) -> bool:
        """Whether every line rests on a promise of this kind and nothing better."""
        return all(a.best is not None and a.best.code == f"promised_{kind}" for a in self.answers.values())

    @property
    def platform_answers(self) -> bool:
        """Whether the platform answers in the merchant's place: self-run, or a merchant that can't be named
        (L-22, L-23)."""
        return any(a.ask.self_run or not a.ask.merchant_known for a in self.answers.values())

    @property
    def freight_by(self) -> str:
        """Who pays the way back. A fault that is claimed is the seller's freight, also where the goods come
        back without proof of it because the seven days run still."""
        paying = [
            "merchant"
            if answer.ask.ground != "no_reason" and answer.freight.back == "consumer"
            else answer.freight.back
            for answer in self.answers.values()
            if answer.freight.back
        ]
        return next((who for who in paying if who != "consumer"), paying[0] if paying else "")


def judged(
    *,
    kind: str,
    application: Application,
    lines: Sequence[Line],
    sold: AfterSales,
    asked: datetime,
    found: Sequence[Found] = (),
) -> Judged:
    """Ask the engine for every line, with what people found. Raises BadAsk for facts that no judgement can
    use."""
    by_number = {line.sold.number: line for line in sold.lines}
    calendar = norms.calendars().work
    answers = {}
    past = _past(sold.order.number, application)
    for line in lines:
        one = by_number[line.number]
        ask = _ask(kind, application, sold, one, asked)
        good = _good(application, one, past.get(line.number, _Past()))
        ask, good = with_findings(ask, good, found, line.number)
        answers[line.number] = judge(ask, good, promises.of(one.sold.promises), calendar)
    outcomes = {answer.outcome for answer in answers.values()}
    mixed = len(outcomes) > 1
    outcome = "person" if mixed else next(iter(outcomes))
    return Judged(outcome, answers)


def row(found: Judged, application: Application, at: datetime, generation: int) -> Judgement:
    """The answers as they are kept: every step, the facts given, what is missing, what else is open."""
    lead = found.leading
    deadline = lead.best.deadline if lead.best else next((leg.deadline for leg in lead.legs), None)
    return Judgement(
        application=application,
        outcome=found.outcome,
        steps=[_step(number, step) for number, a in found.answers.items() for step in a.steps],
        inputs=[
            {"line": number, "ask": _plain(asdict(a.ask)), "good": _plain(asdict(a.good))}
            for number, a in found.answers.items()
        ],
        articles=list(dict.fromkeys(c for a in found.answers.values() for c in a.articles)),
        missing=list(dict.fromkeys(m for a in found.answers.values() for m in a.missing)),
        remedies=list(lead.conditions),
        ground=str(lead.refusal.ground) if lead.refusal else "",
        alternatives=[] if found.outcome == "eligible" else _alternatives(lead),
        freight_by=found.freight_by,
        last_day=deadline.last_day if deadline else None,
        made_at=at,
        generation=generation,
    )


def _alternatives(answer: Answer) -> list[dict[str, str]]:
    return [
        {"code": a.code, "want": a.want, "ground": a.ground, "article": a.article, "needs": a.needs}
        for a in answer.alternatives
    ]


def _step(number: int, step: Any) -> dict[str, Any]:
    return {
        "line": number,
        "code": step.code,
        "result": step.result,
        "article": step.article,
        "zh": step.zh,
        "en": step.en,
    }


def _ask(kind: str, application: Application, sold: AfterSales, line: SoldLine, asked: datetime) -> Ask:
    order = sold.order
    parcel = _parcel(sold, line)
    return Ask(
        want=kind,
        ground=application.ground,
        asked=local_day(asked),
        ordered=local_day(order.ordered_at),
        shipped=_day(parcel.shipped_at if parcel else None)
        or (None if not line.shipped else _day(order.paid_at)),
        signed=_day(line.signed_at),
        state=_state(sold, line),
        shown=_shown(application.ground, parcel, asked),
        timely=True if application.ground != "no_reason" and line.signed_at is None else None,
        merchant_known=sold.organisation_id is not None,
    )


@dataclass(slots=True)
class _Past:
    """What earlier after-sales did to the goods of a line (L-12)."""

    replaced: date | None = None
    repair_days: int = 0


def _past(order_number: str, application: Application) -> dict[int, _Past]:
    """By line: the day of the last replacement, and the days spent in repair since then."""
    found: dict[int, _Past] = {}
    earlier = Application.objects.filter(
        case__order_number=order_number, outcome__in=("exchanged", "repaired")
    ).exclude(pk=application.pk)
    for one in earlier.prefetch_related("lines", "repairs").order_by("completed_at"):
        days = sum((r.held_until - r.held_from).days for r in one.repairs.all() if r.held_until)
        for line in one.lines.all():
            if one.outcome == "exchanged" and one.completed_at is not None:
                found[line.number] = _Past(replaced=local_day(one.completed_at))
            else:
                found.setdefault(line.number, _Past()).repair_days += days
    return found


def _good(application: Application, line: SoldLine, past: _Past) -> Good:
    facts, sold = application.facts, line.sold
    return Good(
        kind=str(sold.kind),
        opened=facts.get("opened"),
        used=facts.get("used"),
        confirmed=str(sold.confirmed),
        preticked=sold.preticked,
        gift=sold.gift_of is not None,
        warranty_months=sold.warranty_months or None,
        replaced=past.replaced,
        repair_days=past.repair_days,
    )


def _state(sold: AfterSales, line: SoldLine) -> str:
    if line.signed_at is not None or sold.order.status in (OrderStatus.RECEIVED, OrderStatus.COMPLETED):
        return "signed"
    return "on_the_way" if line.shipped else "not_shipped"


def _parcel(sold: AfterSales, line: SoldLine) -> Shipment | None:
    """The last parcel that carried the line."""
    found = [s for s in sold.order.shipments if not s.lines or line.sold.number in s.lines]
    return found[-1] if found else None


def _shown(ground: str, parcel: Shipment | None, asked: datetime) -> bool | None:
    """What the carrier's record proves of itself: lost, or late; everything else a person sees."""
    if parcel is None:
        return None
    if ground == "lost" and parcel.state is ShipmentState.LOST:
        return True
    if ground == "late" and parcel.promised_at is not None:
        return (parcel.delivered_at or asked) > parcel.promised_at
    return None


def _day(moment: datetime | None) -> date | None:
    return local_day(moment) if moment is not None else None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else list(v) if isinstance(v, tuple) else v
            for k, v in values.items() if v is not None}  # fmt: skip
