"""What the case page of the desk shows of any case: people, order, clocks, conversation, drafts, steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.accounts.queries import PersonalField
from bihuan.cases import actions as case_actions
from bihuan.cases.labels import language
from bihuan.cases.models import Case
from bihuan.cases.pages import customer, together
from bihuan.cases.reading import ClockLine, Happened
from bihuan.cases.steps import Door
from bihuan.conversations import queries as conversations
from bihuan.engine.errors import NotAllowed, NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace

AUDIENCES: Final = ("consumer", "merchant", "internal")
_IN_COMPOSER: Final = frozenset({"send_message"})


class File(Protocol):
    """A case as its flow shows it at the desk."""

    @property
    def case(self) -> Case: ...

    @property
    def side(self) -> str: ...

    @property
    def clocks(self) -> tuple[ClockLine, ...]: ...

    @property
    def timeline(self) -> tuple[Happened, ...]: ...

    @property
    def doors(self) -> tuple[Door, ...]: ...


@dataclass(frozen=True, slots=True)
class Steps:
    """The step that the case waits for, those that lead on, and the others in groups."""

    main: Door | None
    onward: list[Door]
    groups: list[tuple[str, list[Door]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a flow lays its steps out. ``groups``: (English msgid, step names), the last takes the rest;
    ``aside``: steps that end or undo and are never offered as the way on."""

    groups: Sequence[tuple[str, frozenset[str]]]
    aside: frozenset[str] = field(default_factory=frozenset)


def shown(
    actor: Actor,
    file: File,
    layout: Layout,
    *,
    at: datetime,
    draft: bool,
    doors: Sequence[Door] | None = None,
    first: str = "",
    concerns: UUID | None = None,
) -> dict[str, Any]:
    """What the templates of ``cases/desk`` need. ``doors`` are the steps that have something to act on,
    ``first`` one that goes before the step that the case waits for."""
    case, offered = file.case, list(file.doors if doors is None else doors)
    lines = conversations.messages(case.id, audiences=(*AUDIENCES, "third_party"))
    links = customer.links(actor, file)
    can_write = any(d.step.name in _IN_COMPOSER for d in offered)
    return {
        "file": file,
        "case": case,
        "now": at,
        "clocks": _open_first(file.clocks),
        "ended": [c for c in file.clocks if c.stopped_at is not None],
        "late": sum(c.verdict == "late" for c in file.clocks),
        "strictest": _strictest(file),
        "steps": _steps(offered, case, layout, first),
        "doors": {d.step.name: d for d in offered},
        "linked": links,
        "openable": case_actions.openable(actor, case),
        "others": customer.others(actor, file, links),
        **together.following(actor, case),
        "order": order_of(actor, case.order_number),
        "people": _people(case, concerns),
        "lines": lines,
        "names": names(line.author_id for line in lines),
        "composers": _composers(actor, case) if draft and can_write else [],
    }


def _steps(doors: Sequence[Door], case: Case, layout: Layout, first: str) -> Steps:
    rest = [d for d in doors if d.step.name not in _IN_COMPOSER]
    wanted = (first, case.next_step)
    main = next((d for name in wanted if name for d in rest if d.step.name == name), None)
    onward = [d for d in rest if d is not main and d.step.target and d.step.name not in layout.aside][:4]
    others = [d for d in rest if d is not main and d not in onward]
    if main is None and onward:
        main, onward = onward[0], onward[1:]
    return Steps(main, onward, _grouped(others, layout))


def _grouped(doors: Sequence[Door], layout: Layout) -> list[tuple[str, list[Door]]]:
    named = {name for _words, names in layout.groups for name in names}
    made = []
    for words, members in layout.groups:
        mine = [d for d in doors if (d.step.name in members if members else d.step.name not in named)]
        if mine:
            made.append((_(words), mine))
    return made


def _open_first(clocks: Sequence[ClockLine]) -> list[ClockLine]:
    live = ("running", "held", "overdue")
    return sorted(clocks, key=lambda c: (c.verdict not in live, c.due_at))


def _strictest(file: File) -> ClockLine | None:
    wanted = (file.case.strictest_clause, file.case.strictest_due_at)
    return next((c for c in file.clocks if (c.clause, c.due_at) == wanted and c.stopped_at is None), None)


def order_of(actor: Actor, number: str) -> Any:
    """The order as the actor may see it; None where there is none or they may not."""
    if not number:
        return None
    try:
        return marketplace.get_for(actor, number)
    except (NotFound, NotAllowed):
        return None


def _people(case: Case, concerns: UUID | None) -> dict[str, str]:
    """Names as everybody may see them, and the consumer's phone masked."""
    ids = [i for i in (case.consumer_id, case.representative_id, case.owner_id, concerns) if i]
    known = names(ids)
    firms = accounts.organisation_names([i for i in (case.merchant_id, case.partner_id) if i])
    return {
        "consumer": known.get(case.consumer_id, ""),
        "phone": accounts.masked(case.consumer_id, PersonalField.PHONE),
        "representative": known.get(case.representative_id, "") if case.representative_id else "",
        "owner": known.get(case.owner_id, "") if case.owner_id else "",
        "concerns": known.get(concerns, "") if concerns else "",
        "merchant": firms.get(case.merchant_id, "") if case.merchant_id else "",
        "partner": firms.get(case.partner_id, "") if case.partner_id else "",
    }


def names(ids: Any) -> dict[UUID, str]:
    """Names of people in the language of the page."""
    return accounts.labels(set(ids), "en" if language() == "en" else "zh-hans")


def _composers(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """One for each audience, with what was begun to be written and the revision it has."""
    wanted = [a for a in AUDIENCES if a != "merchant" or case.merchant_id]
    begun = conversations.drafts_of(case.id, actor.id)
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


Offered = Mapping[str, Callable[[Any], bool]]
"""By step: whether a case has something for it to act on."""


def offered(file: File, having: Offered) -> list[Door]:
    """The steps of a case without those that have nothing to act on."""
    return [d for d in file.doors if d.step.name not in having or having[d.step.name](file)]
