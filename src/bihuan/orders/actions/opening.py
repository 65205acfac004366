"""A service about an order is asked for: it is passed on at once, or the buyer is guided (PCN-2.3.2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.permissions import Resource, require
from bihuan.accounts.vault.fields import PersonalField, mobile, normal
from bihuan.cases import green, labels
from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, new_work
from bihuan.cases.kinds import Story
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace.queries import AfterSales, Parcel, Shipment
from bihuan.orders import events, services
from bihuan.orders.behind import alone, facts_for, running
from bihuan.orders.models import AskedParcel, OrderService
from bihuan.orders.permissions import P
from bihuan.orders.refusals import not_possible
from bihuan.orders.services import CHANGES, Option, Phase, Service, Way
from bihuan.orders.workflow import ORDER

CHANNELS: Final = ("site", "api", "telephone", "walk_in", "social", "mail")
FIELDS: Final[Mapping[Service, tuple[str, ...]]] = {
    Service.ADDRESS: ("address",),
    Service.RECIPIENT: ("recipient",),
    Service.PHONE: ("phone",),
    Service.INVOICE: ("title", "tax_number", "email"),
}
"""What is to be told with a service; the first is needed."""
_KINDS: Final[Mapping[Service, str]] = {
    Service.CANCEL: "cancel_order",
    Service.INTERCEPT: "intercept_parcel",
    Service.INVOICE: "reissue_invoice",
    Service.URGE: "urge_shipment",
}
_LEAST: Final = {"address": 6, "recipient": 1, "phone": 5, "title": 2}


@dataclass(frozen=True, kw_only=True)
class NewService:
    """What a door collected. ``details`` are personal data and go no further than the sealed instruction;
    ``tracking_number`` chooses a parcel where several are on their way; without it all are meant."""

    service: str
    order_number: str
    channel: str = "site"
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the other side is asked: what is to be different, and of which parcels."""

    details: Mapping[str, str] = field(repr=False)
    parcels: tuple[Shipment, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The receipt: number and code to follow the case, and its state."""

    case_id: UUID
    number: str
    code: str
    state: str


def open_service(*, actor: Actor, at: datetime, new: NewService) -> Opened:
    """Have something done about an order. The same service runs once for an order at a time.

    A consumer asks for an order of their own, the desk for any order's buyer. Raises NotFound for an
    order that is not known or not theirs, Invalid with the field, a Refusal that says what else is possible.
    """
    service = _service(new.service)
    if new.channel not in CHANNELS:
        raise Invalid("{field} is not a channel.", field="channel")
    facts = facts_for(actor, new.order_number, P.OPEN)
    details = _details(service, new.details)
    with transaction.atomic():
        alone(facts.order.number)
        chosen = services.option(service, facts.order, running(facts.order.number))
        if not chosen.possible:
            raise not_possible(chosen)
        case, code = _case(actor, at, new, facts)
        require(actor, P.OPEN, Resource(person_ids=frozenset({case.consumer_id})))
        case.state = "guided" if chosen.way is Way.GUIDE else "instructed"
        asked = Asked(details, _parcels(chosen, new.tracking_number))
        # the carrier's organisation, which then answers by itself
        case.partner_id = people.only_carrier(parcel.carrier for parcel in asked.parcels)
        with new_work(ORDER, case=case, actor=actor, at=at) as work:
            phase = services.phase_of(facts.order)
            _requested(work, chosen, phase)
            if chosen.way is Way.GUIDE:
                _guide(work, chosen)
            else:
                row = _row(work, chosen, asked.parcels, paid=phase is not Phase.UNPAID)
                _instruct(work, chosen, row, asked)
                _notice(work, facts)
                work.tell("order_asked", case.consumer_id, code=code, service=row.service, way=row.way)
    return Opened(case.id, case.number, code, case.state)


def story(case_id: UUID) -> Story:
    """A service about an order as another flow takes it over."""
    row = OrderService.objects.select_related("case").get(case_id=case_id)
    said = [labels.label("type", row.service, "zh"), labels.label("state", row.case.state, "zh")]
    if row.refusal or row.why:
        said.append(labels.label("order_why", row.refusal or row.why, "zh"))
    money = row.service in (Service.CANCEL, Service.INTERCEPT)
    return Story(
        matter="：".join(("订单服务", "，".join(said))),
        type="refund" if money else "delivery",
        demand="refund" if money else "other",
        amount=row.amount_fen or None,
    )


def _service(value: str) -> Service:
    try:
        return Service(value)
    except ValueError:
        raise Invalid(
            "{service} is no service.",
            field="service",
            service=value[:20],
            remedy="Choose one of those on the page.",
        ) from None


def _details(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    wanted = FIELDS.get(service, ())
    found = {name: given.get(name, "").strip() for name in wanted}
    for name in wanted[:1]:
        if len(found[name]) < _LEAST[name]:
            raise Invalid("{field} is missing.", field=name, remedy="Fill it in and send it again.")
    if "phone" in found:
        found["phone"] = mobile(found["phone"])
    if found.get("email"):
        found["email"] = normal(PersonalField.EMAIL, found["email"])
    return {name: text for name, text in found.items() if text}


def _case(actor: Actor, at: datetime, new: NewService, facts: AfterSales) -> tuple[Case, str]:
    number, code = cases.new_number(at), secrets.token_hex(4).upper()
    staff = actor.kind is ActorKind.STAFF
    case = Case(
        number=number,
        code_hash=cases.hash_code(number, code),
        flow=ORDER.name,
        state="instructed",
        channel=new.channel,
        type=new.service,
        consumer_id=_consumer(actor, at, facts),
        merchant_id=facts.organisation_id,
        order_number=facts.order.number,
        owner_id=actor.id if staff else None,
        team_id=actor.team_id if staff else None,
        received_at=at,
    )
    return case, code


def _consumer(actor: Actor, at: datetime, facts: AfterSales) -> UUID:
    if actor.kind is ActorKind.CONSUMER:
        return actor.id
    if facts.buyer_person_id is not None:
        return facts.buyer_person_id
    known = ConsumerFacts(external_ref=facts.order.buyer.ref)
    return accounts.ensure_consumer(facts=known, actor=actor, at=at).person_id


def _requested(work: Work, chosen: Option, phase: Phase) -> None:
    work.say(
        events.Requested(
            service=str(chosen.service),
            channel=work.case.channel,
            phase=str(phase),
            order_number=work.case.order_number,
            recorded_by=work.actor.id if work.actor.kind is ActorKind.STAFF else None,
        )
    )


def _notice(work: Work, facts: AfterSales) -> None:
    """Whether what was ordered shows an urgent need (PCN-2.3.4.b); there are no words of the consumer's."""
    sold = [line.sold.product for line in facts.lines]
    titles, kinds = " ".join(one.title for one in sold), [one.category for one in sold]
    green.notice(work, text=titles, categories=kinds)


def _guide(work: Work, chosen: Option) -> None:
    routes = list(chosen.routes)
    work.say(events.Guided(service=str(chosen.service), refusal=chosen.why, routes=routes))
    work.set(closed_at=work.at)
    work.add(_row(work, chosen, (), live=False))
    work.tell("order_guided", work.case.consumer_id, service=str(chosen.service), why=chosen.why)


def _instruct(work: Work, chosen: Option, row: OrderService, asked: Asked) -> None:
    """One instruction, or one for each parcel."""
    if not asked.parcels:
        row.instruction_id = _give(work, chosen, asked, None, f"order:{work.case.id}")
        work.add(row)
    else:
        _instruct_parcels(work, chosen, row, asked)
    assert row.instruction_id is not None
    _asked(work, chosen, row.instruction_id)
    if chosen.service is Service.URGE:
        work.tell_organisation("order_urged", work.case.merchant_id, order=work.case.order_number)
    elif chosen.way in (Way.CARRIER, Way.MERCHANT):
        waits_for = work.case.partner_id if chosen.way is Way.CARRIER else work.case.merchant_id
        work.tell_organisation("order_waits", waits_for, service=row.service)


def _instruct_parcels(work: Work, chosen: Option, row: OrderService, asked: Asked) -> None:
    made = []
    for number, parcel in enumerate(asked.parcels):
        key = f"order:{work.case.id}:{number}" if number else f"order:{work.case.id}"
        given = _give(work, chosen, asked, Parcel(parcel.carrier, parcel.tracking_number), key)
        made.append(
            AskedParcel(
                service=row, carrier=parcel.carrier, tracking_number=parcel.tracking_number,
                lines=list(parcel.lines), instruction_id=given,
            )
        )  # fmt: skip
    row.instruction_id = made[0].instruction_id
    work.add(row, *made)


def _give(work: Work, chosen: Option, asked: Asked, parcel: Parcel | None, key: str) -> UUID:
    case = work.case
    change = "change_order" if chosen.way is Way.ORDER else "redirect_parcel"
    given = marketplace.instruct(
        actor=work.actor,
        at=work.at,
        on=Resource(person_ids=frozenset({case.consumer_id})),
        key=key,
        kind=_KINDS.get(chosen.service, change),
        order_number=case.order_number,
        reason_code="consumer_asked",
        details=asked.details,
        parcel=parcel,
        case_id=case.id,
        person_id=case.consumer_id,
    )
    return given.id


def _asked(work: Work, chosen: Option, instruction_id: UUID) -> None:
    service = str(chosen.service)
    if chosen.service in CHANGES:
        work.say(events.ChangeAsked(service=service, way=str(chosen.way), instruction_id=instruction_id))
    elif chosen.service is Service.CANCEL:
        work.say(events.CancelAsked(instruction_id=instruction_id))
    elif chosen.service is Service.INTERCEPT:
        work.say(events.InterceptAsked(instruction_id=instruction_id))
    else:
        work.say(events.ServiceAsked(service=service, instruction_id=instruction_id))


def _row(
    work: Work, chosen: Option, parcels: Sequence[Shipment], *, paid: bool = True, live: bool = True
) -> OrderService:
    return OrderService(
        case=work.case,
        service=str(chosen.service),
        order_number=work.case.order_number,
        way=str(chosen.way),
        why=chosen.why,
        carrier=parcels[0].carrier if parcels else "",
        tracking_number=parcels[0].tracking_number if len(parcels) == 1 else "",
        paid=paid,
        live=live,
    )


def _parcels(chosen: Option, tracking_number: str) -> tuple[Shipment, ...]:
    """The parcel that was chosen, or all that are on their way."""
    if chosen.way is not Way.CARRIER:
        return ()
    found = tuple(s for s in chosen.parcels if tracking_number in ("", s.tracking_number))
    if not found:
        raise Invalid(
            "Say which parcel it is about.",
            field="tracking_number",
            remedy="Choose one of the parcels on their way.",
        )
    return found
