"""Reading a complaint: the whole file as an actor may see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.reading import ClockLine, Happened, clock_lines, timeline
from bihuan.complaints import rules, steps
from bihuan.complaints.models import Complaint, EvidenceRequest, LibraryEntry, Offer
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import WORKING
from bihuan.evidence import queries as evidence
from bihuan.journal.actor import Actor
from bihuan.journal.models import Entry


@dataclass(frozen=True, slots=True)
class File:
    """Everything about one complaint that the actor may see (PCN-1.2)."""

    case: Case
    complaint: Complaint
    side: str
    texts: Mapping[UUID, str]
    clocks: tuple[ClockLine, ...]
    timeline: tuple[Happened, ...]
    doors: tuple[steps.Door, ...]
    evidence: tuple[Any, ...]

    def as_json(self) -> dict[str, Any]:
        """The file for the API."""
        complaint = self.complaint
        return {
            "id": self.case.id, "number": self.case.number, "state": self.case.state,
            "facts": self.case.facts, "order_number": self.case.order_number,
            "received_at": self.case.received_at, "next_step": self.case.next_step,
            "next_step_by": self.case.next_step_by, "next_step_at": self.case.next_step_at,
            "matter": self.texts.get(complaint.matter_text, ""), "demand": complaint.demand,
            "demand_amount": complaint.demand_amount, "missing": complaint.missing,
            "items": [
                {"id": i.id, "matter": i.matter, "demand": i.demand, "amount": i.amount,
                 "order_line": i.order_line}
                for i in complaint.items.all()
            ],
            "offers": [
                {"id": o.id, "by": o.by, "kind": o.kind, "amount": o.amount, "state": o.state,
                 "text": self.texts.get(o.text, "")}
                for o in visible_offers(complaint, self.side)
            ],
            "evidence_requests": [
                {"id": r.id, "party": r.party, "what": r.what, "due_at": r.due_at,
                 "answered_at": r.answered_at, "text": self.texts.get(r.text, "")}
                for r in complaint.evidence_requests.all() if self.side in ("platform", r.party)
            ],
            "remedies": [
                {"id": r.id, "kind": r.kind, "amount": r.amount, "initiated_at": r.initiated_at}
                for r in complaint.remedies.all()
            ],
            "result": self.texts.get(complaint.result_text, "") if complaint.result_text else "",
            "corrective": self.texts.get(complaint.corrective_text, "") if complaint.corrective_text else "",
            "clocks": [asdict(c) for c in self.clocks],
            "timeline": [asdict(h) for h in self.timeline],
            "steps": [d.step.name for d in self.doors],
            "evidence": [
                {"id": e.id, "sha256": e.sha256, "party": e.party, "uploaded_at": e.uploaded_at}
                for e in self.evidence
            ],
        }  # fmt: skip


INTERNAL = frozenset({
    "complaint.offer_held", "complaint.offer_approved", "complaint.offer_rejected",
    "complaint.counsel_joined", "complaint.step_opened",
    "complaint.step_handed_over", "complaint.handed_over", "clock.warned", "clock.breached",
    "clock.escalated", "complaint.major_recognised", "complaint.major_reported", "complaint.redacted",
    "complaint.corrected", "complaint.options_computed", "complaint.read", "complaint.taken_over",
    "complaint.colleague_joined", "complaint.linked", "complaint.unlinked",
})  # fmt: skip
"""Events that only the platform's own people see; everybody else sees what was told to them."""


def file_for(actor: Actor, case_id: UUID, *, at: datetime) -> File:
    """The complaint as the actor may see it. Raises NotFound where they may not know of it."""
    case = cases.get_for(actor, case_id, flow="complaint")
    require(actor, P.READ, case.resource)
    complaint = Complaint.objects.get(case_id=case.id)
    side = rules.party_of(actor)
    return File(
        case=case,
        complaint=complaint,
        side=side,
        texts=_texts(complaint, side),
        clocks=clock_lines(case.id, at),
        timeline=timeline(case.id, _seen(complaint, side)),
        doors=tuple(steps.possible(actor, case)),
        evidence=tuple(map(evidence.ref, evidence.items_of(case.id))),
    )


def matters(case_ids: Iterable[UUID], *, most: int = 60) -> dict[UUID, str]:
    """The beginnings of what was complained about, by case, as lists show them; two round trips."""
    texts = dict(Complaint.objects.filter(case_id__in=list(case_ids)).values_list("case_id", "matter_text"))
    bodies = accounts.bodies(texts.values())
    found = {case: " ".join(bodies.get(text, "").split()) for case, text in texts.items()}
    return {case: body if len(body) <= most else f"{body[:most]}…" for case, body in found.items()}


def asked_of_consumer(case_ids: Collection[UUID]) -> set[UUID]:
    """Of these cases those in which the complainant is to answer an offer or a request for evidence."""
    offers = Offer.objects.filter(complaint_id__in=case_ids, state="open").exclude(by="consumer")
    requests = EvidenceRequest.objects.filter(
        complaint_id__in=case_ids, party="consumer", answered_at=None, default_at=None
    )
    return {*offers.values_list("complaint_id", flat=True), *requests.values_list("complaint_id", flat=True)}


