"""What refunds and grants of an incident share: in which states they go on, the key of an order, the end."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count

from bihuan.incidents import events
from bihuan.incidents.actions.change import record
from bihuan.incidents.models import Incident, Issued, TouchedOrder, is_open
from bihuan.journal.actor import Actor

GOING: Final = ("telling", "told", "stopped")
"""States in which something is still carried out; after a stop, what was promised to those who were told."""


def grant_key(incident: Incident, order: TouchedOrder) -> str:
    """Makes what one order gets one, however often it is asked for."""
    return f"incident-{uuid5(incident.id, str(order.order_id)).hex}"


def end(incident_id: UUID, actor: Actor, at: datetime) -> None:
    """Everything that was promised was asked for and answered: it is said, once."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(id=incident_id)
        rows = TouchedOrder.objects.filter(incident=incident)
        if incident.issued_at is not None or rows.filter(is_open()).exists():
            return
        incident.issued_at = at
        incident.save(update_fields=["issued_at"])
        counted = dict(rows.values_list("issued").annotate(n=Count("id")))
        said = events.IssuedAll(
            asked=counted.get(Issued.ASKED, 0),
            granted=counted.get(Issued.GRANTED, 0),
            failed=counted.get(Issued.FAILED, 0),
        )
        record(incident, [said], actor=actor, at=at)
