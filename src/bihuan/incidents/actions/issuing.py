"""Refunds of an incident: one an order, asked of ``money`` under a key that makes it one."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import BihuanError
from bihuan.incidents import events
from bihuan.incidents.actions.change import record
from bihuan.incidents.actions.running import GOING
from bihuan.incidents.models import Incident, Issued, TouchedOrder
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor
from bihuan.money import actions as money

PIECE: Final = 50


def issue_piece(*, incident_id: UUID, actor: Actor, at: datetime, most: int = PIECE) -> int:
    """Ask for the refunds of the next few orders; how many were looked at. Paused or done: 0.

    Each is a transaction of its own: one that is refused does not keep back the others.
    """
    require(actor, May.AUTOMATIC)
    incident = Incident.objects.filter(id=incident_id, state__in=GOING).first()
    if incident is None:
        return 0
    due = TouchedOrder.objects.filter(incident=incident, issued=Issued.DUE).order_by("id")
    ids = list(due.values_list("id", flat=True)[:most])
    for order_id in ids:
        _issue(incident, order_id, actor, at)
    if not ids:
        _end(incident_id, actor, at)
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
        key=f"incident-{uuid5(incident.id, str(order.order_id)).hex}",
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


def _end(incident_id: UUID, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(id=incident_id)
        rows = TouchedOrder.objects.filter(incident=incident)
        if incident.issued_at is not None or rows.filter(issued=Issued.DUE).exists():
            return
        incident.issued_at = at
        incident.save(update_fields=["issued_at"])
        said = events.IssuedAll(
            asked=rows.filter(issued=Issued.ASKED).count(), failed=rows.filter(issued=Issued.FAILED).count()
        )
        record(incident, [said], actor=actor, at=at)
