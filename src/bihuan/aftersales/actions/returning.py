"""The way back: address, parcel, tracking, loss on the way, received (L-07, L-11, G-17)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bihuan.accounts import actions as accounts
from bihuan.aftersales import events, rules, standing
from bihuan.aftersales.actions import fulfilling
from bihuan.aftersales.actions.common import (
    application_of,
    join_files,
    lines_of,
    store,
    tell_desk,
    tell_merchant,
)
from bihuan.aftersales.models import Application, Parcel
from bihuan.aftersales.sealed import place
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor

LOST: Final = ("lost", "damaged")
MOST_FREIGHT: Final = 10**7
_NUMBER: Final = re.compile(r"[A-Za-z0-9\-]{4,40}")
END_STATES: Final = ("delivered", "returned", "lost")


def give_address(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    recipient: str,
    phone: str,
    region: str,
    address: str,
    postcode: str = "",
    note: str = "",
) -> Case:
    """Where the goods go, sealed under the consumer's key; the consumer hears that it is there (L-11).

    A later address takes the place of an earlier one while nothing was sent.
    """
    parts = {
        "recipient": recipient, "phone": phone, "region": region, "address": address, "postcode": postcode,
        "note": note,
    }  # fmt: skip
    for name, part in parts.items():
        if name not in ("postcode", "note"):
            rules.not_empty(name, part, clause="L-11")
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="give_address") as work:
        application = application_of(work)
        store(
            work,
            application,
            address_sealed=_sealed(work, parts),
            address_at=at,
            back_due_at=rules.until("ASM-5.3", "back_within", at),
        )
        work.say(events.ReturnAddressGiven())
        work.tell(
            "aftersales_address",
            work.case.consumer_id,
            key=f"address:{at.isoformat()}",
            freight=application.freight_by or "merchant",
            until_at=application.back_due_at.isoformat() if application.back_due_at else None,
        )
    return work.case


def _sealed(work: Work, parts: dict[str, str]) -> bytes:
    plain = json.dumps({k: v.strip() for k, v in parts.items()}, ensure_ascii=False).encode()
    return accounts.seal_own(person_id=work.case.consumer_id, plain=plain, place=place(work.case.id))


def send_back(
    *, case_id: UUID, actor: Actor, at: datetime, carrier: str, tracking_number: str, freight_fen: int = 0
) -> Parcel:
    """Register the parcel back; ``freight_fen`` is what the consumer laid out for it (with a receipt in the
    evidence). The merchant or the desk may register a label of theirs. Refused before an address is known."""
    _check_freight(freight_fen)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="send_back") as work:
        application = application_of(work)
        if application.address_at is None:
            raise Refusal(
                "The merchant has not said where the goods go.", code="aftersales.no_address", clause="L-11",
                remedy="Wait for the address; the time for it is running. The desk helps.",
            )  # fmt: skip
        parcel = register(
            work, application, direction="back", carrier=carrier, tracking_number=tracking_number,
            freight_fen=freight_fen,
        )  # fmt: skip
        tell_merchant(work, "aftersales_parcel", key=str(parcel.id))
    return parcel


def register(
    work: Work,
    application: Application,
    *,
    direction: str,
    carrier: str,
    tracking_number: str,
    freight_fen: int = 0,
) -> Parcel:
    """A parcel of either direction, followed from now on."""
    rules.not_empty("carrier", carrier, clause="ASM-5.3")
    _check_number(tracking_number)
    if application.parcels.filter(carrier=carrier.strip(), tracking_number=tracking_number.strip()).exists():
        raise Refusal(
            "This parcel is registered already.", code="aftersales.parcel_known", clause="ASM-5.3",
            remedy="Look at its tracking.",
        )  # fmt: skip
    parcel = Parcel.objects.create(
        application=application,
        direction=direction,
        carrier=carrier.strip()[:40],
        tracking_number=tracking_number.strip()[:64],
        by=rules.party_of(work.actor),
        registered_at=work.at,
        freight_fen=freight_fen,
        next_look_at=work.at,
    )
    work.say(events.ParcelRegistered(parcel_id=parcel.id, direction=direction, by=parcel.by))
    return parcel


def track(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    parcel_id: UUID,
    state: str,
    points: Sequence[dict[str, Any]] = (),
    delivered_at: datetime | None = None,
) -> Case:
    """What the carrier says of a parcel (asked by a job). Delivered back, the goods are received, by the
    carrier's own stamp; delivered to the consumer, they have what was sent; lost, the desk hears of it."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="track") as work:
        application = application_of(work)
        parcel = application.parcels.filter(id=parcel_id).first()
        if parcel is None:
            raise NotFound(kind="parcel", id=str(parcel_id))
        if not standing.under_way(parcel):
            return work.case
        moved = parcel.state != state
        parcel.state, parcel.track = state, list(points)
        again = None if state in END_STATES else at + rules.span("ASM-5.3", "look_every", at)
        parcel.next_look_at = again
        parcel.save(update_fields=["state", "track", "next_look_at"])
        if moved:
            work.say(events.ParcelMoved(parcel_id=parcel.id, direction=parcel.direction, state=state))
            _arrived(work, application, parcel, delivered_at)
    return work.case


