"""How the built-in store carries out an instruction: in its own tables, all at once or not at all.

It has no warehouse and no carrier: delivery data that were changed lie sealed beside the order until the
shop's own system reads them (``queries.delivery_of``), and what a carrier or a merchant has to do stays
pending until a person records the answer.
"""

from __future__ import annotations

import json
from typing import Final

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.marketplace import models as m
from bihuan.marketplace.digests import name_digest, phone_digest
from bihuan.marketplace.ids import derived
from bihuan.marketplace.instruction import (
    OF_A_PARCEL,
    Instruction,
    InstructionAnswer,
    InstructionKind,
    InstructionState,
)
from bihuan.marketplace.port import LogCode, OrderStatus, ShipmentState

UNSHIPPED: Final = (OrderStatus.PLACED, OrderStatus.PAID)
BEFORE_SHIPMENT: Final = frozenset(
    {InstructionKind.CHANGE_ORDER, InstructionKind.CANCEL_ORDER, InstructionKind.URGE_SHIPMENT}
)
OVER: Final = (ShipmentState.DELIVERED, ShipmentState.REFUSED, ShipmentState.RETURNED, ShipmentState.LOST)


def carry_out(order: m.Order, instruction: Instruction) -> InstructionAnswer:
    """Do it to the locked order and enter it into the book, or enter why not."""
    code = _against(order, instruction)
    state = "refused" if code else "done" if instruction.kind in BEFORE_SHIPMENT else "pending"
    errand = m.Errand.objects.create(
        key=instruction.key, order=order, kind=str(instruction.kind), state=state, code=code
    )
    errand.refresh_from_db(fields=["booked_at"])
    if state == "done" and instruction.kind is InstructionKind.CANCEL_ORDER:
        _cancel(order, errand)
    if state == "done" and instruction.kind is InstructionKind.CHANGE_ORDER:
        _deliver(order, instruction)
    return answer(errand)


def answer(errand: m.Errand) -> InstructionAnswer:
    return InstructionAnswer(
        key=errand.key,
        state=InstructionState(errand.state),
        code=errand.code,
        at=errand.booked_at,
    )


def delivery(order: m.Order) -> dict[str, str]:
    """The delivery data of an order as far as they were changed here."""
    row = m.Delivery.objects.filter(order=order).first()
    if row is None:
        return {}
    plain = people.unseal_own(person_id=row.person_id, sealed=bytes(row.sealed), place=_place(order))
    found: dict[str, str] = json.loads(plain)
    return found


def _against(order: m.Order, instruction: Instruction) -> str:
    """Why it cannot be done, or nothing."""
    if instruction.kind in BEFORE_SHIPMENT:
        if order.status == OrderStatus.CANCELLED:
            return "cancelled"
        return "" if order.status in UNSHIPPED else "shipped"
    if instruction.kind not in OF_A_PARCEL or instruction.parcel is None:
        return ""
    parcel = order.shipments.filter(
        carrier=instruction.parcel.carrier, tracking_number=instruction.parcel.tracking_number
    ).first()
    if parcel is None:
        return "parcel_absent"
    return "delivered" if parcel.state in OVER else ""


def _cancel(order: m.Order, errand: m.Errand) -> None:
    m.Order.objects.filter(id=order.id).update(status=OrderStatus.CANCELLED)
    m.OrderLog.objects.get_or_create(
        id=derived("log", order.id, errand.booked_at.timestamp(), LogCode.CANCELLED, "platform"),
        defaults={"order": order, "at": errand.booked_at, "code": LogCode.CANCELLED, "by": "platform"},
    )


def _deliver(order: m.Order, instruction: Instruction) -> None:
    person_id = m.Buyer.objects.get(id=order.buyer_id).person_id
    told = json.dumps(delivery(order) | dict(instruction.details), ensure_ascii=False).encode()
    sealed = accounts.seal_own(person_id=person_id, plain=told, place=_place(order))
    m.Delivery.objects.update_or_create(order=order, defaults={"person_id": person_id, "sealed": sealed})
    changed = {
        f"recipient_{part}": digest(instruction.details[name])
        for part, name, digest in (("name", "recipient", name_digest), ("phone", "phone", phone_digest))
        if instruction.details.get(name)
    }
    if changed:
        m.Order.objects.filter(id=order.id).update(**changed)


def _place(order: m.Order) -> str:
    return f"delivery:{order.id}"
