"""An application comes in by any door: registered, checked for materials, judged (PCN-2.3.3.a, ASM-5.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.actions import TextRef
from bihuan.accounts.permissions import Resource, require
from bihuan.aftersales import events, materials, rules
from bihuan.aftersales.actions import complete
from bihuan.aftersales.models import Application, Line
from bihuan.aftersales.permissions import P
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases import green
from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, new_work
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.evidence import actions as evidence
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import AfterSales

MOST_FILES: Final = 30
MOST_FEN: Final = 10**12
FACTS: Final = ("opened", "used", "price_now_fen", "amount_fen")


@dataclass(frozen=True, kw_only=True)
class NewApplication:
    """What a door collected. ``pieces``: order line number → how many. ``evidence``: files by material.

    ``opened`` and ``used`` are what the consumer says (None: not said); ``amount_fen`` asks for a part of the
    price while the goods stay, ``price_now_fen`` is the lower price seen.
    """

    channel: str
    consumer_id: UUID
    order_number: str
    kind: str
    ground: str
    pieces: Mapping[int, int]
    text: str = ""
    opened: bool | None = None
    used: bool | None = None
    amount_fen: int | None = None
    price_now_fen: int | None = None
    evidence: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)
    representative_id: UUID | None = None
    opened_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The receipt: number and code to follow the case, its state, what is still needed."""

    case_id: UUID
    number: str
    code: str
    state: str
    missing: tuple[str, ...]


def submit(*, actor: Actor, at: datetime, new: NewApplication) -> Submitted:
    """Take an application in: number, lines, materials; with nothing missing it is judged at once.

    What is clearly due the program approves; everything else a person decides within the 24 hours. Raises
    Invalid with the field that is wrong, NotFound for an order that is not the consumer's, Refusal where
    another application for the same pieces is open.
    """
    require(actor, P.REGISTER if actor.kind is ActorKind.STAFF else P.SUBMIT, _own(actor, new, at))
    _check(new)
    sold = order_of(new.order_number, new.consumer_id)
    lines = _lines(new, sold)
    _check_open(new)
    case, code = _case(new, sold, at)
    asked = materials.needed(kind=new.kind, ground=new.ground, goods=[line.kind for line in lines], at=at)
    with new_work(AFTERSALES, case=case, actor=actor, at=at) as work:
        text = work.keep(new.text) if new.text.strip() else None
        application = _application(work, new, text)
        for line in lines:
            line.application = application
        _receive(work, new, text)
        green.notice(work, text=new.text, categories=[line.sold.product.category for line in sold.lines])
        if new.opened_from is not None:
            _take_over(work, application, new.opened_from)
        join(work, application, new.evidence)
        missing = materials.missing(asked, application.materials)
        work.add(application, *lines)
        if missing:
            complete.ask(work, application, missing, by="program", reason_id=None, code=code)
        else:
            complete.apply(work, application, lines, sold, code=code)
    return Submitted(case.id, case.number, code, case.state, tuple(missing))


def order_of(order_number: str, consumer_id: UUID) -> AfterSales:
    """The order with its terms. Raises NotFound where it is none of the consumer's."""
    sold = marketplace.aftersales_facts(order_number)
    if sold.buyer_person_id != consumer_id:
        raise NotFound(
            kind="order", id=order_number, clause="ASM-5.1",
            remedy="Check the order number; an order of somebody else is applied for by that person.",
        )  # fmt: skip
    return sold


def join(work: Work, application: Application, given: Mapping[str, tuple[UUID, ...]]) -> None:
    """Files join the case under the materials that they are."""
    for code, ids in given.items():
        rules.known("material", code, rules.MATERIALS)
        items = evidence.attach(item_ids=ids, case_id=work.case.id, actor=work.actor, at=work.at)
        for item in items:
            party = rules.party_of(work.actor)
            work.say(
                events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party=party, material=code)
            )
        kept = application.materials.setdefault(code, [])
        kept += [str(item.id) for item in items if str(item.id) not in kept]


def _take_over(work: Work, application: Application, source: UUID) -> None:
    """Files of the case from which this one is opened: nothing is handed in twice; photos count as such."""
    items = evidence.take_over(from_case=source, into_case=work.case.id, actor=work.actor, at=work.at)
    for item in items:
        work.say(events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party="consumer"))
    if items:
        application.materials["photo"] = [str(item.id) for item in items]


def _own(actor: Actor, new: NewApplication, at: datetime) -> Resource:
    people = {new.consumer_id}
    if new.representative_id is not None and new.representative_id in accounts.representatives(
        new.consumer_id, at=at
    ):
        people.add(new.representative_id)
    return Resource(person_ids=frozenset(people))