def results(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """How complaints ended; a merged one keeps in its outcome where it stood before, that is no result."""
    found = (
        Complaint.objects.filter(case_id__in=case_ids).exclude(outcome="").exclude(outcome__startswith="was:")
    )
    return dict(found.values_list("case_id", "outcome"))


def visible_offers(complaint: Complaint, side: str) -> list[Any]:
    """Offers as a side may see them: what is held is not told to the other side yet."""
    found = complaint.offers.all()
    return list(found) if side == "platform" else [o for o in found if o.state not in ("held", "rejected")]


def similar(case: Case, *, limit: int = 5) -> list[LibraryEntry]:
    """Entries of the case library like this one: same type, then same liable party, newest first."""
    found = LibraryEntry.objects.filter(type=case.type).exclude(complaint_id=case.id)
    return list(found.order_by("-made_at")[:limit])


def supplements_due(at: datetime, *, limit: int = 200) -> list[tuple[UUID, str]]:
    """Supplement requests whose reminder or end has come: (case, ``remind`` or ``lapse``)."""
    waiting = Complaint.objects.filter(case__state="supplementing", supplement_due_at__isnull=False)
    over = waiting.filter(supplement_due_at__lte=at).values_list("case_id", flat=True)[:limit]
    window = rules.until("PCN-3.1.3.b", "supplement_window", at) - at
    reminder = rules.until("PCN-3.1.3.b", "reminder_after", at) - at
    near = waiting.filter(
        supplement_due_at__gt=at, supplement_due_at__lte=at + window - reminder, supplement_reminded_at=None
    ).values_list("case_id", flat=True)[:limit]
    return [*((c, "lapse") for c in over), *((c, "remind") for c in near)]


def unknown_checks(at: datetime, *, limit: int = 200) -> list[tuple[UUID, str]]:
    """Received cases whose conditions the marketplace has not answered for: (case, order number)."""
    found = Case.objects.filter(
        flow="complaint", state="received", is_open=True, complaint__checks__result="unknown",
        received_at__gt=at - timedelta(days=7),
    )  # fmt: skip
    return list(found.distinct().values_list("id", "order_number")[:limit])


def requests_due(at: datetime, *, limit: int = 200) -> list[tuple[UUID, UUID, str]]:
    """Evidence requests that wait for a last notice or a default finding: (case, request, what is due).

    The last notice goes out so early that it has stood its time when the request runs out; the
    complainant is never found in default.
    """
    grace = rules.span("PCN-3.2.2.b", "default_notice_grace", at)
    open_ones = EvidenceRequest.objects.filter(
        answered_at=None, default_at=None, complaint__case__is_open=True, complaint__case__state__in=WORKING
    ).exclude(party="consumer")
    found = open_ones.filter(
        Q(warned_at=None, due_at__lte=at + grace) | Q(warned_at__lte=at - grace, due_at__lte=at)
    ).order_by("due_at")
    return [(r.complaint_id, r.id, "warn" if r.warned_at is None else "find") for r in found[:limit]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Evidence asked of a side, with the words of the request."""

    id: UUID
    case_id: UUID
    number: str
    what: str
    text: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    default_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedPage:
    """A page of requests and the key of the next one, None at the end."""

    rows: tuple[Asked, ...]
    after: str | None


def asked_of(actor: Actor, *, open_only: bool, after: str | None, limit: int) -> AskedPage:
    """Evidence requests to the actor's side in the cases they may know of, the oldest first.

    The platform's own people and keys see those to every side. Paged by an order that never changes.
    """
    require(actor, P.READ)
    side = rules.party_of(actor)
    found = EvidenceRequest.objects.filter(complaint__case__in=cases.visible(actor))
    if side != "platform":
        found = found.filter(party=side)
    if actor.organisation_id is not None and side != "platform":
        found = found.filter(organisation=actor.organisation_id)
    if open_only:
        found = found.filter(answered_at=None, default_at=None)
    if after:
        moment, last = cases.cursor(after)
        found = found.filter(Q(asked_at__gt=moment) | Q(asked_at=moment, id__gt=last))
    rows = list(found.select_related("complaint__case").order_by("asked_at", "id")[: limit + 1])
    bodies = accounts.bodies([row.text for row in rows[:limit]])
    more = rows[limit - 1] if len(rows) > limit else None
    return AskedPage(
        rows=tuple(_asked(row, bodies) for row in rows[:limit]),
        after=f"{more.asked_at.isoformat()}~{more.id}" if more else None,
    )


def _asked(row: EvidenceRequest, bodies: Mapping[UUID, str]) -> Asked:
    return Asked(
        id=row.id,
        case_id=row.complaint_id,
        number=row.complaint.case.number,
        what=row.what,
        text=bodies.get(row.text, ""),
        asked_at=row.asked_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        default_at=row.default_at,
    )


def _texts(complaint: Complaint, side: str) -> dict[UUID, str]:
    ids = {complaint.matter_text, complaint.demand_text, complaint.result_text, complaint.corrective_text}
    ids |= {i.text for i in complaint.items.all()} | {o.text for o in visible_offers(complaint, side)}
    for request in complaint.evidence_requests.all():
        ids |= {request.text, request.answer_text}
    if side == "platform":
        ids |= {x.reason_text for x in complaint.liabilities.all()} | {
            f.text for f in complaint.findings.all()
        }
        ids |= {s.text for s in complaint.steps.all()} | {e.reason_text for e in complaint.extensions.all()}
        ids |= {d.text for d in complaint.decisions.all()}
    return accounts.bodies([i for i in ids if i is not None])


def _seen(complaint: Complaint, side: str) -> Callable[[Entry], bool]:
    if side == "platform":
        return lambda _entry: True
    shown = {"", *(str(offer.id) for offer in visible_offers(complaint, side))}
    return lambda entry: entry.event not in INTERNAL and entry.data.get("offer_id", "") in shown
