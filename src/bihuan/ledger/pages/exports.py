"""The books to take away, narrowed as the page is; taking them is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.cases.pages.sides import site_page
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.ledger import actions, exporting, queries
from bihuan.ledger.models import Posting
from bihuan.ledger.pages import shared
from bihuan.ledger.permissions import LedgerPermission as May

PIECE = 500


@page_permission(May.OVERSEE)
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Every posting that the filters let through, as CSV or Excel."""
    actor = signed_in(request)
    return exported(actor, form, shared.filters(actor, request.GET))


@site_page(May.READ, (ActorKind.MERCHANT,))
@require_safe
def own(request: HttpRequest, form: str) -> HttpResponse:
    """The same for a merchant: its own books."""
    actor = signed_in(request)
    return exported(actor, form, queries.Filters(organisation_id=actor.organisation_id))


def exported(actor: Actor, form: str, wanted: queries.Filters) -> HttpResponse:
    """The file; raises NotFound for a form that there is not."""
    if form not in ("csv", "xlsx"):
        raise NotFound(kind="page", id=form[:20])
    at = now()
    actions.note_export(actor=actor, at=at, form=form, filters=wanted)
    names = exporting.Names(
        owners=queries.owners(actor=actor),
        numbers=lambda found: shared.numbers(actor, [one.case_id for one in found]),
    )
    rows = exporting.rows(_pieces(actor, wanted), names)
    name = f"ledger-{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y%m%d-%H%M}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    if form == "csv":
        lines = exporting.written_csv(rows)
        return StreamingHttpResponse(lines, content_type=exporting.CSV, headers=headers)  # type: ignore[return-value]
    content = exporting.written_xlsx(rows, _balances(actor, wanted), _("Ledger"))
    return HttpResponse(content, content_type=exporting.XLSX, headers=headers)


def _pieces(actor: Actor, wanted: queries.Filters) -> Iterator[Sequence[Posting]]:
    before: int | None = None
    while found := queries.postings(actor=actor, filters=wanted, before=before, limit=PIECE):
        yield found
        before = found[-1].pk


def _balances(actor: Actor, wanted: queries.Filters) -> list[queries.Balance]:
    if wanted.case_id is not None:
        return queries.balances_of_case(actor=actor, case_id=wanted.case_id)
    owner: UUID | None = wanted.organisation_id
    if owner is not None:
        return queries.balances_of(actor=actor, organisation_id=owner)
    return queries.trial_balance(actor=actor) if allows(actor, May.OVERSEE) else []
