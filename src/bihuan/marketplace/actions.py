"""Writing orders, and asking the marketplace. A call over the network never stands in a transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, NotFound, Unavailable
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.queue import defer
from bihuan.journal.subject import Subject
from bihuan.marketplace import events, port, records, writing
from bihuan.marketplace import models as m
from bihuan.marketplace import permissions as may
from bihuan.marketplace.adapters import marketplace
from bihuan.marketplace.config import STORE, current
from bihuan.marketplace.digests import phone_digest, ref_digest
from bihuan.marketplace.grant import MOST as MOST_GRANTS
from bihuan.marketplace.grant import Grant, GrantAnswer
from bihuan.marketplace.ids import derived
from bihuan.marketplace.instructing import (
    act_on_instruction,
    instruct,
    poll_instruction,
    send_instruction,
    settle_instruction,
    show_details,
    sweep_instructions,
    take_answer,
)

__all__ = [
    "MOST",
    "QUEUE",
    "REFRESH_TASK",
    "Rejected",
    "Taken",
    "act_on_instruction",
    "ask_later",
    "ask_refund",
    "bind_shop",
    "fetch_order",
    "grant",
    "instruct",
    "link_buyer",
    "pause_product",
    "poll_instruction",
    "refresh_buyer",
    "refresh_order",
    "request_refund",
    "send_instruction",
    "settle_instruction",
    "show_details",
    "sweep_instructions",
    "take_answer",
    "take_orders",
]
MOST = 1000
"""Orders of one batch."""
REFRESH_TASK = "marketplace.refresh_order"
QUEUE = "marketplace"
_NUMBER = re.compile(r"[A-Za-z0-9._\-]{1,64}\Z")
SOURCES = ("import", "api", "http", "demo")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not taken: its place in the batch, the field and why."""

    index: int
    number: str
    error: Invalid


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a batch; the good records of it were written together, or none was."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = field(default=())


def take_orders(
    *, actor: Actor, at: datetime, batch: Sequence[Any], source: str, dry_run: bool = False
) -> Taken:
    """Take records in the form of the contract's ``Order``; the same record twice changes nothing.

    A bad record is left out whole and reported. Raises Invalid for more than ``MOST``.
    """
    require(actor, may.OrderPermission.IMPORT)
    if source not in SOURCES or len(batch) > MOST:
        raise Invalid("A batch holds at most {most} orders.", field="orders", most=MOST)
    good, rejected = _read(batch, at)
    with transaction.atomic():
        tally = writing.write(good, source=source, at=at)
        writing.bind_known(good)
        if tally.new or tally.updated:
            said = events.OrdersTaken(
                source=source,
                new=tally.new,
                updated=tally.updated,
                unchanged=tally.unchanged,
                rejected=len(rejected),
            )
            _say(Subject("orders", uuid4()), said, actor, at)
        transaction.set_rollback(dry_run)
    return Taken(tally.new, tally.updated, tally.unchanged, tuple(rejected))


def refresh_order(*, actor: Actor, at: datetime, order_number: str) -> str:
    """Ask the marketplace outside for an order and keep the answer: found, absent or unknown.

    An outage leaves what is known as it is. Over the network; not inside a transaction.
    """
    require(actor, may.OrderPermission.REFRESH)
    with transaction.atomic(durable=True):
        pass
    found = marketplace().find_order(order_number)
    with transaction.atomic(durable=True):
        return _keep(order_number, found, actor, at)


def fetch_order(*, actor: Actor, at: datetime, order_number: str) -> bool:
    """Ask the marketplace outside for an order that is not known here yet; whether it is known then.

    Nothing is asked with the built-in store. Over the network; not inside a transaction.
    """
    known = m.Order.objects.filter(number=order_number).exists()
    if known or current().adapter == STORE or not _NUMBER.match(order_number):
        return known
    return refresh_order(actor=actor, at=at, order_number=order_number) == "found"


def ask_later(*, actor: Actor, at: datetime, order_number: str) -> None:
    """Have a job ask for the order, in the caller's transaction; nothing with the built-in store."""
    if current().adapter != STORE:
        defer(task=REFRESH_TASK, queue=QUEUE, calls=[{"order_number": order_number}])


def refresh_buyer(*, actor: Actor, at: datetime, buyer_ref: str) -> port.Check:
    """Ask whether a buyer is registered, and keep the answer. Over the network."""
    require(actor, may.OrderPermission.REFRESH)
    with transaction.atomic(durable=True):
        pass
    found = marketplace().is_registered(buyer_ref)
    if found is not port.Check.UNKNOWN:
        with transaction.atomic(durable=True):
            writing.write_buyer(port.Buyer(ref=buyer_ref, registered=found is port.Check.PASS))
            said = events.BuyerAsked(result=str(found))
            _say(Subject("buyer", derived("buyer", buyer_ref)), said, actor, at)
    return found


