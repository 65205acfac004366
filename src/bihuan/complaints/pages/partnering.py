"""What the pages of merchants and partners show: their cases, one case. No person behind a case is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import queries
from bihuan.complaints.models import EvidenceRequest
from bihuan.complaints.pages import sides, tracking
from bihuan.complaints.queries import File
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, NotAllowed, NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace

PAGE: Final = 30
SHOWN: Final = ("asked", "open", "all")
_QUIET: Final = ("offer", "object_liability", "appeal", "add_evidence")
_PARTY: Final[Mapping[str, str]] = {"merchant": "merchant", "third_party": "carrier"}


@dataclass(frozen=True, slots=True)
class Line:
    """A case of the list with the request that falls due first."""

    case: Case
    matter: str
    request: EvidenceRequest | None
    more: int


def board(actor: Actor, query: QueryDict, *, at: datetime) -> dict[str, Any]:
    """A page of the organisation's cases. Raises Invalid for a key that is not ours."""
    shown = query.get("shown", "open")
    shown = shown if shown in SHOWN else "open"
    asked = _requests(actor)
    found = cases.visible(actor).filter(flow=COMPLAINT.name)
    if shown == "asked":
        found = found.filter(id__in=list(asked))
    elif shown == "open":
        found = found.filter(is_open=True)
    try:
        page = cases.by_strictest(found, after=query.get("after"), limit=PAGE)
    except ValueError:
        raise Invalid(field="after", remedy="Go back to the first page.") from None
    matters = queries.matters([c.id for c in page.rows])
    rows = [_line(c, matters.get(c.id, ""), asked.get(c.id, [])) for c in page.rows]
    return {
        "rows": rows,
        "after": page.after,
        "shown": shown,
        "choices": SHOWN,
        "now": at,
        "asked": sum(len(requests) for requests in asked.values()),
    }


def shown(file: File, actor: Actor, at: datetime) -> dict[str, Any]:
    """The page of one case."""
    doors = {d.step.name: d for d in file.doors}
    offers = tracking.offers(file)
    requests = tracking.open_requests(file) if "answer_evidence" in doors else []
    complaint = file.complaint
    return {
        "file": file,
        "case": file.case,
        "complaint": complaint,
        "doors": doors,
        "now": at,
        "offers": offers,
        "requests": [(r, file.texts.get(r.text, "")) for r in requests],
        "form": _form(file, actor, requests, at),
        "answered": _answered(file),
        "counters": [a for a in tracking.asks(file, doors, offers) if a.kind == "offer"],
        "matter": file.texts.get(complaint.matter_text, ""),
        "items": list(complaint.items.all()),
        "order": _order(actor, file.case.order_number),
        "lines": sides.conversation(file, actor),
        "own_files": sides.files(file, (_PARTY.get(file.side, "merchant"),), own=True),
        "their_files": sides.files(file, ("consumer",), own=False),
        "liability": complaint.liabilities.last(),
        "history": sides.history(file),
        "quiet": [(doors[n], sides.consequence(n)) for n in _quiet(file, doors)],
        "decisions": list(complaint.decisions.all()),
    }


def _requests(actor: Actor) -> dict[UUID, list[EvidenceRequest]]:
    """Open evidence requests to the actor's organisation by case, the earliest due first."""
    open_ones = EvidenceRequest.objects.filter(
        organisation=actor.organisation_id, answered_at=None, default_at=None, complaint__case__is_open=True
    )
    found: dict[UUID, list[EvidenceRequest]] = {}
    for request in open_ones.order_by("due_at"):
        found.setdefault(request.complaint_id, []).append(request)
    return found


def _line(case: Case, matter: str, requests: Sequence[EvidenceRequest]) -> Line:
    return Line(case, matter, requests[0] if requests else None, max(0, len(requests) - 1))


def _form(file: File, actor: Actor, requests: Sequence[EvidenceRequest], at: datetime) -> Any:
    """The answer to the request that falls due first."""
    if not requests:
        return None
    door = next(d for d in file.doors if d.step.name == "answer_evidence")
    first = min(requests, key=lambda r: r.due_at)
    return sides.step_form(file, door, actor, at, {"request_id": str(first.id)})


def _answered(file: File) -> list[tuple[EvidenceRequest, str]]:
    """Requests that this side answered, or left unanswered."""
    done = [r for r in file.complaint.evidence_requests.all() if r.party == file.side and not r.is_open]
    return [(r, file.texts.get(r.answer_text, "") if r.answer_text else "") for r in done]


def _order(actor: Actor, number: str) -> Any:
    if not number:
        return None
    try:
        return marketplace.get_for(actor, number)
    except (NotFound, NotAllowed):
        return None


def _quiet(file: File, doors: Mapping[str, Any]) -> list[str]:
    complaint = file.complaint
    found = [n for n in _QUIET if n in doors]
    if "object_liability" in found and not complaint.liabilities.exists():
        found.remove("object_liability")
    if "appeal" in found and complaint.appeals.filter(decided_at=None).exists():
        found.remove("appeal")
    return found
