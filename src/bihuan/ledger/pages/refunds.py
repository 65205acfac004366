"""The desk's work list of refunds: what waits for approval, is unknown, failed or differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.cases import labels
from bihuan.cases.forms import instant
from bihuan.cases.labels import label, language, table
from bihuan.cases.pages.sides import site_page
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.ledger import queries
from bihuan.ledger.pages import shared
from bihuan.money import actions as money
from bihuan.money import queries as refunds
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.queries import Refund, Show

PAGE: Final = 50
STAFF: Final = (ActorKind.STAFF,)


@site_page(May.READ, STAFF)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """One work list after the other; every row leads to its refund."""
    actor, show = signed_in(request), request.GET.get("show", "held")
    shown: dict[str, Any] = {"show": show, "counts": refunds.work_counts(actor=actor), "now": now()}
    shown |= {"settles": allows(actor, May.SETTLE), "cap": refunds.CAP}
    if shown["settles"]:
        shown["differing"] = len(refunds.differences(actor=actor))
    shown |= _differences(actor) if show == "differences" else _rows(request, actor, show)
    return render(request, "ledger/refunds.html", shown)


@site_page(May.READ, STAFF)
@require_safe
def refund(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """One refund: how it goes back, what happened, what was booked, what can be done."""
    return _refund(request, refund_id)


@site_page(May.READ, STAFF)
@require_POST
def act(request: HttpRequest, refund_id: UUID, name: str) -> HttpResponse:
    """Approve, reject, cancel or settle; back to the list it came from."""
    verb = VERBS[shared.refund_name(name, VERBS)]
    try:
        done = verb(request, signed_in(request), refund_id, now())
    except BihuanError as error:
        if error.status == 404:
            raise
        return _refund(request, refund_id, error=error, tried=name)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("ledger:refund", args=[refund_id]))


@site_page(May.SETTLE, STAFF)
@require_POST
def close(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    """Close a difference with the payment side, with the reason."""
    code = _code(request, "close_reason")
    money.close_difference(actor=signed_in(request), at=now(), difference_id=difference_id, reason_code=code)
    messages.success(request, _("The difference is closed."))
    return HttpResponseRedirect(f"{reverse('ledger:refunds')}?show=differences")


def _rows(request: HttpRequest, actor: Actor, show: str) -> dict[str, Any]:
    if show not in list(Show):
        raise Invalid("There is no list {name}.", field="show", name=show[:20])
    number = request.GET.get("order", "").strip()[:64]
    after = shared.after_of(request)
    found = refunds.work_list(actor=actor, show=Show(show), order_number=number, after=after, limit=PAGE + 1)
    rows, more = found[:PAGE], found[PAGE:]
    query = {"show": show} | ({"order": number} if number else {})
    return {
        "rows": rows,
        "order": number,
        "numbers": shared.numbers(actor, [row.case_id for row in rows]),
        "names": shared.people(row.requested_by for row in rows),
        "merchants": shared.organisations(row.organisation_id for row in rows),
        "next": f"?{urlencode(query | {'after': shared.key_of(rows[-1])})}" if more else "",
    }


def _differences(actor: Actor) -> dict[str, Any]:
    return {
        "differences": [(one, _source(one.source)) for one in refunds.differences(actor=actor)],
        "reasons": pairs("close_reason"),
    }


def _source(text: str) -> str:
    kind, _, number = text.partition(":")
    return f"{label('proof', kind, language())} {number}".strip()


def _refund(
    request: HttpRequest, refund_id: UUID, *, error: BihuanError | None = None, tried: str = ""
) -> HttpResponse:
    actor = signed_in(request)
    row = refunds.get_for(actor, refund_id)
    shown = refund_shown(row, actor)
    shown |= {"error": told(error) if error else "", "tried": tried, "typed": request.POST}
    status = error.status if error else 200
    return render(request, "ledger/refund.html", shown, status=status)


def refund_shown(row: Refund, actor: Actor) -> dict[str, Any]:
    """A refund for a page: parts, history, what was booked, the steps that are possible now."""
    history = [
        (one.occurred_at, one.actor_id, labels.told(one.event, one.data, language()))
        for one in journal.latest_of(row.id, limit=60)
    ]
    on, possible = refunds.resource(row), {step.name for step in refunds.workflow.allowed(row.state)}
    number, path = shared.case_at_desk(actor, row.case_id)
    names = shared.people([row.requested_by, row.approved_by, *(one[1] for one in history)])
    return {
        "row": row,
        "parts": refunds.parts_of([row.id])[row.id],
        "lines": list(row.lines.all()),
        "history": history,
        "names": names,
        "merchant": next(iter(shared.organisations([row.organisation_id]).values()), ""),
        "number": number,
        "case_path": path,
        "postings": queries.postings_of_refund(row.id),
        "owners": shared.organisations([row.organisation_id]),
        "may": {
            name: step in possible and allows(actor, permission, on) for name, step, permission in _STEPS
        },
        "own": row.requested_by == actor.id,
        "limit": refunds.limit_of(actor, now()),
        "reasons": pairs("money_reason"),
    }


_STEPS: Final = (
    ("approve", "approve", May.APPROVE),
    ("reject", "reject", May.APPROVE),
    ("cancel", "cancel", May.CANCEL),
    ("settle", "fail", May.SETTLE),
)


def pairs(group: str) -> list[tuple[str, str]]:
    """The codes of a group with their words, to pick from."""
    return [(code, pair[language() == "en"]) for code, pair in table(group).items()]


def _code(request: HttpRequest, group: str) -> str:
    code = request.POST.get("reason", "")
    if code not in table(group):
        raise Invalid("Choose a reason.", field="reason")
    return code


def _approve(request: HttpRequest, actor: Actor, refund_id: UUID, at: datetime) -> str:
    money.approve(actor=actor, at=at, refund_id=refund_id)
    return _("Approved; it is on its way to the payment side.")


def _reject(request: HttpRequest, actor: Actor, refund_id: UUID, at: datetime) -> str:
    reason = _code(request, "money_reason")
    money.reject(actor=actor, at=at, refund_id=refund_id, reason_code=reason)
    return _("Rejected; the amount is free again.")


def _cancel(request: HttpRequest, actor: Actor, refund_id: UUID, at: datetime) -> str:
    reason = _code(request, "money_reason")
    money.cancel(actor=actor, at=at, refund_id=refund_id, reason_code=reason)
    return _("Cancelled; the amount is free again.")


def _settle(request: HttpRequest, actor: Actor, refund_id: UUID, at: datetime) -> str:
    money.settle(
        actor=actor,
        at=at,
        refund_id=refund_id,
        outcome=request.POST.get("outcome", ""),
        happened_at=instant(request.POST.get("happened_at", ""), "happened_at"),
        proof_reference=request.POST.get("proof", "").strip()[:80],
    )
    return _("The outcome is recorded.")


Verb = Callable[[HttpRequest, Actor, UUID, datetime], str]
VERBS: Final[Mapping[str, Verb]] = {
    "approve": _approve,
    "reject": _reject,
    "cancel": _cancel,
    "settle": _settle,
}
