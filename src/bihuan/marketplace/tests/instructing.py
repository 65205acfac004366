"""Instructions over a marketplace on a real socket, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bihuan.accounts.permissions import Resource, Role
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.marketplace import actions
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.tests.factories import AT, actor

AGENT = actor(Role.AGENT)
SYSTEM = actor(Role.SYSTEM)
CASE = UUID("11111111-1111-4111-8111-111111111111")
ADDRESS = {"address": "杭州市西湖区文三路 1 号", "recipient": "王小明", "phone": "19900000009"}


def give(kind: str = "change_order", *, key: str = "order-0001", **more: Any) -> Instruction:
    given: dict[str, Any] = {
        "actor": AGENT,
        "at": AT,
        "on": Resource(),
        "order_number": "A1",
        "reason_code": "consumer_asked",
        "case_id": CASE,
        "details": ADDRESS if kind in ("change_order", "redirect_parcel") else None,
    }
    return actions.instruct(key=key, kind=kind, **(given | more))


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def send(row: Instruction, at: datetime = AT) -> str:
    return actions.send_instruction(actor=PROGRAM, at=at, instruction_id=row.id)


def poll(row: Instruction, at: datetime) -> str:
    return actions.poll_instruction(actor=PROGRAM, at=at, instruction_id=row.id)


def again(row: Instruction) -> Instruction:
    return Instruction.objects.get(id=row.id)


def said(row: Instruction) -> list[str]:
    """Names of the events of an instruction, without their module."""
    names = Entry.objects.filter(subject_id=row.id).order_by("sequence").values_list("event", flat=True)
    return [name.removeprefix("marketplace.instruction_") for name in names]
