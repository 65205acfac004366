"""Which clauses of the rulebooks the program carries, and what proves each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.compliance import queries
from bihuan.compliance.figures import Covered
from bihuan.compliance.pages import site
from bihuan.compliance.pages.asking import ZONE
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.engine.clausetypes import KINDS
from bihuan.journal.time import now
from bihuan.norms import queries as norms

STATES: Final = ("carried", "planned")


@dataclass(frozen=True, slots=True)
class Row:
    """One clause; ``path`` leads to the records of the month in which the last one was made."""

    covered: Covered
    path: str


@dataclass(frozen=True, slots=True)
class Book:
    """One rulebook with its figures and the clauses that the filter lets through."""

    id: str
    title: Any
    note: Any
    clauses: int
    carried: int
    rows: tuple[Row, ...]

    @property
    def planned(self) -> int:
        return self.clauses - self.carried


@page_permission(P.READ)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """All clauses by book; the five norms apart from what stands beside them."""
    actor, at = signed_in(request), now()
    chosen = _chosen(request.GET)
    found = queries.coverage(actor, at=at)
    every = _books(found, chosen)
    norm_books = [book for book in every if book.id in norms.NORMS]
    books = [book for book in every if chosen["book"] in ("", book.id)]
    five = [book for book in books if book in norm_books]
    context = {
        "tabs": site.tabs(actor, "coverage"),
        "chosen": chosen,
        "books": [(found.book.id, found.book.header["title"]) for found in norms.books()],
        "states": STATES,
        "kinds": KINDS,
        "parts": [("five", five), ("beside", [book for book in books if book not in five])],
        "sum": {
            "clauses": sum(b.clauses for b in norm_books),
            "carried": sum(b.carried for b in norm_books),
        },
        "shown": sum(len(book.rows) for book in books),
        "filtered": any(chosen.values()),
    }
    return render(request, "compliance/coverage.html", context)


def _chosen(query: QueryDict) -> dict[str, str]:
    """The filter; a code that is not known filters nothing."""
    known = {"book": norms.library().books, "state": STATES, "kind": KINDS}
    chosen = {name: query.get(name, "") for name in known}
    chosen = {name: value if value in known[name] else "" for name, value in chosen.items()}
    return {**chosen, "q": query.get("q", "").strip()[:60]}


def _books(found: Sequence[Covered], chosen: dict[str, str]) -> list[Book]:
    books = []
    for in_force in norms.books():
        mine = [one for one in found if one.clause.book == in_force.book.id]
        header = in_force.book.header
        books.append(
            Book(
                id=in_force.book.id,
                title=header["title"],
                note=header.get("note"),
                clauses=len(mine),
                carried=sum(one.carried for one in mine),
                rows=tuple(_row(one) for one in _filtered(mine, chosen)),
            )
        )
    return books


def _filtered(found: Iterable[Covered], chosen: dict[str, str]) -> Iterable[Covered]:
    text = chosen["q"].casefold()
    for one in found:
        clause = one.clause
        words = f"{clause.id} {' '.join(clause.title.values())} {' '.join(clause.text.values())}".casefold()
        if (
            chosen["state"] in ("", "carried" if one.carried else "planned")
            and chosen["kind"] in ("", clause.kind)
            and text in words
        ):
            yield one


def _row(one: Covered) -> Row:
    return Row(one, _path(one.clause.id, one.last_at) if one.last_at else "")


def _path(clause_id: str, last_at: datetime) -> str:
    day = last_at.astimezone(ZONE).date()
    period = {"clause": clause_id, "from": day.replace(day=1).isoformat(), "to": day.isoformat()}
    return f"{reverse('compliance:evidence')}?{urlencode(period)}"
