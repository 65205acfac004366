"""After-sales on the site of merchants: what they decide, receive, inspect, send, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import signed_in
from bihuan.aftersales import queries, standing
from bihuan.aftersales.fields import WORDS
from bihuan.aftersales.pages import casefile, stepping
from bihuan.aftersales.permissions import P
from bihuan.aftersales.queries import File
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.pages import sides
from bihuan.cases.pages.casefile import order_of
from bihuan.cases.pages.sides import site_page
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

PAGE: Final = 30
MOST: Final = 1000
"""Beyond this, cases are not counted any further."""
TABS: Final = ("asked", "open", "ended", "all")
STEPS: Final = frozenset(
    {
        "approve",
        "decline",
        "propose",
        "request_materials",
        "judge",
        "give_address",
        "send_back",
        "receive",
        "inspect",
        "send_goods",
        "note_repair",
        "finish_repair",
        "turn_to_refund",
        "pay",
        "add_evidence",
        "send_message",
        "write",
    }
)
"""The steps that a merchant takes here."""
_MAIN: Final = {
    "deciding": ("approve", "decline", "propose", "request_materials"),
    "approved": ("give_address", "receive"),
    "returning": ("receive",),
    "inspecting": ("inspect",),
    "refunding": ("pay",),
    "replacing": ("send_goods",),
    "repairing": ("finish_repair", "note_repair"),
}
_ONLY: Final = (ActorKind.MERCHANT, ActorKind.PARTNER)


@site_page(P.READ, _ONLY)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The organisation's applications by strictest clock."""
    actor, tab, text = signed_in(request), request.GET.get("shown", "asked"), request.GET.get("q", "").strip()
    tab = tab if tab in TABS else "asked"
    page = cases.by_strictest(_found(actor, tab, text), after=request.GET.get("after"), limit=PAGE)
    goods = queries.beginnings([c.id for c in page.rows])
    due = queries.merchant_due([c.id for c in page.rows])
    shown = {
        "rows": [(c, goods.get(c.id, ""), due.get(c.id, c.next_step_at)) for c in page.rows],
        "after": page.after,
        "shown": tab,
        "q": text[:64],
        "tabs": [(each, _found(actor, each, text)[:MOST].count()) for each in TABS],
        "now": now(),
    }
    return render(request, "aftersales/board.html", shown)


@site_page(P.READ, _ONLY)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One application: what is to be done now, goods, what the rules say, money, messages."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    return render(request, "aftersales/partner_case.html", _shown(file, actor, at))


step = stepping.PAGES.page(
    site_page(P.READ, _ONLY),
    back="aftersales:partner_case",
    template="cases/partner_step.html",
    steps=STEPS,
)


def _found(actor: Actor, tab: str, text: str) -> QuerySet[Case]:
    found = cases.visible(actor).filter(flow=AFTERSALES.name)
    if tab == "asked":
        found = found.filter(is_open=True, next_step_by="merchant")
    elif tab in ("open", "ended"):
        found = found.filter(is_open=tab == "open")
    if text:
        found = found.filter(number=text.upper()) | found.filter(order_number=text)
    return found


def _shown(file: File, actor: Actor, at: datetime) -> dict[str, Any]:
    doors = {d.step.name: d for d in casefile.doors(file) if d.step.name in STEPS}
    main = [doors[n] for n in _MAIN.get(file.case.state, ()) if n in doors]
    named = {d.step.name for d in main} | {"write", "send_message"}
    return {
        "file": file,
        "case": file.case,
        "now": at,
        **casefile.panels(file),
        "doors": doors,
        "main": main,
        "until": standing.merchant_until(file.application) or file.case.next_step_at,
        "quiet": [(d, WORDS.consequence_of(n)) for n, d in doors.items() if n not in named],
        "words": file.texts.get(file.application.text, "") if file.application.text else "",
        "order": order_of(actor, file.case.order_number),
        "lines": sides.conversation(file, actor),
        "own_files": sides.files(file.evidence, ("merchant",), own=True),
        "their_files": sides.files(file.evidence, ("consumer",), own=False),
        "clocks": [c for c in file.clocks if c.stopped_at is None],
        "history": list(reversed(file.timeline)),
    }
