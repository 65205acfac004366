"""Showing what is to be different to whoever carries it out; every look is written into the journal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import Resource, require
from bihuan.journal.actor import Actor
from bihuan.marketplace import events
from bihuan.marketplace import permissions as may
from bihuan.marketplace.instructing.common import locked, opened, say


def show_details(*, actor: Actor, at: datetime, on: Resource, instruction_id: UUID) -> dict[str, str]:
    """The details by name; empty where there are none or the end is known. Raises NotFound, NotAllowed."""
    require(actor, may.OrderPermission.CARRY_OUT, on, clause="PCN-2.2.2.d")
    with transaction.atomic():
        row = locked(instruction_id)
        found = opened(row)
        if found:
            say(row, events.InstructionShown, actor, at)
    return found
