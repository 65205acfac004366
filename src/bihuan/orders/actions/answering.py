"""What merchants and carriers do with a request that they were asked: read what is to be different."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.accounts.permissions import require
from bihuan.cases import queries as cases
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import actions as marketplace
from bihuan.orders.actions.people import only_who_was_asked
from bihuan.orders.models import OrderService
from bihuan.orders.permissions import P
from bihuan.orders.workflow import ORDER


def show_details(*, case_id: UUID, actor: Actor, at: datetime) -> dict[str, str]:
    """The new address, name, number or invoice data, while they wait for the answer; the look is journalled.

    Raises NotFound for a case that is not theirs, NotAllowed where somebody else was asked.
    """
    case = cases.get_for(actor, case_id, flow=ORDER.name)
    require(actor, P.ANSWER, case.resource)
    row = OrderService.objects.filter(case_id=case.id).first()
    if row is None or row.instruction_id is None:
        raise NotFound(kind="case", id=str(case_id))
    only_who_was_asked(actor, row)
    waiting = row.parcels.filter(outcome="").values_list("instruction_id", flat=True).first()
    return marketplace.show_details(
        actor=actor, at=at, on=case.resource, instruction_id=waiting or row.instruction_id
    )
