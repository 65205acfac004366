"""What the inbox shows: the view, its rows with what their columns need, and the counts beside the views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import allows
from bihuan.cases import kinds
from bihuan.cases.kinds import Site
from bihuan.cases.models import Case
from bihuan.complaints.permissions import P
from bihuan.desk import queries
from bihuan.desk.builtin import Shown, Views
from bihuan.desk.filters import COLUMNS, NAMES, USUAL, Wanted, columns, lists, wanted
from bihuan.desk.permissions import D
from bihuan.desk.queries import Asking, Count
from bihuan.journal.actor import Actor
from bihuan.workforce import queries as workforce

PAGE: Final = 30
_NO_LIST: Final = ("snoozed", "waiting", "green")
"""Filters that views set; they have no list of their own."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The view and what was chosen besides; ``view`` is None where no view shows just this."""

    view: Shown | None
    wanted: Wanted
    columns: tuple[str, ...]

    @property
    def query(self) -> str:
        """The shortest query string that leads here again."""
        return urlencode(self._pairs(), doseq=True)

    def place(self, case: Case) -> str:
        """The address of a case from which next and previous lead through these rows."""
        pairs = {**self._pairs(), "after": queries.key(case)}
        pairs.pop("col", None)
        return f"{kinds.address(case, Site.DESK)}?{urlencode(pairs)}"

    def _pairs(self) -> dict[str, Any]:
        pairs: dict[str, Any] = {"view": self.view.code} if self.view else {}
        base = self.view.wanted.codes() if self.view else {}
        codes = self.wanted.codes()
        pairs |= {n: codes.get(n, "") for n in NAMES if codes.get(n) != base.get(n)}
        usual = tuple(self.view.columns) if self.view else USUAL
        return pairs if self.columns == usual else {**pairs, "col": list(self.columns)}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox."""

    case: Case
    href: str
    steps: str
    matter: str
    owner: str
    team: str
    merchant: str
    next_clause: str
    takeable: bool


def language() -> str:
    """``zh`` or ``en``: the language of the page."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def chosen(views: Views, query: QueryDict) -> Chosen:
    """What an address asks for. A view that is not there is as if none was named."""
    given = {name: query[name] for name in NAMES if name in query}
    named = views.of(query.get("view", "") or ("" if given else "mine"))
    asked = wanted(given, named.wanted if named else None)
    view = named or next((v for v in views if v.wanted == asked), None)
    cols = query.getlist("col")
    return Chosen(view, asked, columns(cols if cols else view.columns if view else USUAL))


def shown(actor: Actor, query: QueryDict, *, at: datetime) -> dict[str, Any]:
    """Everything on the inbox page. Raises Invalid for a page key that is not ours."""
    views = queries.views_of(actor)
    now_shown = chosen(views, query)
    asking = Asking(actor, at, queries.snoozed(actor.id, at=at))
    page = queries.page(asking, now_shown.wanted, after=query.get("after", ""), limit=PAGE)
    if query.get("after"):  # a further page is rows only
        return {**_table(actor, now_shown, page, at, accounts.teams()), "is_more": True}
    teams = accounts.teams()
    counted = queries.counts(asking, {view.code: view.wanted for view in views})
    return {
        **_table(actor, now_shown, page, at, teams),
        "groups": _groups(views, now_shown, counted),
        "views": views,
        "counts": counted,
        "filters": {
            name: codes for name, codes in lists().items() if name not in ("snoozed", "waiting", "green")
        },
        "all_columns": COLUMNS,
        "teams": teams,
        "people": people(at),
        "may_share": allows(actor, D.SHARE),
        "may_assign": allows(actor, P.ASSIGN),
    }


def people(at: datetime) -> list[tuple[str, str]]:
    """Everybody who can own cases, by employee number."""
    lang = _lang()
    return [(str(w.person_id), w.person.display(lang)) for w in workforce.workers(at=at)]


def _table(
    actor: Actor, now_shown: Chosen, page: queries.Page, at: datetime, teams: Sequence[Any]
) -> dict[str, Any]:
    return {
        "rows": _rows(actor, now_shown, page.rows, {team.id: team.name for team in teams}),
        "after": page.after,
        "chosen": now_shown,
        "wanted": now_shown.wanted,
        "columns": now_shown.columns,
        "now": at,
    }


def _rows(actor: Actor, now_shown: Chosen, page: Sequence[Case], teams: Mapping[UUID, str]) -> list[Row]:
    matters = kinds.beginnings(page)
    names = accounts.labels({case.owner_id for case in page if case.owner_id}, _lang())
    firms = _firms(now_shown, page)
    may_take = allows(actor, P.TAKE)
    return [
        Row(
            case=case,
            href=now_shown.place(case),
            steps=f"{kinds.address(case, Site.DESK)}/steps",
            matter=matters.get(case.id, ""),
            owner=names.get(case.owner_id, "") if case.owner_id else "",
            team=teams.get(case.team_id, "") if case.team_id else "",
            merchant=firms.get(case.merchant_id, "") if case.merchant_id else "",
            next_clause=kinds.clause_of(case),
            takeable=case.owner_id is None and may_take,
        )
        for case in page
    ]


def _firms(now_shown: Chosen, page: Sequence[Case]) -> dict[UUID, str]:
    if "merchant" not in now_shown.columns:
        return {}
    return accounts.organisation_names({case.merchant_id for case in page if case.merchant_id})


def _groups(views: Views, now_shown: Chosen, counted: Mapping[str, Count]) -> list[dict[str, Any]]:
    current = now_shown.view.code if now_shown.view else ""
    return [
        {
            "name": name,
            "views": [
                {"view": view, "count": counted.get(view.code), "is_current": view.code == current}
                for view in some
            ],
        }
        for name, some in (("usual", views.usual), ("shared", views.shared), ("own", views.own))
        if some
    ]


def _lang() -> str:
    return "en" if language() == "en" else "zh-hans"
