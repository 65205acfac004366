"""What the page of a complaint shows at the desk, on top of what every case page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.cases.pages import casefile
from bihuan.complaints.models import Complaint
from bihuan.complaints.pages import handing
from bihuan.complaints.queries import File, visible_offers
from bihuan.journal.actor import Actor

_GROUPS: Final[Sequence[tuple[str, frozenset[str]]]] = (
    (
        gettext_noop("Complainant"),
        frozenset(
            {
                "log_call",
                "promise",
                "keep_promise",
                "tell_progress",
                "tell_result",
                "follow_up",
                "write",
                "add_evidence",
                "supplement",
            }
        ),
    ),
    (
        gettext_noop("Investigation"),
        frozenset(
            {
                "open_investigation",
                "decide_liability",
                "open_step",
                "pass_step",
                "finish_step",
                "draw_records",
                "request_evidence",
                "record_findings",
                "skip_investigation",
                "join_counsel",
                "report_major",
                "start_plan",
            }
        ),
    ),
    (
        gettext_noop("Solution"),
        frozenset(
            {
                "compute_options",
                "offer",
                "approve_offer",
                "reject_offer",
                "counter",
                "accept_offer",
                "decline_offer",
                "decide",
                "decline_demand",
                "open_mediation",
                "close_mediation",
                "execute",
                "handle",
                "close",
            }
        ),
    ),
    (gettext_noop("Case"), frozenset()),
)
"""Steps by what they are about; the last group takes the rest."""
_LAYOUT: Final = casefile.Layout(_GROUPS, aside=frozenset({"merge", "withdraw", "reopen"}))

_HAVING: Final[Mapping[str, Callable[[File], bool]]] = {
    "pass_step": lambda f: f.complaint.steps.filter(done_at=None).exists(),
    "finish_step": lambda f: f.complaint.steps.filter(done_at=None).exists(),
    "keep_promise": lambda f: f.complaint.promises.filter(kept_at=None).exists(),
    "answer_reference": lambda f: f.complaint.references.filter(answered_at=None).exists(),
    "approve_offer": lambda f: _offers(f, "held"),
    "reject_offer": lambda f: _offers(f, "held"),
    "counter": lambda f: _theirs(f),
    "accept_offer": lambda f: _theirs(f),
    "decline_offer": lambda f: _theirs(f),
    "execute": lambda f: f.complaint.remedies.filter(initiated_at=None, refund=None).exists(),
    "handle": lambda f: not f.complaint.remedies.filter(initiated_at=None).exists(),
    "approve_extension": lambda f: f.complaint.extensions.filter(state="asked").exists(),
    "reject_extension": lambda f: f.complaint.extensions.filter(state="asked").exists(),
    "ask_extension": lambda f: not f.complaint.extensions.filter(state__in=["asked", "approved"]).exists(),
    "start_plan": lambda f: f.complaint.major_reports.filter(started_at=None).exists(),
    "decide_appeal": lambda f: f.complaint.appeals.filter(decided_at=None).exists(),
    "take": lambda f: f.case.owner_id is None,
    "take_over": lambda f: f.complaint.hand_overs.filter(confirmed_at=None, void_at=None).exists(),
    "unlink": lambda f: (
        f.case.links_out.filter(kind="related", undone_at=None).exists()
        or f.case.links_in.filter(kind="related", undone_at=None).exists()
    ),
    "split": lambda f: f.complaint.items.count() > 1,
    "tell_result": lambda f: f.complaint.result_text is None,
}
"""Steps that the state allows but that have nothing to act on are not offered."""


def shown(actor: Actor, file: File, *, at: datetime, draft: bool) -> dict[str, Any]:
    """All that the case page of the desk shows."""
    complaint, taken = file.complaint, handing.shown(actor, file)
    return {
        **casefile.shown(
            actor,
            file,
            _LAYOUT,
            at=at,
            draft=draft,
            doors=casefile.offered(file, _HAVING),
            first="take_over" if taken and taken.mine else "",
            concerns=complaint.concerns,
        ),
        "complaint": complaint,
        "hand_over": taken,
        "claimed": {int(i.order_line) for i in complaint.items.all() if i.order_line.isdigit()},
        "words": accounts.bodies([p.text for p in complaint.promises.all()]),
        "offers": visible_offers(complaint, file.side),
        "tasks": list(complaint.steps.all()),
        "requests": list(complaint.evidence_requests.all()),
        "extensions": list(complaint.extensions.all()),
        "options": list(complaint.options.all()),
        "remedies": list(complaint.remedies.all()),
        "liability": complaint.liabilities.last(),
        "findings": list(complaint.findings.all()),
        "checks": _latest_checks(complaint),
        "promises": list(complaint.promises.all()),
        "references": list(complaint.references.all()),
    }


def _latest_checks(complaint: Complaint) -> list[Any]:
    """The last result of each condition, in the order in which they are checked."""
    return list({check.condition: check for check in complaint.checks.all()}.values())


def _offers(file: File, state: str) -> bool:
    return any(o.state == state for o in visible_offers(file.complaint, file.side))


def _theirs(file: File) -> bool:
    return file.complaint.offers.filter(Q(state="open") & ~Q(by=file.side) & Q(by="consumer")).exists()