def _check(new: NewApplication) -> None:
    rules.known("channel", new.channel, rules.CHANNELS)
    rules.known("kind", new.kind, rules.KINDS)
    rules.known("ground", new.ground, rules.GROUNDS)
    if sum(len(ids) for ids in new.evidence.values()) > MOST_FILES:
        raise Invalid(
            "An application has at most {files} files.", field="evidence", files=MOST_FILES,
            remedy="Choose those that show it best; more can be added later.",
        )  # fmt: skip
    for name in ("amount_fen", "price_now_fen"):
        amount = getattr(new, name)
        if amount is not None and not 0 <= amount <= MOST_FEN:
            raise Invalid(
                "{field} must lie between 0 and {most} fen.", field=name, most=MOST_FEN,
                remedy="Give the amount in fen, without sign.",
            )  # fmt: skip
    if new.kind == "price_protection" and new.price_now_fen is None:
        raise Invalid(
            "Say at which price you saw it.", field="price_now_fen", clause="PCN-2.3.3.a",
            remedy="Give the lower price of one piece in fen.",
        )  # fmt: skip


def _lines(new: NewApplication, sold: AfterSales) -> list[Line]:
    """The pieces applied for. Raises Invalid for a line that is none, or for more than was bought."""
    known = {line.sold.number: line.sold for line in sold.lines}
    if not new.pieces:
        raise Invalid(
            "Choose what it is about.", field="pieces", clause="ASM-5.1", remedy="Name at least one line."
        )
    for number, pieces in new.pieces.items():
        line = known.get(number)
        if line is None or not 1 <= pieces <= line.quantity:
            raise Invalid(
                "Line {number} has {ordered} pieces; {pieces} can't be applied for.", field="pieces",
                number=number, ordered=line.quantity if line else 0, pieces=pieces, clause="ASM-5.1",
                remedy="Choose from what was ordered.",
            )  # fmt: skip
    return [
        Line(
            number=number,
            quantity=pieces,
            ordered=known[number].quantity,
            paid_fen=known[number].paid_fen,
            title=known[number].product.title[:200],
            kind=str(known[number].kind),
        )
        for number, pieces in sorted(new.pieces.items())
    ]


def _check_open(new: NewApplication) -> None:
    """Pieces are applied for once at a time, and never more than were bought."""
    for number, pieces in new.pieces.items():
        rows = Line.objects.filter(number=number, application__case__order_number=new.order_number)
        rows = rows.exclude(application__case__state__in=("declined", "expired", "withdrawn"))
        taken = sum(row.counted for row in rows if _counts(row, new.kind))
        ordered = max((row.ordered for row in rows), default=0)
        if taken and taken + pieces > ordered:
            raise Refusal(
                "{taken} of {ordered} pieces of line {number} are applied for already.",
                code="aftersales.applied_already", number=number, taken=taken, ordered=ordered,
                clause="ASM-5.1", remedy="Follow that application, or withdraw it before a new one.",
            )  # fmt: skip


def _counts(row: Line, kind: str) -> bool:
    """Whether a piece is taken: an open application, or one that gave the goods' price back."""
    case = row.application.case
    gone = case.type in ("return", "refund_only") and row.application.outcome == "refunded"
    return bool(case.is_open or (gone and kind != "price_protection"))


def _case(new: NewApplication, sold: AfterSales, at: datetime) -> tuple[Case, str]:
    number, code = cases.new_number(at), secrets.token_hex(4).upper()
    case = Case(
        number=number,
        code_hash=cases.hash_code(number, code),
        flow=AFTERSALES.name,
        state="deciding",
        channel=new.channel,
        type=new.kind,
        consumer_id=new.consumer_id,
        representative_id=new.representative_id,
        merchant_id=sold.organisation_id,
        order_number=new.order_number,
        received_at=at,
    )
    return case, code


def _application(work: Work, new: NewApplication, text: TextRef | None) -> Application:
    facts: dict[str, Any] = {name: getattr(new, name) for name in FACTS}
    return Application(
        case=work.case,
        ground=new.ground,
        text=text.id if text else None,
        facts={name: value for name, value in facts.items() if value is not None},
        materials={},
    )


def _receive(work: Work, new: NewApplication, text: TextRef | None) -> None:
    work.say(
        events.Received(
            channel=new.channel,
            kind=new.kind,
            ground=new.ground,
            lines=len(new.pieces),
            order_number=new.order_number,
            text_id=text.id if text else None,
            digest=text.digest if text else None,
            recorded_by=work.actor.id if work.actor.kind is ActorKind.STAFF else None,
        )
    )
    if new.kind == "return":
        work.say(events.ReturnDemanded())
