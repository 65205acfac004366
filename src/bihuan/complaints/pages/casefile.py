"""What a case page shows besides the file: order, people, conversation, drafts, steps in groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.accounts.queries import PersonalField
from bihuan.cases import actions as case_actions
from bihuan.cases.labels import language
from bihuan.complaints.models import Complaint
from bihuan.complaints.pages import customer, handing, together
from bihuan.complaints.queries import ClockLine, File, visible_offers
from bihuan.complaints.steps import Door
from bihuan.conversations import queries as conversations
from bihuan.engine.errors import NotAllowed, NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace

AUDIENCES: Final = ("consumer", "merchant", "internal")
_IN_COMPOSER: Final = frozenset({"send_message"})
GROUPS: Final[Sequence[tuple[str, frozenset[str]]]] = (
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

_OPEN: Final[Mapping[str, Callable[[Complaint, File], bool]]] = {
    "pass_step": lambda c, f: c.steps.filter(done_at=None).exists(),
    "finish_step": lambda c, f: c.steps.filter(done_at=None).exists(),
    "keep_promise": lambda c, f: c.promises.filter(kept_at=None).exists(),
    "answer_reference": lambda c, f: c.references.filter(answered_at=None).exists(),
    "approve_offer": lambda c, f: _offers(f, "held"),
    "reject_offer": lambda c, f: _offers(f, "held"),
    "counter": lambda c, f: _theirs(f),
    "accept_offer": lambda c, f: _theirs(f),
    "decline_offer": lambda c, f: _theirs(f),
    "execute": lambda c, f: c.remedies.filter(initiated_at=None, refund=None).exists(),
    "handle": lambda c, f: not c.remedies.filter(initiated_at=None).exists(),
    "approve_extension": lambda c, f: c.extensions.filter(state="asked").exists(),
    "reject_extension": lambda c, f: c.extensions.filter(state="asked").exists(),
    "ask_extension": lambda c, f: not c.extensions.filter(state__in=["asked", "approved"]).exists(),
    "start_plan": lambda c, f: c.major_reports.filter(started_at=None).exists(),
    "decide_appeal": lambda c, f: c.appeals.filter(decided_at=None).exists(),
    "take": lambda c, f: f.case.owner_id is None,
    "take_over": lambda c, f: c.hand_overs.filter(confirmed_at=None, void_at=None).exists(),
    "unlink": lambda c, f: (
        f.case.links_out.filter(kind="related", undone_at=None).exists()
        or f.case.links_in.filter(kind="related", undone_at=None).exists()
    ),
    "split": lambda c, f: c.items.count() > 1,
    "tell_result": lambda c, f: c.result_text is None,
}
"""Steps that the state allows but that have nothing to act on are not offered."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The step that the case waits for, those that lead on, and the others in groups."""

    main: Door | None
    onward: list[Door]
    groups: list[tuple[str, list[Door]]]


def shown(actor: Actor, file: File, *, at: datetime, draft: bool) -> dict[str, Any]:
    """All that the case page of the desk shows."""
    case = file.case
    taken = handing.shown(actor, file)
    links = customer.links(actor, file)
    doors = [d for d in file.doors if d.step.name not in _OPEN or _OPEN[d.step.name](file.complaint, file)]
    can_write = any(d.step.name in _IN_COMPOSER for d in doors)
    lines = conversations.messages(case.id, audiences=(*AUDIENCES, "third_party"))
    return {
        "file": file,
        "case": case,
        "complaint": file.complaint,
        "now": at,
        "clocks": _open_first(file.clocks),
        "ended": [c for c in file.clocks if c.stopped_at is not None],
        "late": sum(c.verdict == "late" for c in file.clocks),
        "strictest": _strictest(file),
        "steps": _steps(doors, file, first="take_over" if taken and taken.mine else ""),
        "hand_over": taken,
        "linked": links,
        "openable": case_actions.openable(actor, case),
        "others": customer.others(actor, file, links),
        "claimed": {int(i.order_line) for i in file.complaint.items.all() if i.order_line.isdigit()},
        "words": accounts.bodies([p.text for p in file.complaint.promises.all()]),
        **together.following(actor, case),
        "order": _order(actor, case.order_number),
        "people": _people(file),
        "offers": visible_offers(file.complaint, file.side),
        "lines": lines,
        "names": _names(line.author_id for line in lines),
        "composers": _composers(actor, file) if draft and can_write else [],
        "tasks": list(file.complaint.steps.all()),
        "requests": list(file.complaint.evidence_requests.all()),
        "extensions": list(file.complaint.extensions.all()),
        "options": list(file.complaint.options.all()),
        "remedies": list(file.complaint.remedies.all()),
        "liability": file.complaint.liabilities.last(),
        "findings": list(file.complaint.findings.all()),
        "checks": _latest_checks(file.complaint),
        "promises": list(file.complaint.promises.all()),
        "references": list(file.complaint.references.all()),
        "doors": {d.step.name: d for d in doors},
    }


