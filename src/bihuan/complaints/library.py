"""The case library: a closed complaint without any person in it (CRP-2.4.b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.accounts import queries as accounts
from bihuan.cases.models import Case
from bihuan.complaints.models import Complaint, LibraryEntry


def archive(case: Case, *, at: datetime) -> LibraryEntry:
    """Make the anonymised entry of a case that closes; a reopened case renews its entry.

    It holds codes, amounts and the kept texts, from which personal data was taken on the way in;
    names of people and organisations, numbers of orders and cases do not enter it.
    """
    complaint = case.complaint
    body = _body(complaint)
    entry, _ = LibraryEntry.objects.update_or_create(
        complaint=complaint,
        defaults={
            "type": case.type,
            "complexity": case.complexity,
            "liable": case.liable,
            "outcome": complaint.outcome or "closed",
            "amount": sum(r["amount"] for r in body["remedies"]),
            "days": (at - case.received_at).days,
            "body": body,
            "words": _words(body),
            "made_at": at,
        },
    )
    return entry


def _body(complaint: Complaint) -> dict[str, Any]:
    finding = complaint.findings.order_by("id").last()
    ids = [
        complaint.matter_text,
        finding.text if finding else None,
        complaint.result_text,
        complaint.corrective_text,
    ]
    texts = accounts.texts([i for i in ids if i is not None])
    matter, found, result, measure = (texts[i].body if i in texts else "" for i in ids)
    return {
        "matter": matter,
        "found": found,
        "result": result,
        "measure": measure,
        "demand": complaint.demand,
        "remedies": [{"kind": r.kind, "amount": r.amount} for r in complaint.remedies.all()],
        "articles": [d.article for d in complaint.decisions.all() if d.article],
    }


def _words(body: dict[str, Any]) -> str:
    return " ".join(str(body[name]) for name in ("matter", "found", "result", "measure"))
