"""That somebody took the report of an incident out of the program."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import NotFound
from bihuan.incidents import events
from bihuan.incidents.actions.change import record
from bihuan.incidents.models import Incident
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor


def note_export(*, incident_id: UUID, form: str, actor: Actor, at: datetime) -> None:
    """Write it down. Raises NotFound, NotAllowed."""
    require(actor, May.EXPORT, clause=CLAUSE)
    with transaction.atomic():
        incident = Incident.objects.filter(id=incident_id).first()
        if incident is None:
            raise NotFound(kind="incident", id=str(incident_id))
        record(incident, [events.Exported(form=form)], actor=actor, at=at)
