"""The books for oversight: whether they balance and agree, accounts, postings, what waits to be given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.cases.forms import fen
from bihuan.engine.errors import BihuanError, Invalid, NotFound
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.ledger import actions, queries
from bihuan.ledger.chart import BY_HAND, CLAIMS, What
from bihuan.ledger.pages import shared
from bihuan.ledger.permissions import LedgerPermission as May

PAGE: Final = 50
STATEMENTS: Final = timedelta(days=92)


@page_permission(May.OVERSEE)
@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Trial balance, agreement with the refunds, statements, the latest postings; narrowed by the address."""
    actor, at = signed_in(request), now()
    try:
        wanted, error = shared.filters(actor, request.GET), None
    except BihuanError as refused:
        wanted, error = queries.Filters(), refused
    before = shared.whole_number(request.GET.get("before", ""), "before")
    found = queries.postings(actor=actor, filters=wanted, before=before, limit=PAGE + 1)
    narrowed, found_balances = wanted != queries.Filters(), _balances(actor, wanted)
    shown: dict[str, Any] = {
        "tab": "books",
        "balances": found_balances,
        "narrowed": narrowed,
        "wanted": wanted,
        "case": request.GET.get("case", ""),
        "whats": list(What),
        "all_owners": queries.owners(actor=actor),
        "sums": _sums(found_balances),
        "query": _query(request),
        "next": _next(request, found),
        "may": {"book": allows(actor, May.BOOK)},
        "error": told(error) if error else "",
        **shared.rows_of(found[:PAGE], actor),
    }
    if not narrowed and before is None:
        shown |= _standing(actor, at)
    return render(request, "ledger/books.html", shown, status=error.status if error else 200)


@page_permission(May.OVERSEE)
@require_safe
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account: its entries with the balance after each."""
    return _account(request, account_id)


@page_permission(May.WRITE_OFF)
@require_POST
def ask_write_off(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask that a part of what is owed be given up."""
    actor, given = signed_in(request), request.POST
    try:
        actions.ask_write_off(
            actor=actor,
            at=now(),
            account_id=account_id,
            amount_fen=fen(given.get("amount", "")),
            reason=given.get("reason", ""),
            case_id=shared.case_of(actor, given.get("case", "")),
        )
    except BihuanError as error:
        return _account(request, account_id, error=error)
    messages.success(request, _("Asked; another person decides."))
    return HttpResponseRedirect(reverse("ledger:write_offs"))


@page_permission(May.OVERSEE)
@require_http_methods(["GET", "HEAD", "POST"])
def posting(request: HttpRequest, number: int) -> HttpResponse:
    """One posting: its legs, what stands behind it, and undoing it where a person made it."""
    actor, error = signed_in(request), None
    row = queries.posting_for(actor, number)
    if request.method == "POST":
        try:
            made = actions.reverse(
                actor=actor, at=now(), posting_id=number, reason=_needed(request.POST.get("reason", ""))
            )
        except BihuanError as refused:
            error = refused
        else:
            messages.success(request, _("Reversed by a posting of its own."))
            return HttpResponseRedirect(reverse("ledger:posting", args=[made]))
    shown = {
        "row": row,
        "entry": journal.entry(row.entry_id),
        "reason": accounts.bodies([row.reason_id]).get(row.reason_id, "") if row.reason_id else "",
        "names": shared.people([row.booked_by]),
        "reversible": row.what in BY_HAND and not hasattr(row, "reversal") and allows(actor, May.REVERSE),
        "error": told(error) if error else "",
        **shared.rows_of([row], actor),
    }
    return render(request, "ledger/posting.html", shown, status=error.status if error else 200)


@page_permission(May.OVERSEE)
@require_safe
def write_offs(request: HttpRequest) -> HttpResponse:
    """What waits to be given up, and what was decided."""
    return _write_offs(request)


@page_permission(May.DECIDE)
@require_POST
def decide(request: HttpRequest, write_off_id: UUID, name: str) -> HttpResponse:
    """Approve or reject; never the person who asked."""
    verbs = {"approve": actions.approve_write_off, "reject": actions.reject_write_off}
    if name not in verbs:
        raise NotFound(kind="step", id=name[:40])
    try:
        verbs[name](
            actor=signed_in(request),
            at=now(),
            write_off_id=write_off_id,
            reason=request.POST.get("reason", ""),
        )
    except BihuanError as error:
        return _write_offs(request, error=error)
    messages.success(request, _("Decided."))
    return HttpResponseRedirect(reverse("ledger:write_offs"))


