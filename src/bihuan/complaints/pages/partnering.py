"""What the pages of merchants and partners show: their cases, one case. No person behind a case is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.pages import sides as side_parts
from bihuan.complaints import behind, queries, rules
from bihuan.complaints.fields import WORDS
from bihuan.complaints.models import EvidenceRequest, Offer
from bihuan.complaints.pages import sides, tracking
from bihuan.complaints.pages.stepping import PAGES
from bihuan.complaints.queries import File
from bihuan.complaints.workflow import COMPLAINT, STATES
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor
from bihuan.notices import queries as notices

PAGE: Final = 30
MOST: Final = 1000
"""Beyond this, cases are not counted any further."""
SHOWN: Final = ("asked", "open", "ended", "all")
_QUIET: Final = ("offer", "object_liability", "appeal", "add_evidence")
_HANDLING: Final = "PCN-3."
"""The limits of handling, which an answer shortens; how quickly the desk reacts is not shown."""
_PARTY: Final[Mapping[str, str]] = {"merchant": "merchant", "third_party": "carrier"}


@dataclass(frozen=True, slots=True)
class Line:
    """A case of the list with the request that falls due first, and whether a proposal waits."""

    case: Case
    matter: str
    request: EvidenceRequest | None
    more: int
    proposal: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: a tab, a type, a state, and a number of case or order."""

    shown: str = "open"
    type: str = ""
    state: str = ""
    q: str = ""

    @property
    def filters(self) -> int:
        return sum(bool(value) for value in (self.type, self.state, self.q))

    @property
    def query(self) -> str:
        """As it stands in an address."""
        given = {"shown": self.shown, "type": self.type, "state": self.state, "q": self.q}
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Warned:
    """How the people of the organisation were told the last notice."""

    at: datetime
    channel: str
    state: str


def wanted(query: QueryDict) -> Wanted:
    """The filters of an address; what is not known is left out."""
    shown, kind, state = query.get("shown", "open"), query.get("type", ""), query.get("state", "")
    return Wanted(
        shown=shown if shown in SHOWN else "open",
        type=kind if kind in rules.TYPES else "",
        state=state if state in STATES else "",
        q=query.get("q", "").strip()[:64],
    )


def board(actor: Actor, query: QueryDict, *, at: datetime) -> dict[str, Any]:
    """A page of the organisation's cases. Raises Invalid for a key that is not ours."""
    asked, proposed, want = _requests(actor), _proposals(actor), wanted(query)
    waiting = {*asked, *proposed}
    try:
        page = cases.by_strictest(_found(actor, want, waiting), after=query.get("after"), limit=PAGE)
    except ValueError:
        raise Invalid(field="after", remedy="Go back to the first page.") from None
    matters = queries.matters([c.id for c in page.rows])
    rows = [_line(c, matters.get(c.id, ""), asked.get(c.id, []), c.id in proposed) for c in page.rows]
    return {
        "rows": rows,
        "after": page.after,
        "want": want,
        "tabs": [(tab, _count(_found(actor, replace(want, shown=tab), waiting))) for tab in SHOWN],
        "types": rules.TYPES,
        "states": list(STATES),
        "now": at,
        "asked": sum(len(requests) for requests in asked.values()),
        "proposed": len(proposed),
        "late": sum(r.due_at <= at for requests in asked.values() for r in requests),
    }