def pause_product(*, actor: Actor, at: datetime, product_ref: str, reason: str) -> bool:
    """Ask the marketplace to take a product off sale. Raises Unavailable when it does not answer."""
    product = m.Product.objects.select_related("shop").filter(ref=product_ref).first()
    if product is None:
        raise NotFound(kind="product", id=product_ref)
    organisations = frozenset({product.shop.organisation_id} if product.shop.organisation_id else ())
    require(actor, may.ProductPermission.PAUSE, Resource(organisation_ids=organisations))
    with transaction.atomic(durable=True):
        pass
    found = marketplace().pause_product(f"pause-{product.id}", product_ref, reason)
    result = "paused" if found and not isinstance(found, port.Unknown) else "unknown" if found else "absent"
    with transaction.atomic(durable=True):
        if result == "paused":
            m.Product.objects.filter(id=product.id).update(paused=True)
        said = events.ProductPaused(product_id=product.id, reason=reason, result=result)
        _say(Subject("product", product.id), said, actor, at)
    if result == "unknown":
        raise Unavailable(service="marketplace")
    return result == "paused"


def bind_shop(*, actor: Actor, at: datetime, shop_ref: str, organisation_id: UUID) -> None:
    """Say which organisation answers for a shop."""
    require(actor, may.ShopPermission.BIND)
    with transaction.atomic():
        shop_id = derived("shop", shop_ref)
        changed = m.MerchantShop.objects.filter(id=shop_id).update(organisation_id=organisation_id)
        if not changed:
            raise NotFound(kind="shop", id=shop_ref)
        _say(Subject("shop", shop_id), events.ShopBound(organisation_id=organisation_id), actor, at)


def link_buyer(*, actor: Actor, at: datetime, buyer_ref: str, person_id: UUID) -> None:
    """Say which person a buyer is, once that is proven (a token signed by the marketplace)."""
    require(actor, may.ShopPermission.BIND)
    with transaction.atomic():
        buyer_id = derived("buyer", buyer_ref)
        row, _ = m.Buyer.objects.select_for_update().get_or_create(
            id=buyer_id, defaults={"ref": buyer_ref, "ref_digest": ref_digest(buyer_ref)}
        )
        if row.person_id == person_id:
            return
        m.Buyer.objects.filter(id=buyer_id).update(person_id=person_id)
        _say(Subject("buyer", buyer_id), events.BuyerLinked(person_id=person_id), actor, at)


def request_refund(*, request: port.RefundRequest) -> port.RefundAnswer | port.Unknown:
    """Ask for one payment; the key makes it one. For ``money``, which keeps what came of it."""
    with transaction.atomic(durable=True):
        pass
    return marketplace().request_refund(request)


def ask_refund(*, key: str) -> port.RefundAnswer | port.Unknown:
    """What the marketplace knows of a refund. For ``money``."""
    with transaction.atomic(durable=True):
        pass
    return marketplace().refund_status(key)


def grant(*, grants: Sequence[Grant]) -> dict[str, GrantAnswer] | port.Unknown:
    """Have the marketplace give something to buyers, answers by key; a key makes it one, however often
    it is asked. For ``incidents``, which keeps what came of it. At most ``MOST_GRANTS``; Invalid above."""
    if len(grants) > MOST_GRANTS:
        raise Invalid("A call holds at most {most} grants.", field="grants", most=MOST_GRANTS)
    with transaction.atomic(durable=True):
        pass
    found = marketplace().grant(grants)
    return found if isinstance(found, port.Unknown) else {one.key: one for one in found}


def track(*, carrier: str, tracking_number: str) -> port.Shipment | None:
    """What the carrier says of a parcel, through the marketplace; None where nobody knows or answers now.

    Over the network; not inside a transaction."""
    with transaction.atomic(durable=True):
        pass
    found = marketplace().track(carrier, tracking_number)
    return found if isinstance(found, port.Shipment) else None


def _read(batch: Sequence[Any], at: datetime) -> tuple[list[port.Order], list[Rejected]]:
    good: list[port.Order] = []
    rejected: list[Rejected] = []
    for index, record in enumerate(batch):
        try:
            good.append(records.order_from(record, digest=phone_digest, at=at))
        except Invalid as error:
            number = record.get("number") if isinstance(record, dict) else None
            rejected.append(Rejected(index, str(number or "")[:64], error))
    return good, rejected


def _keep(number: str, found: port.Order | port.Unknown | None, actor: Actor, at: datetime) -> str:
    result = "absent" if found is None else "unknown" if isinstance(found, port.Unknown) else "found"
    why = str(found.why) if isinstance(found, port.Unknown) else ""
    row, _ = m.Lookup.objects.select_for_update().get_or_create(
        number=number, defaults={"result": "unknown", "asked_at": at}
    )
    row.asked_at, row.why = at, why
    row.failures = row.failures + 1 if result == "unknown" else 0
    if result != "unknown":
        row.result, row.answered_at = result, at
    row.save()
    if isinstance(found, port.Order):
        writing.write([found], source="http", at=at)
        writing.bind_known([found])
    _say(
        Subject("order", derived("order", number)),
        events.OrderAsked(result=result, why=why or None),
        actor,
        at,
    )
    return result


def _say(subject: Subject, event: Event, actor: Actor, at: datetime) -> None:
    append([Draft(subject=subject, event=event, actor=actor, occurred_at=at)])
