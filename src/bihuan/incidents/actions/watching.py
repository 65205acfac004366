"""The program's own eye: many late parcels of one carrier, warehouse or region."""

from __future__ import annotations

from datetime import datetime

from bihuan.accounts.permissions import require
from bihuan.incidents import rules
from bihuan.incidents.actions.declaring import propose
from bihuan.incidents.models import Incident
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace


def watch(*, actor: Actor, at: datetime) -> list[Incident]:
    """Propose an incident for each group above the operator's thresholds; those made now."""
    require(actor, May.AUTOMATIC)
    limits = rules.values(at)["proposed_from"]
    since = rules.looked_back(at)
    found = marketplace.late_groups(since=since, at=at, least=int(limits["late"]))
    many = [group for group in found if group.late * 100 >= group.promised * int(limits["percent"])]
    made = [propose(found=group, since=since, actor=actor, at=at) for group in many]
    return [incident for incident in made if incident is not None]
