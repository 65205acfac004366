"""What if: another limit over past clocks. Each request counts for a moment and writes nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.compliance import whatif
from bihuan.compliance.figures import Outcome
from bihuan.compliance.pages import asking, site, supposing
from bihuan.compliance.pages.supposing import Asked
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.compliance.replay import Unsure
from bihuan.compliance.whatif import Choice, Moves, Tally
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.norms import queries as norms

SECONDS: Final = 2.0
"""For so long one request counts before it shows how far it is."""
LOOKING: Final = 5.0
"""For so long one request looks for the clocks behind a number."""
PAGE: Final = 50
GROUPS: Final = 50
ORDER: Final = (
    Outcome.MET,
    Outcome.LATE,
    Outcome.OVERDUE,
    Outcome.OPEN,
    Outcome.CANCELLED,
    Outcome.PROVISIONAL,
)
_SALT: Final = "bihuan.what-if"
_SIDES: Final = {"missed": whatif.MISSED, "kept": frozenset(Outcome) - whatif.MISSED}


@dataclass(frozen=True, slots=True)
class Number:
    """One figure with the address of the clocks behind it (empty where it is zero)."""

    number: int
    path: str


@dataclass(frozen=True, slots=True)
class Group:
    """One merchant or team, or everything."""

    name: str
    clocks: Number
    was: Number
    would: Number
    more: Number
    fewer: Number


@page_permission(P.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    """The form with its result as far as it is counted; a post goes on counting where the page stands."""
    actor, at = signed_in(request), now()
    so_far: Tally | None = None
    query: QueryDict = request.GET
    if request.method == "POST":
        query, so_far = _unpacked(request.POST.get("so_far", ""), actor)
    asked = supposing.read(query, at)
    context: dict[str, Any] = {"tabs": site.tabs(actor, "what_if"), **_choices(asked)}
    if asked.supposed is not None:
        tally = whatif.go_on(actor=actor, supposed=asked.supposed, so_far=so_far, keep_on=_for(SECONDS))
        context.update(_shown(actor, asked, tally))
    part = request.method == "POST" and request.headers.get("HX-Request") == "true"
    template = "compliance/_what_if.html" if part else "compliance/what_if.html"
    return render(request, template, context, status=422 if asked.wrong else 200)


@page_permission(P.READ)
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """The clocks behind one number."""
    actor, asked = signed_in(request), supposing.read(request.GET, now())
    if asked.supposed is None:
        raise Invalid(field="limit", remedy="Go back to the report and follow its link again.")
    found = whatif.behind(
        actor=actor,
        supposed=asked.supposed,
        choice=_choice(request.GET),
        after=request.GET.get("after", ""),
        keep_on=_for(LOOKING),
        limit=PAGE,
    )
    here = reverse("compliance:what_if_clocks")
    chosen = {name: request.GET.get(name) for name in ("was", "would", "unsure")}
    subjects = [(row.frozen.subject_kind, row.frozen.subject_id) for row in found.rows]
    context = {
        "tabs": site.tabs(actor, "what_if"),
        "asked": asked,
        "chosen": chosen,
        "rows": found.rows,
        "links": site.links(actor, subjects),
        "back": f"{reverse('compliance:what_if')}?{asked.query()}",
        "more": f"{here}?{asked.query(**chosen, after=found.after)}" if found.after else "",
        "first": f"{here}?{asked.query(**chosen)}" if request.GET.get("after") else "",
        "names": _names(asked),
    }
    return render(request, "compliance/what_if_clocks.html", context)


def _for(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _choices(asked: Asked) -> dict[str, Any]:
    titles = {found.book.id: found.book.header["title"] for found in norms.books()}
    books: dict[str, list[Any]] = {}
    for clause in whatif.clauses():
        books.setdefault(clause.book, []).append(clause)
    return {
        "asked": asked,
        "question": asked.question,
        "books": [(titles[book], books[book]) for book in titles if book in books],
        "presets": [
            {"code": code, "query": asked.query(**{"from": None, "to": None, "at": None, "period": code})}
            for code in asking.PRESETS
        ],
        "names": _names(asked),
        "order": [str(each) for each in ORDER],
    }


def _names(asked: Asked) -> list[str]:
    """Whom the count is narrowed to."""
    filters, found = asked.question.filters, []
    for column in ("merchant_id", "team_id"):
        wanted = getattr(filters, column)
        if wanted is not None:
            found.append(site.names(column, [wanted]).get(wanted, "—"))
    return found


def _shown(actor: Actor, asked: Asked, tally: Tally) -> dict[str, Any]:
    moves = tally.moves
    return {
        "tally": tally,
        "share": tally.done * 100 // tally.total if tally.total else 100,
        "total": _group(asked, moves, "", {}),
        "rows": [
            {"was": str(was), "cells": [_cell(asked, moves, was, would) for would in ORDER]}
            for was in ORDER
            if any(moves.counts[was, would] for would in ORDER)
        ],
        "unsure": [(str(why), number) for why, number in sorted(moves.unsure.items())],
        "unsaid": Number(moves.unsaid, _path(asked, unsure="1") if moves.unsaid else ""),
        "by": [
            {"what": "merchant", **_groups(asked, tally.merchants, "merchant")},
            {"what": "team", **_groups(asked, tally.teams, "team")},
        ],
        "so_far": "" if tally.ended else _packed(asked, tally, actor),
        "stop": f"?{asked.query(**dict.fromkeys((one.name for one in asked.limits), None))}",
    }


def _cell(asked: Asked, moves: Moves, was: Outcome, would: Outcome) -> dict[str, Any]:
    number = moves.counts[was, would]
    path = _path(asked, was=str(was), would=str(would)) if number else ""
    return {"number": number, "path": path, "would": str(would), "same": was is would}


def _group(asked: Asked, moves: Moves, name: str, narrower: Mapping[str, str]) -> Group:
    def number(count: int, **choice: str) -> Number:
        return Number(count, _path(asked, **choice, **narrower) if count else "")

    return Group(
        name=name,
        clocks=number(moves.all),
        was=number(moves.was_missed, was="missed"),
        would=number(moves.would_miss, would="missed"),
        more=number(moves.more, was="kept", would="missed"),
        fewer=number(moves.fewer, was="missed", would="kept"),
    )


def _groups(asked: Asked, found: Mapping[UUID | None, Moves], field: str) -> dict[str, Any]:
    """Those that change most first; how many more there are is said."""
    order = sorted(found.items(), key=lambda item: (-item[1].more - item[1].fewer, str(item[0])))
    shown = order[:GROUPS]
    names = site.names(f"{field}_id", [group for group, _ in shown if group])
    rows = [
        _group(asked, moves, names.get(group, "") if group else "", {field: _code(group)})
        for group, moves in shown
    ]
    return {"groups": rows, "left": len(order) - len(shown)}


def _code(group: UUID | None) -> str:
    return str(group) if group else asking.NONE


def _path(asked: Asked, **more: str) -> str:
    return f"{reverse('compliance:what_if_clocks')}?{asked.query(**more)}"


def _choice(query: QueryDict) -> Choice:
    return Choice(_side(query, "was"), _side(query, "would"), unsure=query.get("unsure") == "1")


def _side(query: QueryDict, name: str) -> frozenset[Outcome] | None:
    code = query.get(name, "")
    if not code:
        return None
    if code in _SIDES:
        return _SIDES[code]
    if code not in set(Outcome):
        raise Invalid(field=name, remedy="Go back to the report and follow its link again.")
    return frozenset({Outcome(code)})


def _packed(asked: Asked, tally: Tally, actor: Actor) -> str:
    """How far the count is, signed, so that the next request can go on without anything being kept here."""
    state = {
        "query": asked.query(),
        "who": str(actor.id),
        "total": tally.total,
        "imported": tally.imported,
        "done": tally.done,
        "after": tally.after,
        "moves": _plain(tally.moves),
        "merchants": {str(group or ""): _plain(moves) for group, moves in tally.merchants.items()},
        "teams": {str(group or ""): _plain(moves) for group, moves in tally.teams.items()},
    }
    return signing.dumps(state, salt=_SALT, compress=True)


def _unpacked(text: str, actor: Actor) -> tuple[QueryDict, Tally]:
    try:
        state: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=86_400)
    except signing.BadSignature:
        state = {}
    if state.get("who") != str(actor.id):
        raise Invalid(field="so_far", remedy="Ask again from the beginning.")
    tally = Tally(
        total=state["total"],
        imported=state["imported"],
        done=state["done"],
        after=state["after"],
        moves=_moves(state["moves"]),
        merchants=_by_group(state["merchants"]),
        teams=_by_group(state["teams"]),
    )
    return QueryDict(state["query"]), tally


def _plain(moves: Moves) -> list[dict[str, int]]:
    counts = {f"{was}>{would}": number for (was, would), number in moves.counts.items()}
    return [counts, {str(why): number for why, number in moves.unsure.items()}]


def _moves(plain: Iterable[dict[str, int]]) -> Moves:
    counts, unsure = plain
    return Moves(
        Counter({_move(code): number for code, number in counts.items()}),
        Counter({Unsure(code): number for code, number in unsure.items()}),
    )


def _move(code: str) -> tuple[Outcome, Outcome]:
    was, would = code.split(">")
    return Outcome(was), Outcome(would)


def _by_group(plain: Mapping[str, Any]) -> dict[UUID | None, Moves]:
    return {UUID(group) if group else None: _moves(moves) for group, moves in plain.items()}