def by_receipt(actor: Actor, want: Wanted, *, after: str | None, limit: int) -> cases.Page:
    """A page of the filtered cases in an order that never changes, for exports."""
    found = _found(actor, want, {*_requests(actor), *_proposals(actor)})
    if after:
        moment, last = cases.cursor(after)
        found = found.filter(Q(received_at__lt=moment) | Q(received_at=moment, id__gt=last))
    rows = list(found.order_by("-received_at", "id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return cases.Page(rows[:limit], f"{more.received_at.isoformat()}~{more.id}" if more else None)


def _found(actor: Actor, want: Wanted, waiting: Collection[UUID]) -> QuerySet[Case]:
    found = cases.visible(actor).filter(flow=COMPLAINT.name)
    if want.shown == "asked":
        found = found.filter(id__in=list(waiting))
    elif want.shown in ("open", "ended"):
        found = found.filter(is_open=want.shown == "open")
    if want.type:
        found = found.filter(type=want.type)
    if want.state:
        found = found.filter(state=want.state)
    if want.q:
        found = found.filter(Q(number__istartswith=want.q) | Q(order_number=want.q))
    return found


def _count(found: QuerySet[Case]) -> str:
    """How many, counted up to ``MOST``."""
    n = len(found.order_by().values_list("id", flat=True)[: MOST + 1])
    return str(n) if n <= MOST else f"{MOST}+"


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
        "requests": [(r, file.texts.get(r.text, ""), _warned(file, r)) for r in requests],
        "form": _form(file, actor, requests, at),
        "answered": _answered(file),
        "clocks": [c for c in file.clocks if c.stopped_at is None and c.clause.startswith(_HANDLING)],
        "counters": [a for a in tracking.asks(file, doors, offers) if a.kind == "offer"],
        "matter": file.texts.get(complaint.matter_text, ""),
        "items": list(complaint.items.all()),
        "order": _order(actor, file.case.id),
        "lines": side_parts.conversation(file, actor),
        "own_files": side_parts.files(file.evidence, (_PARTY.get(file.side, "merchant"),), own=True),
        "their_files": side_parts.files(file.evidence, ("consumer",), own=False),
        "liability": complaint.liabilities.last(),
        "history": sides.history(file),
        "quiet": [(doors[n], WORDS.consequence_of(n)) for n in _quiet(file, doors)],
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


def _proposals(actor: Actor) -> frozenset[UUID]:
    """Open cases in which the consumer proposed something that waits for an answer; merchants answer it."""
    if rules.party_of(actor) != "merchant":
        return frozenset()
    waiting = Offer.objects.filter(
        by="consumer", state="open", complaint__case__is_open=True,
        complaint__case__merchant_id=actor.organisation_id,
    )  # fmt: skip
    return frozenset(waiting.values_list("complaint_id", flat=True))


def _line(case: Case, matter: str, requests: Sequence[EvidenceRequest], proposal: bool) -> Line:
    return Line(case, matter, requests[0] if requests else None, max(0, len(requests) - 1), proposal)


def _warned(file: File, request: EvidenceRequest) -> list[Warned]:
    """Every way by which the last notice went to people of this side, the surest first."""
    if request.warned_at is None:
        return []
    mark = f":{request.id}:"
    told = [n for n in notices.notices_of(file.case.id) if n.kind == "default_warning" and mark in n.key]
    ways = [Warned(n.accepted_at or n.queued_at, n.channel, n.state) for n in told]
    return sorted(set(ways), key=lambda w: (w.channel == "station", w.at))


def _form(file: File, actor: Actor, requests: Sequence[EvidenceRequest], at: datetime) -> Any:
    """The answer to the request that falls due first."""
    if not requests:
        return None
    door = next(d for d in file.doors if d.step.name == "answer_evidence")
    first = min(requests, key=lambda r: r.due_at)
    return PAGES.form(file, door.step.name, actor, at, {"request_id": str(first.id)})


def _answered(file: File) -> list[tuple[EvidenceRequest, str]]:
    """Requests that this side answered, or left unanswered."""
    done = [r for r in file.complaint.evidence_requests.all() if r.party == file.side and not r.is_open]
    return [(r, file.texts.get(r.answer_text, "") if r.answer_text else "") for r in done]


def _order(actor: Actor, case_id: UUID) -> behind.Behind | None:
    try:
        return behind.order_behind(actor, case_id)
    except NotFound:
        return None


def _quiet(file: File, doors: Mapping[str, Any]) -> list[str]:
    complaint = file.complaint
    found = [n for n in _QUIET if n in doors]
    if "object_liability" in found and not complaint.liabilities.exists():
        found.remove("object_liability")
    if "appeal" in found and complaint.appeals.filter(decided_at=None).exists():
        found.remove("appeal")
    return found