def _balances(actor: Actor, wanted: queries.Filters) -> list[queries.Balance]:
    if wanted.case_id is not None:
        return queries.balances_of_case(actor=actor, case_id=wanted.case_id)
    if wanted.organisation_id is not None:
        return queries.balances_of(actor=actor, organisation_id=wanted.organisation_id)
    return queries.trial_balance(actor=actor)


def _sums(found: Sequence[queries.Balance]) -> dict[str, int]:
    return {
        "debit": sum(one.debit_fen for one in found),
        "credit": sum(one.credit_fen for one in found),
        "balance": sum(one.fen for one in found),
    }


def _standing(actor: Actor, at: datetime) -> dict[str, Any]:
    due = queries.recourses_due(actor=actor, since=at - STATEMENTS, until=at)
    known = shared.numbers(actor, [one.case_id for one in due])
    return {
        "whole": True,
        "zero": queries.is_zero(),
        "agreement": queries.agreement(actor=actor),
        "statements": queries.statements(actor=actor, since=at - STATEMENTS, until=at),
        "waiting": len(queries.write_offs(actor=actor)),
        "due": [(one, _to_book(one, known.get(one.case_id, ""))) for one in due],
        "due_numbers": known,
    }


def _to_book(one: queries.Due, number: str) -> str:
    """The form of booking by hand, filled in; the carrier is picked there."""
    yuan = f"{one.amount_fen // 100}.{one.amount_fen % 100:02d}"
    given = {"what": "to_carrier", "amount": yuan, "case": number, "merchant": str(one.organisation_id or "")}
    return f"{reverse('ledger:book')}?{urlencode(given)}"


def _account(request: HttpRequest, account_id: UUID, *, error: BihuanError | None = None) -> HttpResponse:
    actor = signed_in(request)
    row = queries.account_for(actor, account_id)
    before = shared.whole_number(request.GET.get("before", ""), "before")
    lines = queries.lines_of(row, before=before, limit=PAGE + 1)
    rest, lines = lines[PAGE:], lines[:PAGE]
    shown = {
        "row": row,
        "owner": shared.organisations([row.owner_id]).get(row.owner_id, "") if row.owner_id else "",
        "tab": "books",
        "standing": queries.balance_fen(row.id),
        "lines": lines,
        "numbers": shared.numbers(actor, [line.posting.case_id for line in lines]),
        "next": f"?before={lines[-1].leg_id}" if rest else "",
        "claim": row.kind in CLAIMS and allows(actor, May.WRITE_OFF),
        "error": told(error) if error else "",
        "typed": request.POST,
    }
    return render(request, "ledger/account.html", shown, status=error.status if error else 200)


def _write_offs(request: HttpRequest, *, error: BihuanError | None = None) -> HttpResponse:
    actor = signed_in(request)
    rows = queries.write_offs(actor=actor, open_only=False)
    words = accounts.bodies([one for row in rows for one in (row.reason_id, row.why_id) if one])
    shown = {
        "tab": "write_offs",
        "rows": sorted(rows, key=lambda row: row.state != "asked"),
        "words": words,
        "names": shared.people([one for row in rows for one in (row.asked_by, row.decided_by)]),
        "owners": shared.organisations(row.account.owner_id for row in rows),
        "numbers": shared.numbers(actor, [row.case_id for row in rows]),
        "may": allows(actor, May.DECIDE),
        "me": actor.id,
        "error": told(error) if error else "",
    }
    return render(request, "ledger/write_offs.html", shown, status=error.status if error else 200)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Say why.", field="reason")
    return reason


def _query(request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in ("owner", "case", "what") if request.GET.get(name)}
    return urlencode(kept)


def _next(request: HttpRequest, found: list[Any]) -> str:
    if len(found) <= PAGE:
        return ""
    kept = {name: request.GET[name] for name in ("owner", "case", "what") if request.GET.get(name)}
    return f"?{urlencode(kept | {'before': found[PAGE - 1].pk})}"
