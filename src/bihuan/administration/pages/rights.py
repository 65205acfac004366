"""Who decides what up to which amount: the matrix, and the history of the limits of refunds (ASM-2.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import Resource, allows
from bihuan.administration.labels import language, word
from bihuan.administration.pages import site
from bihuan.administration.queries import organisation as queries
from bihuan.engine.clausetypes import local_day
from bihuan.journal.time import now
from bihuan.money import queries as money_queries
from bihuan.money.permissions import RefundPermission as Refund
from bihuan.workforce.permissions import WorkPermission as W


@page_permission(W.UNITS)
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Rows are decisions, columns roles; what is shown is what the program asks."""
    actor, at = signed_in(request), now()
    held = queries.holders(at=at)
    seen = allows(actor, Refund.READ, Resource())
    history = money_queries.limit_history(actor=actor)[:50] if seen else []
    rows = queries.matrix(at=at)
    deciding = {cell.role for row in rows for cell in row.cells if cell.may}
    context = {
        "tabs": site.tabs(actor, "rights"),
        "columns": [
            {"code": role, "name": word("role", role), "people": held.get(role, 0)}
            for role in queries.COLUMNS
            if role in deciding
        ],
        "rows": [
            {
                "decision": row.decision,
                "name": row.decision.name[language() == "en"],
                "cells": [cell for cell in row.cells if cell.role in deciding],
            }
            for row in rows
        ],
        "history": [
            {"limit": row, "boundless": row.most_fen is None, "coming": row.from_date > local_day(at)}
            for row in history
        ],
        "reasons": accounts.bodies([row.reason_id for row in history]),
        "names": site.names([row.set_by for row in history]),
        "may_limit": allows(actor, Refund.LIMIT),
    }
    return render(request, "administration/rights.html", context)