def _steps(doors: Sequence[Door], file: File, *, first: str) -> Steps:
    """``first`` goes before the step that the case waits for."""
    rest = [d for d in doors if d.step.name not in _IN_COMPOSER]
    wanted = (first, file.case.next_step)
    main = next((d for name in wanted if name for d in rest if d.step.name == name), None)
    onward = [d for d in rest if d is not main and d.step.target and d.step.name not in _ASIDE][:4]
    others = [d for d in rest if d is not main and d not in onward]
    if main is None and onward:
        main, onward = onward[0], onward[1:]
    return Steps(main, onward, _grouped(others))


_ASIDE: Final = frozenset({"merge", "withdraw", "reopen"})


def _grouped(doors: Sequence[Door]) -> list[tuple[str, list[Door]]]:
    named = {name for _words, names in GROUPS for name in names}
    made = []
    for words, names in GROUPS:
        mine = [d for d in doors if (d.step.name in names if names else d.step.name not in named)]
        if mine:
            made.append((_(words), mine))
    return made


def _open_first(clocks: Sequence[ClockLine]) -> list[ClockLine]:
    live = ("running", "held", "overdue")
    return sorted(clocks, key=lambda c: (c.verdict not in live, c.due_at))


def _strictest(file: File) -> ClockLine | None:
    wanted = (file.case.strictest_clause, file.case.strictest_due_at)
    return next((c for c in file.clocks if (c.clause, c.due_at) == wanted and c.stopped_at is None), None)


def _order(actor: Actor, number: str) -> Any:
    if not number:
        return None
    try:
        return marketplace.get_for(actor, number)
    except (NotFound, NotAllowed):
        return None


def _people(file: File) -> dict[str, str]:
    """Names as everybody may see them, and the complainant's phone masked."""
    case = file.case
    ids = [i for i in (case.consumer_id, case.representative_id, case.owner_id, file.complaint.concerns) if i]
    names = _names(ids)
    firms = accounts.organisation_names([i for i in (case.merchant_id, case.partner_id) if i])
    return {
        "consumer": names.get(case.consumer_id, ""),
        "phone": accounts.masked(case.consumer_id, PersonalField.PHONE),
        "representative": names.get(case.representative_id, "") if case.representative_id else "",
        "owner": names.get(case.owner_id, "") if case.owner_id else "",
        "concerns": names.get(file.complaint.concerns, "") if file.complaint.concerns else "",
        "merchant": firms.get(case.merchant_id, "") if case.merchant_id else "",
        "partner": firms.get(case.partner_id, "") if case.partner_id else "",
    }


def _names(ids: Any) -> dict[UUID, str]:
    return accounts.labels(set(ids), "en" if language() == "en" else "zh-hans")


def _composers(actor: Actor, file: File) -> list[dict[str, Any]]:
    """One for each audience, with what was begun to be written and the revision it has."""
    wanted = [a for a in AUDIENCES if a != "merchant" or file.case.merchant_id]
    begun = conversations.drafts_of(file.case.id, actor.id)
    made = []
    for audience in wanted:
        draft = begun.get(audience, conversations.Begun())
        made.append(
            {
                "audience": audience,
                "draft": draft.body,
                "revision": draft.revision,
                "saved_at": draft.saved_at,
            }
        )
    return made


def _latest_checks(complaint: Complaint) -> list[Any]:
    """The last result of each condition, in the order in which they are checked."""
    return list({check.condition: check for check in complaint.checks.all()}.values())


def _offers(file: File, state: str) -> bool:
    return any(o.state == state for o in visible_offers(file.complaint, file.side))


def _theirs(file: File) -> bool:
    return file.complaint.offers.filter(Q(state="open") & ~Q(by=file.side) & Q(by="consumer")).exists()
