"""An organisation's cases as CSV or JSON lines: what its pages show, nothing more."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import signed_in
from bihuan.cases.labels import label, language
from bihuan.cases.models import Case
from bihuan.cases.pages.sides import site_page
from bihuan.complaints import rules
from bihuan.complaints.actions import partner as actions
from bihuan.complaints.models import Complaint
from bihuan.complaints.pages import partnering
from bihuan.complaints.permissions import P
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

PIECE: Final = 200
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_FORMS: Final = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_GROUPS: Final = {
    "state": "state", "type": "type", "severity": "severity", "demand": "demand",
    "liable": "liable", "asked": "what",
}  # fmt: skip
_MONEY: Final = ("demand_amount",)


@site_page(P.READ, (ActorKind.MERCHANT, ActorKind.PARTNER))
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Every case of the list, filtered as the list is; page after page, so that none is cut off."""
    if form not in _FORMS:
        raise NotFound(kind="page", id=form[:20])
    actor, at = signed_in(request), now()
    wanted = partnering.wanted(request.GET)
    actions.note_export(form=form, shown=wanted.shown, filters=wanted.filters, actor=actor, at=at)
    rows = _rows(actor, wanted)
    lines = _csv(rows, language()) if form == "csv" else _jsonl(rows)
    name = f"complaints-{at.astimezone(_ZONE):%Y%m%d-%H%M}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type=_FORMS[form], headers=headers)  # type: ignore[return-value]


def _rows(actor: Actor, wanted: partnering.Wanted) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        page = partnering.by_receipt(actor, wanted, after=after, limit=PIECE)
        yield from _piece(actor, page.rows)
        after = page.after
        if after is None:
            return


def _piece(actor: Actor, cases: Sequence[Case]) -> list[dict[str, Any]]:
    ids = [case.id for case in cases]
    found = Complaint.objects.filter(case_id__in=ids).prefetch_related(
        "liabilities", "evidence_requests", "decisions"
    )
    complaints = {complaint.case_id: complaint for complaint in found}
    bodies = accounts.bodies([c.matter_text for c in complaints.values()])
    return [_row(actor, case, complaints[case.id], bodies) for case in cases if case.id in complaints]


def _row(actor: Actor, case: Case, complaint: Complaint, bodies: Mapping[UUID, str]) -> dict[str, Any]:
    side = rules.party_of(actor)
    asked = [
        r
        for r in complaint.evidence_requests.all()
        if r.party == side and r.organisation in (None, actor.organisation_id)
    ]
    last = asked[-1] if asked else None
    liable = list(complaint.liabilities.all())
    return {
        "number": case.number,
        "state": case.state,
        "type": case.type,
        "severity": case.severity,
        "received_at": case.received_at,
        "accepted_at": case.accepted_at,
        "closed_at": case.closed_at,
        "order_number": case.order_number,
        "matter": bodies.get(complaint.matter_text, ""),
        "demand": complaint.demand,
        "demand_amount": complaint.demand_amount,
        "liable": liable[-1].party if liable else "undecided",
        "asked": last.what if last else "",
        "asked_due_at": last.due_at if last else None,
        "warned_at": last.warned_at if last else None,
        "answered_at": last.answered_at if last else None,
        "default_at": last.default_at if last else None,
    }


def _jsonl(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Codes, amounts in fen, times with their zone."""
    for row in rows:
        plain = {k: v.astimezone(_ZONE).isoformat() if isinstance(v, datetime) else v for k, v in row.items()}
        yield json.dumps(plain, ensure_ascii=False).encode() + b"\n"


def _csv(rows: Iterator[dict[str, Any]], lang: str) -> Iterator[bytes]:
    """Words and yuan, with the mark by which spreadsheets know UTF-8; no cell begins a formula."""
    heads = _heads()
    yield "\ufeff".encode() + _line([heads[name] for name in heads])
    for row in rows:
        yield _line([_cell(name, row[name], lang) for name in heads])


def _line(cells: Sequence[str]) -> bytes:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


def _cell(name: str, value: Any, lang: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(_ZONE):%Y-%m-%d %H:%M}"
    if name in _MONEY:
        return f"{value // 100}.{value % 100:02d}"
    text = label(_GROUPS[name], str(value), lang) if name in _GROUPS else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _heads() -> dict[str, str]:
    return {
        "number": _("Number"), "state": _("State"), "type": _("Type"), "severity": _("Severity"),
        "received_at": _("Received"), "accepted_at": _("Accepted"), "closed_at": _("Closed"),
        "order_number": _("Order"), "matter": _("What is complained about"), "demand": _("Demand"),
        "demand_amount": _("Amount demanded (yuan)"), "liable": _("Responsible"),
        "asked": _("Asked of you"), "asked_due_at": _("Until"), "warned_at": _("Last notice"),
        "answered_at": _("Answered at"), "default_at": _("Found in default"),
    }  # fmt: skip
