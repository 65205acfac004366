"""What the inbox shows: filters, rows, cheap counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import allows
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import queries, rules
from bihuan.complaints.labels import label
from bihuan.complaints.pages.stepping import language
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import COMPLAINT, LIVE
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor

PAGE: Final = 30
_MANY: Final = 99
OWNERS: Final = ("mine", "none", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox."""

    case: Case
    matter: str
    owner: str
    next_clause: str
    takeable: bool


def board(actor: Actor, query: QueryDict, *, at: datetime) -> dict[str, Any]:
    """Rows of one page with filters and counts. Raises Invalid for a key that is not ours."""
    chosen = _chosen(query)
    found = _filtered(actor, chosen)
    try:
        page = cases.by_strictest(found, after=query.get("after"), limit=PAGE)
    except ValueError:
        raise Invalid(field="after", remedy="Go back to the first page.") from None
    lang = language()
    return {
        "rows": _rows(actor, page.rows, lang),
        "after": page.after,
        "chosen": chosen,
        "now": at,
        "filters": _filters(lang),
        "owners": _counts(actor),
        "query": _query(chosen),
        "filtered": _is_filtered(chosen),
    }


def _chosen(query: QueryDict) -> dict[str, str]:
    owner = query.get("owner", "mine")
    return {
        "owner": owner if owner in OWNERS else "mine",
        **{name: query.get(name, "") for name in ("state", "type", "urgency")},
    }


def _filtered(actor: Actor, chosen: Mapping[str, str]) -> QuerySet[Case]:
    found = _of_owner(actor, chosen["owner"])
    wanted = {name: chosen[name] for name in ("state", "type", "urgency") if chosen[name]}
    return found.filter(**wanted)


def _of_owner(actor: Actor, owner: str) -> QuerySet[Case]:
    found = cases.visible(actor).filter(is_open=True, flow=COMPLAINT.name)
    if owner == "mine":
        return found.filter(owner_id=actor.id)
    return found.filter(owner=None) if owner == "none" else found


def _rows(actor: Actor, page: Sequence[Case], lang: str) -> list[Row]:
    matters = queries.matters([c.id for c in page])
    owners: set[UUID] = {c.owner_id for c in page if c.owner_id}
    names = accounts.labels(owners, "en" if lang == "en" else "zh-hans")
    clauses = {step.name: step.clause for step in COMPLAINT.workflow.steps}
    return [
        Row(
            case=c,
            matter=matters.get(c.id, ""),
            owner=names.get(c.owner_id, "") if c.owner_id else "",
            next_clause=clauses.get(c.next_step) or "",
            takeable=c.owner_id is None and allows(actor, P.TAKE, c.resource),
        )
        for c in page
    ]


def _counts(actor: Actor) -> list[dict[str, str]]:
    """How many of each, counted up to 99 only: a full count would read the whole table."""
    counted = {o: _of_owner(actor, o)[: _MANY + 1].count() for o in ("mine", "none")}
    return [
        {"code": o, "count": "" if o == "all" else f"{_MANY}+" if counted[o] > _MANY else str(counted[o])}
        for o in OWNERS
    ]


def _filters(lang: str) -> list[dict[str, Any]]:
    lists = {"state": LIVE, "type": rules.TYPES, "urgency": rules.URGENCIES}
    return [
        {"name": name, "options": [(code, label(name, code, lang)) for code in codes]}
        for name, codes in lists.items()
    ]


def _query(chosen: Mapping[str, str]) -> str:
    made = QueryDict(mutable=True)
    made.update({name: value for name, value in chosen.items() if value})
    return made.urlencode()


def _is_filtered(chosen: Mapping[str, str]) -> bool:
    return any(chosen[name] for name in ("state", "type", "urgency"))
