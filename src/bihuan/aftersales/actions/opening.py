"""From another flow and to it: an application opened from a complaint, and told to one (point 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.aftersales import rules
from bihuan.aftersales.actions.intake import NewApplication, order_of, submit
from bihuan.aftersales.models import Application
from bihuan.cases.kinds import Story
from bihuan.cases.models import Case
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor

KINDS: Final[Mapping[str, str]] = {
    "return": "return", "refund": "return", "exchange": "exchange", "repair": "repair", "resend": "resend",
}  # fmt: skip
GROUNDS: Final[Mapping[str, str]] = {
    "quality": "quality", "safety": "quality", "counterfeit": "fake", "order_error": "wrong_item",
    "delivery": "late",
}  # fmt: skip
TYPES: Final[Mapping[str, str]] = {
    "quality": "quality", "certified_defect": "quality", "not_as_described": "quality", "fake": "counterfeit",
    "wrong_item": "order_error", "missing_item": "order_error", "damaged_in_transit": "delivery",
    "lost": "delivery", "late": "delivery", "price_drop": "price",
}  # fmt: skip
DEMANDS: Final[Mapping[str, str]] = {"refund_only": "refund", "price_protection": "compensation"}


def open_from(*, source: Case, story: Story, actor: Actor, at: datetime) -> UUID:
    """Apply for what another case asks for: its order, lines, words and files; gives the new case's id.

    Raises Refusal where the case names no order, and as ``submit`` does.
    """
    if not source.order_number:
        raise Refusal(
            "Case {number} names no order.", code="aftersales.no_order", number=source.number,
            clause="ASM-5.1", remedy="Add the order number there, or apply from the order.",
        )  # fmt: skip
    sold = order_of(source.order_number, source.consumer_id)
    known = {line.sold.number: line.sold.quantity for line in sold.lines if line.sold.gift_of is None}
    pieces = {n: known[n] for n in story.lines if n in known} or known
    new = NewApplication(
        channel=source.channel if source.channel in rules.CHANNELS else "site",
        consumer_id=source.consumer_id,
        representative_id=source.representative_id,
        order_number=source.order_number,
        kind=KINDS.get(story.demand, "return"),
        ground=GROUNDS.get(story.type, "quality"),
        pieces=pieces,
        text=story.matter,
        opened_from=source.id,
    )
    return submit(actor=actor, at=at, new=new).case_id


def story(case_id: UUID) -> Story:
    """An application as another flow takes it over."""
    application = Application.objects.select_related("case").prefetch_related("lines").get(case_id=case_id)
    texts = accounts.bodies([application.text]) if application.text else {}
    kind, lines = application.case.type, list(application.lines.all())
    matter = texts.get(application.text, "") if application.text else ""
    return Story(
        matter=matter or "、".join(line.title for line in lines),
        type=TYPES.get(application.ground, "refund"),
        demand=DEMANDS.get(kind, kind),
        amount=application.facts.get("amount_fen"),
        lines=tuple(line.number for line in lines),
    )
