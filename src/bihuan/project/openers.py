"""Every flow as the others see it, and how one opens another: the one table."""

from __future__ import annotations

from bihuan.cases import kinds
from bihuan.cases.kinds import Kind, Site
from bihuan.complaints import actions as complaint_actions
from bihuan.complaints import queries as complaints
from bihuan.complaints import rules
from bihuan.complaints.permissions import P as Complaints
from bihuan.complaints.workflow import COMPLAINT


def install() -> None:
    """Make the flows known to the case file; done once at the start."""
    kinds.register(
        Kind(
            flow=COMPLAINT,
            name=("投诉", "complaint"),
            addresses={Site.DESK: "/desk/{id}", Site.CONSUMER: "/my/{id}", Site.PARTNER: "/partner/{id}"},
            beginnings=complaints.matters,
            types=rules.TYPES,
            asked=complaints.asked_of_consumer,
            results=complaints.results,
            story=complaint_actions.story,
            opener=complaint_actions.open_from,
            permission=Complaints.SUBMIT,
        )
    )
