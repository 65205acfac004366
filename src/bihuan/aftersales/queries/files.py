"""One after-sales case as an actor may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.aftersales import rules, sealed, steps
from bihuan.aftersales.models import Application, Decision, Judgement
from bihuan.aftersales.permissions import P
from bihuan.aftersales.queries.change import Changed, changed
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.reading import ClockLine, Happened, clock_lines, timeline
from bihuan.evidence import queries as evidence
from bihuan.journal.actor import Actor
from bihuan.journal.models import Entry
from bihuan.money import queries as money

INTERNAL = frozenset({
    "clock.warned", "clock.breached", "clock.escalated", "aftersales.assigned", "case.greened",
    "case.ungreened", "case.green_served", "aftersales.recourse_due",
})  # fmt: skip
"""Events that only the platform's own people see; the merchant sees its recourse."""


@dataclass(frozen=True, slots=True)
class File:
    """Everything about one after-sales case that the actor may see (PCN-1.2).

    ``payments``: the refunds behind the parts by id, with their state. ``address``: where the goods go,
    for consumer, merchant and desk. ``texts``: words by id.
    """

    case: Case
    application: Application
    side: str
    texts: Mapping[UUID, str]
    address: Mapping[str, str]
    payments: Mapping[UUID, Any]
    clocks: tuple[ClockLine, ...]
    timeline: tuple[Happened, ...]
    doors: tuple[steps.Door, ...]
    evidence: tuple[Any, ...]

    @property
    def judgement(self) -> Judgement | None:
        """The latest answer of the rules."""
        return list(self.application.judgements.all())[-1] if self.application.judgements.all() else None

    @property
    def decision(self) -> Decision | None:
        """The latest decision."""
        return list(self.application.decisions.all())[-1] if self.application.decisions.all() else None

    @property
    def change(self) -> Changed | None:
        """What the latest answer of the rules says otherwise than the one before it."""
        found = list(self.application.judgements.all())
        return changed(found[-2], found[-1]) if len(found) > 1 else None

    @property
    def refunded(self) -> int:
        """The sum of all parts, in fen."""
        return sum(part.amount_fen for part in self.application.parts.all())

    def as_json(self) -> dict[str, Any]:
        """The file for the API."""
        case, application = self.case, self.application
        return {
            "id": case.id, "number": case.number, "state": case.state, "kind": case.type,
            "ground": application.ground, "order_number": case.order_number, "received_at": case.received_at,
            "applied_at": application.applied_at, "next_step": case.next_step,
            "next_step_by": case.next_step_by, "next_step_at": case.next_step_at, "urgent_need": case.green,
            "text": self._text(application.text), "facts": application.facts,
            "lines": _rows(application.lines.all(), "number quantity ordered accepted paid_fen title kind"),
            "materials": application.materials, "missing": application.missing,
            "materials_due_at": application.materials_due_at, "merchant_due_at": application.merchant_due_at,
            "inspect_due_at": application.inspect_due_at, "inspection_passed": application.inspection_passed,
            "platform_decides": application.platform_decides, "freight_by": application.freight_by,
            "address": self.address, "judgement": _one(self.judgement, _JUDGEMENT),
            "findings": [self._worded(f, _ESTABLISHED, "text") for f in application.established.all()],
            "changed": asdict(self.change) if self.change else None,
            "decision": self._decision(), "proposals": [self._worded(p, _PROPOSAL, "text")
                                                        for p in application.proposals.all()],
            "parcels": _rows(application.parcels.all(), _PARCEL),
            "inspections": [self._inspection(i) for i in application.inspections.all()],
            "repairs": [self._worded(r, "id held_from held_until finished_at parts", "text")
                        for r in application.repairs.all()],
            "refund": {"amount_fen": self.refunded,
                       "parts": [self._part(p) for p in application.parts.all()]},
            "recourses": _rows(application.recourses.all(), "id carrier amount_fen ground made_at")
            if self.side != "consumer" else [],
            "outcome": application.outcome, "completed_at": application.completed_at,
            "confirm_due_at": application.confirm_due_at,
            "ratings": [self._worded(r, "via score tries at", "text") for r in application.ratings.all()],
            "clocks": [asdict(c) for c in self.clocks], "timeline": [asdict(h) for h in self.timeline],
            "steps": [d.step.name for d in self.doors],
            "evidence": [{"id": e.id, "sha256": e.sha256, "party": e.party, "uploaded_at": e.uploaded_at}
                         for e in self.evidence],
        }  # fmt: skip

    def _text(self, text_id: UUID | None) -> str:
        return self.texts.get(text_id, "") if text_id else ""

    def _worded(self, row: Any, names: str, *texts: str) -> dict[str, Any]:
        return {**_one(row, names), **{name: self._text(getattr(row, name)) for name in texts}}

    def _decision(self) -> dict[str, Any] | None:
        return self._worded(self.decision, _DECISION, "text", "review_text") if self.decision else None

    def _inspection(self, row: Any) -> dict[str, Any]:
        found = self._worded(row, "id by made_at deduction answer evidence settled_at", "text",
                             "answer_text", "settled_text")  # fmt: skip
        return {**found, "findings": _rows(row.findings.all(), "number quantity finding deduction")}

    def _part(self, row: Any) -> dict[str, Any]:
        payment = self.payments.get(row.refund) if row.refund else None
        return {**_one(row, _PART), "state": payment.state if payment else "owed"}


