"""The pack a mediator gets: the whole file as data, with the evidence bundle's digests (CRP-2.3.b)."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.cases.models import Case
from bihuan.evidence import queries as evidence
from bihuan.journal import queries as journal
from bihuan.journal.events import at_text


def build(case: Case) -> bytes:
    """JSON of matter, claim items, liability, findings, options, offers, journal and evidence digests."""
    return json.dumps(_content(case), ensure_ascii=False, sort_keys=True, indent=1).encode()


def digest(case: Case) -> str:
    """SHA-256 of the pack as it is now, in hex."""
    return hashlib.sha256(build(case)).hexdigest()


def _content(case: Case) -> dict[str, Any]:
    complaint = case.complaint
    offers = list(complaint.offers.all())
    liabilities, findings = list(complaint.liabilities.all()), list(complaint.findings.all())
    ids = {complaint.matter_text, *(o.text for o in offers), *(f.text for f in findings)}
    ids |= {x.reason_text for x in liabilities} | {i.text for i in complaint.items.all() if i.text}
    kept = accounts.texts([i for i in ids if i])
    texts: dict[UUID | None, str] = {key: text.body or "" for key, text in kept.items()}
    return {
        "number": case.number,
        "received_at": at_text(case.received_at),
        "order": case.order_number,
        "matter": texts.get(complaint.matter_text, ""),
        "demand": complaint.demand,
        "demand_amount": complaint.demand_amount,
        "items": [
            {"matter": i.matter, "demand": i.demand, "amount": i.amount, "text": texts.get(i.text, "")}
            for i in complaint.items.all()
        ],
        "liability": [
            {"party": x.party, "shares": x.shares, "ground": x.ground, "reason": texts.get(x.reason_text, "")}
            for x in liabilities
        ],
        "findings": [{"result": f.result, "text": texts.get(f.text, "")} for f in findings],
        "options": [
            {"rule": o.rule, "total": o.total, "articles": o.articles, "lines": o.lines}
            for o in complaint.options.all()
        ],
        "offers": [
            {"by": o.by, "kind": o.kind, "amount": o.amount, "state": o.state, "text": texts.get(o.text, "")}
            for o in offers
        ],
        "evidence": [
            {"sha256": ref.sha256, "party": ref.party}
            for ref in map(evidence.ref, evidence.items_of(case.id))
        ],
        "journal": [
            {"event": e.event, "at": at_text(e.occurred_at), "hash": bytes(e.hash).hex()}
            for e in journal.entries_of(case.id)
        ],
    }
