"""The built-in store: the marketplace is this database, filled by import and API.

It has no way to a bank. A refund asked of it is entered into its own book (``Booking``) and
counts as initiated with that; the operator pays from the book and hands the bank's statement to
``money``, which records the credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

from django.db import transaction

from bihuan.marketplace import errands, giving, port, reading
from bihuan.marketplace import models as m
from bihuan.marketplace.grant import Grant, GrantAnswer
from bihuan.marketplace.instruction import Instruction, InstructionAnswer, InstructionState


class Store:
    """Adapter over the tables of this module."""

    name = "store"

    def find_order(self, number: str) -> port.Order | port.Unknown | None:
        row = reading.whole().filter(number=number).first()
        return reading.order(row) if row else None

    def orders_of(self, buyer_ref: str, *, limit: int = 50) -> tuple[port.Order, ...] | port.Unknown:
        found = reading.whole().filter(buyer__ref=buyer_ref).order_by("-ordered_at", "id")[:limit]
        return tuple(reading.order(row) for row in found)

    def order_log(self, number: str) -> tuple[port.LogEntry, ...] | port.Unknown | None:
        order = self.find_order(number)
        return order.log if isinstance(order, port.Order) else order

    def track(self, carrier: str, tracking_number: str) -> port.Shipment | port.Unknown | None:
        rows = m.Shipment.objects.filter(carrier=carrier, tracking_number=tracking_number)
        row = rows.prefetch_related("track").order_by("-shipped_at").first()
        return reading.shipment(row) if row else None

    def is_party(self, number: str, claimant: port.Claimant) -> port.Check:
        row = m.Order.objects.select_related("buyer").filter(number=number).first()
        return party(reading.buyer(row.buyer), claimant) if row else port.Check.FAIL

    def is_registered(self, buyer_ref: str) -> port.Check:
        known = m.Buyer.objects.filter(ref=buyer_ref, registered=True).exists()
        return port.Check.PASS if known else port.Check.FAIL

    def request_refund(self, request: port.RefundRequest) -> port.RefundAnswer | port.Unknown:
        order = m.Order.objects.filter(number=request.order_number).first()
        if order is None:
            return port.RefundAnswer(request.key, port.RefundState.FAILED, code="order_absent")
        if order.currency != request.currency:
            return port.RefundAnswer(request.key, port.RefundState.FAILED, code="currency")
        with transaction.atomic():
            booking, _ = m.Booking.objects.get_or_create(
                key=request.key,
                defaults={
                    "order": order,
                    "amount_fen": request.amount_fen,
                    "currency": request.currency,
                    "kind": request.kind,
                    "reason_code": request.reason_code,
                    "lines": [[line.number, line.amount_fen] for line in request.lines],
                    "parts": [[part.way, part.amount_fen, part.reference] for part in request.parts],
                },
            )
        return _answer(booking)

    def refund_status(self, key: str) -> port.RefundAnswer | port.Unknown:
        booking = m.Booking.objects.filter(key=key).first()
        return _answer(booking) if booking else port.RefundAnswer(key, port.RefundState.ABSENT)

    def instruct(self, instruction: Instruction) -> InstructionAnswer | port.Unknown:
        """Before shipment it is done here at once; what a carrier or a merchant does is pending until a
        person records the answer."""
        with transaction.atomic():
            order = m.Order.objects.select_for_update().filter(number=instruction.order_number).first()
            if order is None:
                return InstructionAnswer(instruction.key, InstructionState.REFUSED, "order_absent")
            errand = m.Errand.objects.filter(key=instruction.key).first()
            return errands.answer(errand) if errand else errands.carry_out(order, instruction)

    def instruction_status(self, key: str) -> InstructionAnswer | port.Unknown:
        errand = m.Errand.objects.filter(key=key).first()
        return errands.answer(errand) if errand else InstructionAnswer(key, InstructionState.ABSENT)

    def grant(self, grants: Sequence[Grant]) -> tuple[GrantAnswer, ...] | port.Unknown:
        """Entered into the book of grants, and given with that: whoever redeems a voucher reads it there."""
        with transaction.atomic():
            return giving.enter(grants)

    def pause_product(
        self, key: str, product_ref: str, reason_code: str
    ) -> port.PauseAnswer | port.Unknown | None:
        changed = m.Product.objects.filter(ref=product_ref).update(paused=True)
        return port.PauseAnswer(product_ref, paused=True) if changed else None

    def health(self) -> port.Health:
        return port.Health(ok=True)


def party(buyer: port.Buyer, claimant: port.Claimant) -> port.Check:
    """Whether the claimant is the buyer; unknown where a phone is claimed and none is recorded."""
    if claimant.buyer_ref and compare_digest(claimant.buyer_ref.encode(), buyer.ref.encode()):
        return port.Check.PASS
    if claimant.phone_digest is None:
        return port.Check.FAIL
    if buyer.phone_digest is None:
        return port.Check.FAIL if claimant.buyer_ref else port.Check.UNKNOWN
    same = compare_digest(claimant.phone_digest, buyer.phone_digest)
    return port.Check.PASS if same else port.Check.FAIL


def _answer(booking: m.Booking) -> port.RefundAnswer:
    return port.RefundAnswer(
        key=booking.key,
        state=port.RefundState.INITIATED,
        amount_fen=booking.amount_fen,
        reference=f"book-{booking.key}",
        at=booking.booked_at,
    )
