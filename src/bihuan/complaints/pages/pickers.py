"""What can be picked in the form of a step: offers, people, requests, remedies of this case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import OFFICERS, Role
from bihuan.cases import queries as cases
from bihuan.cases.forms import Option, Pickers
from bihuan.cases.labels import ends, label
from bihuan.complaints import rules
from bihuan.complaints.queries import File, visible_offers
from bihuan.journal.actor import Actor
from bihuan.workforce import queries as workforce

_OFFER_STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "approve_offer": ("held",),
    "reject_offer": ("held",),
    "counter": ("open",),
    "accept_offer": ("open",),
    "decline_offer": ("open",),
}


def pickers(
    step: str, fields: Sequence[str], file: File, actor: Actor, at: datetime, language: str
) -> Pickers:
    """For the fields of a step that name a thing: what can be chosen."""
    found = {}
    for name in fields:
        make = MAKERS.get(f"{step}.{name}", MAKERS.get(name))
        if make is not None:
            found[name] = make(_Asked(step, file, actor, at, language))
    return found


class _Asked:
    """What a picker may look at."""

    def __init__(self, step: str, file: File, actor: Actor, at: datetime, language: str) -> None:
        self.step, self.file, self.actor, self.at, self.language = step, file, actor, at, language

    def word(self, group: str, code: str) -> str:
        return label(group, code, self.language)

    def text(self, text_id: UUID | None, most: int = 24) -> str:
        body = self.file.texts.get(text_id, "") if text_id else ""
        return body if len(body) <= most else f"{body[:most]}…"


def _people(asked: _Asked, ids: Sequence[UUID]) -> list[Option]:
    names = accounts.labels(ids, "en" if asked.language == "en" else "zh-hans")
    return [(str(i), names[i]) for i in ids if i in names]


def _owners(asked: _Asked) -> list[Option]:
    """People who may be given the case now (PCN-2.2.1), least loaded first."""
    without = {p for p in (asked.file.complaint.concerns, asked.file.case.owner_id) if p is not None}
    return _people(asked, workforce.candidates(at=asked.at, skills=[asked.file.case.type], exclude=without))


def _officers(asked: _Asked) -> list[Option]:
    roles = [Role(r) for r in sorted(OFFICERS)] + [Role.COUNSEL, Role.AGENT, Role.SUPERVISOR]
    found = {p: None for role in roles for p in accounts.people_with_role(role, at=asked.at)}
    return _people(asked, list(found))


def _counsel(asked: _Asked) -> list[Option]:
    return _people(asked, accounts.people_with_role(Role.COUNSEL, at=asked.at))


def _offers(asked: _Asked) -> list[Option]:
    states = _OFFER_STATES.get(asked.step, ("open",))
    mine = rules.party_of(asked.actor) == "consumer"
    own_side = asked.step in ("approve_offer", "reject_offer")
    return [
        (str(o.id), f"{asked.word('kind', o.kind)} {_yuan(o.amount)}（{asked.word('by', o.by)}）")
        for o in visible_offers(asked.file.complaint, asked.file.side)
        if o.state in states and (own_side or (o.by == "consumer") != mine)
    ]


def _options(asked: _Asked) -> list[Option]:
    made = asked.file.complaint.options.all()
    return [(o.rule, f"{o.rule} {_yuan(o.total)}（{'、'.join(o.articles)}）") for o in made]


def _steps(asked: _Asked) -> list[Option]:
    return [
        (str(s.id), f"{asked.word('step_kind', s.kind)}（{asked.word('department', s.department)}）")
        for s in asked.file.complaint.steps.all()
        if s.done_at is None
    ]


def _requests(asked: _Asked) -> list[Option]:
    return [
        (str(r.id), f"{asked.word('party', r.party)}：{asked.word('what', r.what)}")
        for r in asked.file.complaint.evidence_requests.all()
        if r.is_open and (asked.file.side in ("platform", r.party))
    ]


def _remedies(asked: _Asked) -> list[Option]:
    return [
        (str(r.id), f"{asked.word('kind', r.kind)} {_yuan(r.amount)}")
        for r in asked.file.complaint.remedies.all()
        if r.initiated_at is None and r.refund is None
    ]


def _extensions(asked: _Asked) -> list[Option]:
    return [
        (str(e.id), f"{asked.word('to', e.to)}：{asked.text(e.reason_text)}")
        for e in asked.file.complaint.extensions.all()
        if e.state == "asked"
    ]


def _promises(asked: _Asked) -> list[Option]:
    return [
        (str(p.id), ends(p.due_at, asked.language))
        for p in asked.file.complaint.promises.filter(kept_at=None)
    ]


def _open_promises(asked: _Asked) -> list[Option]:
    """With their words: whoever takes over confirms each (ISH-3.4)."""
    found = list(asked.file.complaint.promises.filter(kept_at=None).order_by("due_at"))
    words = accounts.bodies([p.text for p in found])
    return [(str(p.id), f"{ends(p.due_at, asked.language)} · {words.get(p.text, '')[:60]}") for p in found]


def _open_tasks(asked: _Asked) -> list[Option]:
    return [
        (
            str(s.id),
            f"{asked.word('step_kind', s.kind)} · {asked.word('department', s.department)}"
            f" · {ends(s.due_at, asked.language)}",
        )
        for s in asked.file.complaint.steps.filter(done_at=None)
    ]


def _references(asked: _Asked) -> list[Option]:
    return [
        (r.reference, f"{asked.word('authority', r.authority)} {r.reference}")
        for r in asked.file.complaint.references.filter(answered_at=None)
    ]


def _others(asked: _Asked) -> list[Option]:
    """Open complaints of the same complainant that the actor may know of."""
    return [
        (str(c.id), f"{c.number} {asked.word('type', c.type)}")
        for c in cases.visible(asked.actor).filter(consumer_id=asked.file.case.consumer_id, is_open=True)[:20]
        if c.id != asked.file.case.id
    ]


def _items(asked: _Asked) -> list[Option]:
    return [
        (str(i.id), f"{i.position}. {asked.word('matter', i.matter)}，{asked.word('demand', i.demand)}")
        for i in asked.file.complaint.items.all()
    ]


def _texts(asked: _Asked) -> list[Option]:
    return [(str(row.id), (row.body or "")[:40]) for row in accounts.texts_of(asked.file.case.id) if row.body]


def _yuan(amount: int) -> str:
    return f"¥{amount // 100:,}.{amount % 100:02d}" if amount else ""


MAKERS: Final[Mapping[str, Callable[[_Asked], list[Any]]]] = {
    "owner_id": _owners,
    "open_step.owner_id": _officers,
    "pass_step.owner_id": _officers,
    "counsel_id": _counsel,
    "offer_id": _offers,
    "rule": _options,
    "step_id": _steps,
    "request_id": _requests,
    "remedy_id": _remedies,
    "extension_id": _extensions,
    "promise_id": _promises,
    "take_over.promises": _open_promises,
    "take_over.tasks": _open_tasks,
    "answer_reference.reference": _references,
    "into_id": _others,
    "items": _items,
    "text_id": _texts,
}
