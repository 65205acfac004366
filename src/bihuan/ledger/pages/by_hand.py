"""Booking by hand: one form for what a person may book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.requests import told
from bihuan.cases.forms import fen
from bihuan.cases.labels import language, table
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.ledger import actions
from bihuan.ledger.actions import Booked
from bihuan.ledger.pages import shared
from bihuan.ledger.permissions import LedgerPermission as May

MOST: Final = 500
"""Merchants and carriers in the list to pick from; the API takes any."""


@page_permission(May.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """The form, and booking; what was typed stays where it is refused."""
    actor, error = signed_in(request), None
    if request.method == "POST":
        try:
            number = _booked(request, actor)
        except BihuanError as refused:
            error = refused
        else:
            messages.success(request, _("Booked."))
            return HttpResponseRedirect(reverse("ledger:posting", args=[number]))
    shown = {
        "whats": [(code, pair[language() == "en"]) for code, pair in table("by_hand").items()],
        "merchants": accounts.organisations(OrganisationKind.MERCHANT, limit=MOST),
        "carriers": accounts.organisations(OrganisationKind.CARRIER, limit=MOST),
        "typed": request.POST if request.method == "POST" else request.GET,
        "error": told(error) if error else "",
        "field": error.data.get("field", "") if error else "",
    }
    return render(request, "ledger/book.html", shown, status=error.status if error else 200)


def _booked(request: HttpRequest, actor: Actor) -> int:
    post = request.POST
    verb = _VERBS.get(post.get("what", ""))
    if verb is None:
        raise Invalid("Choose what is booked.", field="what")
    given = Booked(
        amount_fen=fen(post.get("amount", "")),
        reference=post.get("reference", "").strip()[:80],
        reason=post.get("reason", ""),
        case_id=shared.case_of(actor, post.get("case", "")),
    )
    merchant = shared.uuid_of(post.get("merchant", ""), "merchant")
    carrier = shared.uuid_of(post.get("carrier", ""), "carrier")
    return verb({"actor": actor, "at": now(), "given": given}, merchant, carrier)


def _merchant(merchant: UUID | None) -> UUID:
    if merchant is None:
        raise Invalid("Choose the merchant.", field="merchant")
    return merchant


def _carrier(carrier: UUID | None) -> UUID:
    if carrier is None:
        raise Invalid("Choose the carrier.", field="carrier")
    return carrier


def _move(said: Mapping[str, Any], giver: tuple[str, UUID | None], taker: tuple[str, UUID | None]) -> int:
    return actions.move(from_bearer=giver[0], from_id=giver[1], to_bearer=taker[0], to_id=taker[1], **said)


_Verb = Callable[[Mapping[str, Any], UUID | None, UUID | None], int]
_VERBS: Final[Mapping[str, _Verb]] = {
    "deposit_in": lambda said, m, c: actions.deposit_in(organisation_id=_merchant(m), **said),
    "deposit_out": lambda said, m, c: actions.deposit_out(organisation_id=_merchant(m), **said),
    "draw_deposit": lambda said, m, c: actions.draw_deposit(organisation_id=_merchant(m), **said),
    "receive_merchant": lambda said, m, c: actions.receive(owed="merchant", organisation_id=m, **said),
    "receive_carrier": lambda said, m, c: actions.receive(
        owed="carrier", organisation_id=_carrier(c), **said
    ),
    "to_carrier": lambda said, m, c: _move(said, ("merchant", m), ("carrier", _carrier(c))),
    "to_platform": lambda said, m, c: _move(said, ("merchant", m), ("expense", None)),
    "to_merchant": lambda said, m, c: _move(said, ("expense", None), ("merchant", _merchant(m))),
}