_JUDGEMENT = "id outcome steps articles missing ground alternatives freight_by last_day made_at"
_ESTABLISHED = "id code line day clause evidence found_at generation"
_DECISION = "id outcome by ground article alternatives decided_at generation review reviewed_at"
_PROPOSAL = "id kind amount_fen by state made_at answered_at"
_PARCEL = "id direction carrier tracking_number by registered_at freight_fen state track signed_at lost_at"
_PART = "id kind rule amount_fen lines shown articles flags initiated_at credited_at"


def _one(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()} if row is not None else {}


def _rows(rows: Iterable[Any], names: str) -> list[dict[str, Any]]:
    return [_one(row, names) for row in rows]


def file_for(actor: Actor, case_id: UUID, *, at: datetime) -> File:
    """The case as the actor may see it. Raises NotFound where they may not know of it."""
    case = cases.get_for(actor, case_id, flow="aftersales")
    require(actor, P.READ, case.resource)
    found = Application.objects.prefetch_related(
        "lines", "judgements", "decisions", "proposals", "parcels", "inspections__findings", "repairs",
        "parts", "recourses", "ratings", "established",
    )  # fmt: skip
    application = found.get(case_id=case.id)
    application.case = case
    side = rules.party_of(actor)
    return File(
        case=case,
        application=application,
        side=side,
        texts=accounts.bodies(_texts(application)),
        address=sealed.address(application, case.consumer_id) if side != "third_party" else {},
        payments={row.id: row for row in money.refunds_of(case.id)},
        clocks=clock_lines(case.id, at),
        timeline=timeline(case.id, _seen(side)),
        doors=tuple(steps.possible(actor, case)),
        evidence=tuple(map(evidence.ref, evidence.items_of(case.id))),
    )


def _seen(side: str) -> Callable[[Entry], bool]:
    hidden = INTERNAL - ({"aftersales.recourse_due"} if side == "merchant" else set())
    if side in ("platform", "program"):
        hidden = frozenset()
    return lambda entry: entry.event not in hidden


def _texts(application: Application) -> list[UUID]:
    ids = {application.text, *(d.text for d in application.decisions.all())}
    ids |= {d.review_text for d in application.decisions.all()}
    ids |= {f.text for f in application.established.all()}
    ids |= {p.text for p in application.proposals.all()} | {r.text for r in application.repairs.all()}
    ids |= {r.text for r in application.ratings.all()}
    for row in application.inspections.all():
        ids |= {row.text, row.answer_text, row.settled_text}
    return [one for one in ids if one is not None]
