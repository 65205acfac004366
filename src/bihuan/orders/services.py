"""What can be done about an order now, by which way, and why not; from the order alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bihuan.marketplace.queries import Order, OrderStatus, Shipment, ShipmentState


class Service(StrEnum):
    """The type of a case of this flow."""

    ADDRESS = "change_address"
    RECIPIENT = "change_recipient"
    PHONE = "change_phone"
    CANCEL = "cancel"
    INTERCEPT = "intercept"
    INVOICE = "invoice"
    URGE = "urge_shipment"


class Phase(StrEnum):
    UNPAID = "unpaid"
    UNSHIPPED = "unshipped"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """Who carries it out; ``guide``: nobody, the buyer is told what to do instead."""

    ORDER = "order"
    CARRIER = "carrier"
    MERCHANT = "merchant"
    GUIDE = "guide"


CHANGES: Final = (Service.ADDRESS, Service.RECIPIENT, Service.PHONE)
CHANGE, CANCELLING = "PCN-2.3.2.a", "PCN-2.3.2.b"
CLAUSES: Final = {**dict.fromkeys(CHANGES, CHANGE), Service.CANCEL: CANCELLING, Service.INTERCEPT: CANCELLING}
ORDER_SERVICE: Final = "PCN-2.3.2.a"
"""Invoice and urging stand under the same heading of the norm, which has no sentence of its own on them."""
_OVER: Final = (ShipmentState.DELIVERED, ShipmentState.REFUSED, ShipmentState.RETURNED, ShipmentState.LOST)


@dataclass(frozen=True, slots=True)
class Option:
    """A service for this order. ``why`` says why not, or what stands in its place; ``routes`` are the ways
    that remain; ``parcels`` those that a carrier can still be asked about."""

    service: Service
    possible: bool
    way: Way
    why: str = ""
    routes: tuple[str, ...] = ()
    parcels: tuple[Shipment, ...] = ()

    @property
    def clause(self) -> str:
        return CLAUSES.get(self.service, ORDER_SERVICE)


def phase_of(order: Order) -> Phase:
    """How far the order is. Parcels that are all delivered count before what the order itself says."""
    if order.status is OrderStatus.CANCELLED:
        return Phase.CANCELLED
    if order.status in (OrderStatus.RECEIVED, OrderStatus.COMPLETED):
        return Phase.ARRIVED
    left = [s for s in order.shipments if s.state is not ShipmentState.PREPARING]
    if left and all(s.state in _OVER for s in order.shipments):
        return Phase.ARRIVED
    if order.status is OrderStatus.SHIPPED or left:
        return Phase.ON_THE_WAY
    return Phase.UNPAID if order.status is OrderStatus.PLACED else Phase.UNSHIPPED


def options(order: Order, running: Collection[str] = ()) -> tuple[Option, ...]:
    """Every service in the order of the pages; ``running`` are the services that are under way already."""
    return tuple(_option(service, order, phase_of(order), running) for service in Service)


def option(service: Service, order: Order, running: Collection[str] = ()) -> Option:
    return _option(service, order, phase_of(order), running)


def _option(service: Service, order: Order, phase: Phase, running: Collection[str]) -> Option:
    if service in running:
        return Option(service, False, Way.GUIDE, "open_already", ("follow",))
    ending = {Service.CANCEL, Service.INTERCEPT} & set(running)
    if ending and service is not Service.INVOICE:
        return Option(service, False, Way.GUIDE, "being_cancelled", ("follow",))
    if phase is Phase.CANCELLED:
        return Option(service, False, Way.GUIDE, "cancelled", ("order_again",))
    if service in CHANGES:
        return _change(service, order, phase)
    chosen = {
        Service.CANCEL: _cancel,
        Service.INTERCEPT: _intercept,
        Service.INVOICE: _invoice,
        Service.URGE: _urge,
    }
    return chosen[service](service, order, phase)


def _change(service: Service, order: Order, phase: Phase) -> Option:
    if phase in (Phase.UNPAID, Phase.UNSHIPPED):
        return Option(service, True, Way.ORDER)
    parcels = _on_the_way(order)
    if phase is Phase.ON_THE_WAY and parcels:
        return Option(service, True, Way.CARRIER, "shipped", parcels=parcels)
    if phase is Phase.ON_THE_WAY:
        return Option(service, False, Way.GUIDE, "no_parcel", ("ask_us",))
    return Option(service, False, Way.GUIDE, "arrived", ("aftersales",))


def _cancel(service: Service, order: Order, phase: Phase) -> Option:
    if phase in (Phase.UNPAID, Phase.UNSHIPPED):
        return Option(service, True, Way.ORDER)
    if phase is Phase.ON_THE_WAY:
        catch = ("intercept",) if _on_the_way(order) else ()
        return Option(service, True, Way.GUIDE, "shipped", (*catch, "refuse_delivery", "return"))
    return Option(service, True, Way.GUIDE, "arrived", ("return", "aftersales"))


def _intercept(service: Service, order: Order, phase: Phase) -> Option:
    if phase in (Phase.UNPAID, Phase.UNSHIPPED):
        return Option(service, False, Way.GUIDE, "not_shipped", ("cancel",))
    parcels = _on_the_way(order)
    if phase is Phase.ON_THE_WAY and parcels and (len(order.shipments) == 1 or _apart(order)):
        return Option(service, True, Way.CARRIER, "shipped", parcels=parcels)
    if phase is Phase.ON_THE_WAY:
        return Option(service, False, Way.GUIDE, "several_parcels", ("refuse_delivery", "return"))
    return Option(service, False, Way.GUIDE, "arrived", ("return", "aftersales"))


def _invoice(service: Service, order: Order, phase: Phase) -> Option:
    if phase is Phase.UNPAID:
        return Option(service, False, Way.GUIDE, "unpaid", ("pay",))
    return Option(service, True, Way.MERCHANT)


def _urge(service: Service, order: Order, phase: Phase) -> Option:
    if phase is Phase.UNSHIPPED:
        return Option(service, True, Way.MERCHANT)
    if phase is Phase.UNPAID:
        return Option(service, False, Way.GUIDE, "unpaid", ("pay",))
    why = "shipped" if phase is Phase.ON_THE_WAY else "arrived"
    return Option(service, False, Way.GUIDE, why, ("track",))


def _apart(order: Order) -> bool:
    """Whether it is known which parcel carries which lines, each in one parcel: then the money of those that
    come back can be told apart."""
    carried = [number for shipment in order.shipments for number in shipment.lines]
    return all(s.lines for s in order.shipments) and len(carried) == len(set(carried))


def _on_the_way(order: Order) -> tuple[Shipment, ...]:
    moving = (ShipmentState.IN_TRANSIT, ShipmentState.DELIVERING)
    return tuple(s for s in order.shipments if s.state in moving)
