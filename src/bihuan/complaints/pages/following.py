"""What the consumer's pages show of cases: the list, the receipt, one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.cases import actions as case_actions
from bihuan.cases import green, kinds
from bihuan.cases import queries as cases
from bihuan.cases.kinds import Site
from bihuan.cases.models import Case
from bihuan.cases.pages import sides as side_parts
from bihuan.complaints.fields import WORDS
from bihuan.complaints.pages import sides, tracking
from bihuan.complaints.pages.stepping import PAGES
from bihuan.complaints.queries import File
from bihuan.engine.errors import Invalid
from bihuan.engine.explain import print_limit
from bihuan.journal.actor import Actor
from bihuan.norms import queries as norms
from bihuan.notices import queries as notices

PAGE: Final = 20
LETTERS: Final = 8
PROMISES: Final = ("PCN-3.1.3.a", "ISH-1.2.b.first", "PCN-3.3.3", "PCN-3.4.b")
_OWN_FORMS: Final = ("supplement", "evidence", "rate")
_QUIET: Final = ("withdraw", "reopen", "appeal", "object_liability", "add_evidence", "supplement")
"""Steps that are always at hand but never pressed upon anybody, at the foot of the page."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A clause with its limit in words."""

    clause: str
    title: str
    limit: str


@dataclass(frozen=True, slots=True)
class Mine:
    """A line of the list."""

    case: Case
    href: str
    matter: str
    asked: bool

    @property
    def due_at(self) -> datetime | None:
        """What is promised to the person next; how soon we set to work is our own affair."""
        own = self.case.strictest_clause == green.CLAUSE or not self.case.is_open
        return None if own else self.case.strictest_due_at


def promises(lang: str, at: datetime) -> list[Promise]:
    """What everybody is promised, said before they complain."""
    found = []
    for clause_id in PROMISES:
        clause = norms.clause(clause_id)
        limit = clause.limit_at(at)
        chosen = None if limit is None else limit.fixed or limit.choices.get("general", limit.default)
        if chosen is not None:
            title = str(clause.title.get(lang) or clause.title["zh"])
            found.append(Promise(clause_id, title, print_limit(str(chosen), lang)))
    return found


def overview(actor: Actor, before: str, lang: str, at: datetime) -> dict[str, Any]:
    """A page of the person's cases, first what asks for something; letters. Raises Invalid."""
    found = cases.visible(actor).order_by("-received_at", "-id")
    rows = list(_before(found, before)[: PAGE + 1])
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    matters, asked = kinds.beginnings(rows[:PAGE]), kinds.asked(rows[:PAGE])
    lines = [
        Mine(
            c,
            kinds.address(c, Site.CONSUMER),
            matters.get(c.id, ""),
            c.next_step_by == "consumer" or (c.is_open and c.id in asked),
        )
        for c in rows[:PAGE]
    ]
    return {
        "rows": sorted(lines, key=lambda line: not line.asked),
        "older": _key(more) if more else "",
        "letters": notices.inbox(actor, limit=LETTERS),
        "other_kinds": [k for k in kinds.known() if k.apply and k.flow.name != "complaint"],
        "limited": actor.case_id is not None,
        "now": at,
        "lang": lang,
    }


def receipt(file: File, lang: str, at: datetime) -> dict[str, Any]:
    """What stands on the confirmation."""
    rows = tracking.way(file, lang, at)
    checks = {c.condition: c for c in file.complaint.checks.all()}
    return {
        "file": file,
        "case": file.case,
        "rows": rows,
        "next": tracking.next_row(rows),
        "now": at,
        "next_words": tracking.next_words(file),
        "checks": list(checks.values()),
        "missing": [c for c in checks.values() if c.result == "fail"],
        "unknown": [c for c in checks.values() if c.result == "unknown"],
    }


def shown(file: File, actor: Actor, lang: str, at: datetime) -> dict[str, Any]:
    """The page of one complaint."""
    doors = {d.step.name: d for d in file.doors}
    rows, offers = tracking.way(file, lang, at), tracking.offers(file)
    asks = tracking.asks(file, doors, offers)
    complaint = file.complaint
    return {
        "file": file,
        "case": file.case,
        "complaint": complaint,
        "doors": doors,
        "now": at,
        "asks": asks,
        "form": _form(file, actor, asks, at),
        "form_ask": next((a for a in asks if a.kind in _OWN_FORMS), None),
        "openable": case_actions.openable(actor, file.case),
        "linked": cases.links_of(actor, file.case.id),
        "rows": rows,
        "next": tracking.next_row(rows),
        "next_words": tracking.next_words(file),
        "offers": offers,
        "matter": file.texts.get(complaint.matter_text, ""),
        "demand_text": _text(file, complaint.demand_text),
        "result": _text(file, complaint.result_text),
        "corrective": _text(file, complaint.corrective_text),
        "decisions": list(complaint.decisions.all()),
        "remedies": list(complaint.remedies.all()),
        "items": list(complaint.items.all()),
        "lines": side_parts.conversation(file, actor),
        "files": side_parts.files(file.evidence, ("consumer",), own=True),
        "history": sides.history(file),
        "quiet": [(doors[n], WORDS.consequence_of(n)) for n in _quiet(file, doors, asks)],
        "promises": list(complaint.promises.filter(kept_at=None)),
        "missing": complaint.missing,
        "letters": notices.inbox(actor, about=file.case.id, limit=LETTERS),
        "limited": actor.case_id is not None,
    }


def _form(file: File, actor: Actor, asks: Sequence[tracking.Ask], at: datetime) -> Any:
    """The form of the first thing asked that is more than a button."""
    ask = next((a for a in asks if a.kind in _OWN_FORMS), None)
    if ask is None:
        return None
    door = next(d for d in file.doors if d.step.name == ask.step)
    initial = {"request_id": str(ask.request.id)} if ask.request is not None else {}
    return PAGES.form(file, door.step.name, actor, at, initial)


def _quiet(file: File, doors: dict[str, Any], asks: Sequence[tracking.Ask]) -> list[str]:
    complaint = file.complaint
    found: list[str] = [n for n in _QUIET if n in doors and n not in {a.step for a in asks}]
    if "object_liability" in found and not complaint.liabilities.exists():
        found.remove("object_liability")
    if "appeal" in found and complaint.appeals.filter(decided_at=None).exists():
        found.remove("appeal")
    return found


def _text(file: File, text_id: UUID | None) -> str:
    return file.texts.get(text_id, "") if text_id else ""


def _key(case: Case) -> str:
    return f"{case.received_at.isoformat()}~{case.id}"


def _before(found: Any, before: str) -> Any:
    if not before:
        return found
    moment, _mark, last = before.partition("~")
    try:
        at, case_id = datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        raise Invalid(field="before", remedy=_("Go back to the first page.")) from None
    return found.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=case_id))
