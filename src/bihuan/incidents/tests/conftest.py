"""The stage of the complaints' tests, and short words for incidents on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import AT, played, set_stage
from bihuan.incidents import actions
from bihuan.incidents.models import Incident, Recipient
from bihuan.marketplace.queries import Reach

__all__ = ["AT", "played", "set_stage"]
EVER = Reach(from_at=AT - timedelta(days=300), until_at=AT + timedelta(days=1))
TEXT = "承运方分拨中心停电，包裹晚到两天"


def declared(played: stage.Stage, who: str = "supervisor", **more: Any) -> Incident:
    given: dict[str, Any] = {"kind": "carrier", "reach": EVER, "text": TEXT, **more}
    return actions.declare(actor=played.who(who), at=AT, **given)


def ready(played: stage.Stage, remedy: str = "information", **more: Any) -> UUID:
    """Declared, found, with a remedy of the manager's."""
    made = declared(played).id
    actions.freeze(incident_id=made, actor=played.who("supervisor"), at=AT)
    actions.choose(incident_id=made, remedy=remedy, actor=played.who("manager"), at=AT, **more)
    return made


def people(incident_id: UUID) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Recipient.objects.filter(incident_id=incident_id).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