def _arrived(work: Work, application: Application, parcel: Parcel, delivered_at: datetime | None) -> None:
    if parcel.state == "lost":
        _lost(work, application, parcel, what="lost")
    elif parcel.state == "delivered" and parcel.direction == "back":
        received(work, application, parcel, via="carrier", signed_at=delivered_at)
        work.move("inspecting")
        if application.inspect_due_at is not None:
            due = application.inspect_due_at.isoformat()
            tell_merchant(work, "aftersales_arrived", key=str(parcel.id), due_at=due)
    elif parcel.state == "delivered":
        delivered(work, application, parcel, via="carrier", signed_at=delivered_at)


def received(
    work: Work,
    application: Application,
    parcel: Parcel | None,
    *,
    via: str,
    signed_at: datetime | None = None,
) -> None:
    """The goods are back: L-07 and the second leg of L-11 run from here. A carrier's stamp is a proof.

    The merchant's time to inspect (ASM-5.3) runs from now, when it can know, not from the stamp.
    """
    moment = signed_at or work.at
    if parcel is not None:
        parcel.signed_at, parcel.next_look_at = moment, None
        parcel.save(update_fields=["signed_at", "next_look_at"])
    ends = rules.until("ASM-5.3", "inspect_within", work.at) if work.case.merchant_id else None
    store(
        work, application, received_back_at=moment, inspect_due_at=ends, inspect_warned_at=None,
        inspection_passed=False,
    )  # fmt: skip
    work.say(
        events.GoodsReceivedBack(parcel_id=parcel.id if parcel else None, via=via),
        occurred_at=signed_at,
        proven=signed_at is not None,
    )


def delivered(
    work: Work,
    application: Application,
    parcel: Parcel | None,
    *,
    via: str,
    signed_at: datetime | None = None,
) -> None:
    """The consumer has what was sent: the case is fulfilled and the warranty runs on (L-12)."""
    if parcel is not None:
        parcel.signed_at, parcel.next_look_at = signed_at or work.at, None
        parcel.save(update_fields=["signed_at", "next_look_at"])
    work.say(
        events.GoodsDelivered(parcel_id=parcel.id if parcel else None, via=via),
        occurred_at=signed_at,
        proven=signed_at is not None,
    )
    fulfilling.warranty(work, application)
    ends = {"exchange": "exchanged", "repair": "repaired"}
    fulfilling.finish(work, application, outcome=ends.get(work.case.type, "resent"))


def receive(*, case_id: UUID, actor: Actor, at: datetime, note: str = "") -> Case:
    """The merchant (or the desk) says that the goods are back; inspection is next (L-07)."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="receive") as work:
        application = application_of(work)
        parcel = standing.open_parcel(application, "back")
        received(work, application, parcel, via=rules.party_of(actor))
        if note.strip():
            work.keep(note)
        work.tell("aftersales_back", work.case.consumer_id, key="back")
    return work.case


def report_loss(
    *, case_id: UUID, actor: Actor, at: datetime, what: str, reason: str, evidence_ids: tuple[UUID, ...] = ()
) -> Case:
    """A parcel was lost or arrived damaged (G-17).

    Out to the consumer: the merchant owes it again, at once, and has its recourse on the carrier. On the
    way back: a person decides who bears it.
    """
    rules.known("what", what, LOST)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="report_loss", reason=reason) as work:
        application = application_of(work)
        direction = "back" if work.case.state == "returning" else "out"
        parcel = standing.open_parcel(application, direction)
        if parcel is None:
            raise Refusal(
                "No parcel is on its way.", code="aftersales.no_parcel", clause="G-17",
                remedy="Register the parcel first.",
            )  # fmt: skip
        work.keep(reason)
        join_files(work, evidence_ids)
        _lost(work, application, parcel, what=what)
    return work.case


def _lost(work: Work, application: Application, parcel: Parcel, *, what: str) -> None:
    parcel.lost_at, parcel.next_look_at = work.at, None
    parcel.save(update_fields=["lost_at", "next_look_at"])
    work.say(
        events.ParcelLost(
            parcel_id=parcel.id, direction=parcel.direction, what=what, by=rules.party_of(work.actor)
        )
    )
    amount = sum(line.paid_fen * line.counted // line.ordered for line in lines_of(application))
    if amount:
        ground = "lost" if what == "lost" else "damaged_in_transit"
        fulfilling.claim(work, application, carrier=parcel.carrier, amount=amount, ground=ground)
    if parcel.direction == "back":
        work.say(events.ConditionQuestioned(why=f"parcel_{what}"))
        work.move("disputed")
        tell_desk(work, key=f"lost:{parcel.id}")
    else:
        tell_merchant(work, "aftersales_send_goods", key=f"lost:{parcel.id}")


def _check_number(tracking_number: str) -> None:
    if not _NUMBER.fullmatch(tracking_number.strip()):
        raise Invalid(
            "A tracking number has 4 to 40 letters, digits or dashes.", field="tracking_number",
            clause="ASM-5.3", remedy="Give it as it stands on the label.",
        )  # fmt: skip


def _check_freight(freight_fen: int) -> None:
    if not 0 <= freight_fen <= MOST_FREIGHT:
        raise Invalid(
            "{field} must lie between 0 and {most} fen.", field="freight_fen", most=MOST_FREIGHT,
            remedy="Give what was paid for the parcel, in fen.",
        )  # fmt: skip
