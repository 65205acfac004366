"""What the orders of an incident get: refunds, asked of ``money`` under a key that makes each one; or grants
of the marketplace (granting.py)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import BihuanError
from bihuan.incidents.actions.ending import GOING, end, grant_key
from bihuan.incidents.actions.granting import grant_piece
from bihuan.incidents.models import BY_MARKETPLACE, Incident, Issued, TouchedOrder
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor
from bihuan.money import actions as money

PIECE: Final = 50


def issue_piece(*, incident_id: UUID, actor: Actor, at: datetime, most: int = PIECE) -> int:
    """Ask for what the next few orders get; how many were looked at. Paused, done or no answer: 0.

    Each refund is a transaction of its own: one that is refused does not keep back the others.
    """
    require(actor, May.AUTOMATIC)
    incident = Incident.objects.filter(id=incident_id, state__in=GOING).first()
    if incident is None:
        return 0
    if incident.remedy in BY_MARKETPLACE:
        return grant_piece(incident, actor, at)
    due = TouchedOrder.objects.filter(incident=incident, issued=Issued.DUE).order_by("id")
    ids = list(due.values_list("id", flat=True)[:most])
    for order_id in ids:
        _issue(incident, order_id, actor, at)
    if not ids:
        end(incident_id, actor, at)
    return len(ids)


def _issue(incident: Incident, row_id: int, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        mine = TouchedOrder.objects.select_for_update(skip_locked=True)
        order = mine.filter(id=row_id, issued=Issued.DUE).first()
        if order is None:
            return
        try:
            with transaction.atomic():
                order.refund_id = _ask(incident, order, actor, at)
            order.issued = Issued.ASKED
        except BihuanError as error:
            order.issued, order.code = Issued.FAILED, error.error_code[:60]
        order.save(update_fields=["issued", "refund_id", "code"])


def _ask(incident: Incident, order: TouchedOrder, actor: Actor, at: datetime) -> UUID:
    refund = money.request_refund(
        actor=actor,
        at=at,
        key=grant_key(incident, order),
        order_number=order.number,
        kind="goodwill",
        amount_fen=incident.amount_fen,
        reason_code="incident",
        beyond_price=True,
        rule=CLAUSE,
        basis_id=incident.id,
        approved_by=incident.approved_by,
        currency=order.currency,
    )
    return refund.id
