"""The form with which somebody applies for after-sales: what was typed, what the rules say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.accounts.requests import told
from bihuan.aftersales import queries, rules
from bihuan.aftersales.actions import NewApplication
from bihuan.cases.forms import Field, fen
from bihuan.cases.labels import label
from bihuan.cases.pages.entering import MOST_ORDERS, EntryForm, OrderPart, files_of
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace

_SAID: Final = {"yes": True, "no": False}


@dataclass
class LinePart:
    """An order line; ``quantity`` is how many of it are applied for."""

    key: str
    number: int
    title: str
    ordered: int
    paid_fen: int
    chosen: bool = False
    quantity: int = 1


@dataclass
class ApplyForm(EntryForm[LinePart]):
    """What stands on the page of an application."""

    @property
    def pieces(self) -> dict[int, int]:
        """Line number → how many, of the chosen order."""
        order = self.order
        return {x.number: x.quantity for x in order.lines if x.chosen} if order else {}


def form_for(
    actor: Actor, consumer_id: UUID, lang: str, *, token: str, order: str = "", line: str = ""
) -> ApplyForm:
    """An empty form with the consumer's orders; a link may name one of them and a line."""
    found = marketplace.orders_of(actor=actor, person_id=consumer_id, limit=MOST_ORDERS)
    form = ApplyForm(_fields(lang), [_order(o) for o in found], token=token)
    _choose(form, order, {f"{order}:{line}"} if line else set())
    return form


def keep(form: ApplyForm, post: QueryDict, actor: Actor) -> None:
    """Take over what was typed, as it stands."""
    for one in form.fields.values():
        one.value = post.getlist(one.name) if one.widget == "checks" else post.get(one.name, "")[:20_000]
    _choose(form, post.get("order", "")[:64], set(post.getlist("line")))
    for part in (line for order in form.orders for line in order.lines):
        given = post.get(f"quantity:{part.key}", "")
        part.quantity = int(given) if given.isdigit() and len(given) < 7 else part.quantity
    form.files = files_of(actor, post.getlist("kept_files"))


def application(form: ApplyForm, consumer_id: UUID, channel: str) -> NewApplication | None:
    """The application, or None where a field is wrong; then each says what is."""
    order = form.order
    if order is None:
        form.fields["order"].error = _("Choose the order.")
    elif not form.pieces:
        form.fields["order"].error = _("Tick at least one of its goods.")
    for name, allowed in (("kind", rules.KINDS), ("ground", rules.GROUNDS)):
        if form.value(name) not in allowed:
            form.fields[name].error = _("Please choose one.")
    sums = {name: _sum(form.fields[name]) for name in ("amount", "price_now")}
    if form.value("kind") == "price_protection" and sums["price_now"] is None:
        form.fields["price_now"].error = form.fields["price_now"].error or _("Say at which price you saw it.")
    if form.wrong or order is None:
        form.error = form.error or _("Something is missing or not right. Nothing that you entered is lost.")
        return None
    ids = tuple(f.id for f in form.files)
    shown = form.fields["shows"].chosen or ["photo"]
    return NewApplication(
        channel=channel,
        consumer_id=consumer_id,
        order_number=order.number,
        kind=form.value("kind"),
        ground=form.value("ground"),
        pieces=form.pieces,
        text=form.value("text"),
        opened=_SAID.get(form.value("opened")),
        used=_SAID.get(form.value("used")),
        amount_fen=sums["amount"],
        price_now_fen=sums["price_now"],
        evidence={code: ids for code in shown if code in rules.MATERIALS} if ids else {},
    )


def foreseen(form: ApplyForm, actor: Actor, at: datetime) -> queries.Preview | None:
    """What the rules would say of what is typed so far; None while it is too little to ask them."""
    order, kind, ground = form.order, form.value("kind"), form.value("ground")
    if order is None or not form.pieces or kind not in rules.KINDS or ground not in rules.GROUNDS:
        return None
    facts: dict[str, Any] = {name: _SAID[form.value(name)] for name in ("opened", "used") if form.value(name)}
    for name in ("amount", "price_now"):
        try:
            facts[f"{name}_fen"] = fen(form.value(name), name)
        except Invalid:
            continue
    try:
        return queries.preview(
            actor,
            order_number=order.number,
            kind=kind,
            ground=ground,
            pieces=form.pieces,
            facts=facts,
            at=at,
        )
    except BihuanError:
        return None


def refuse(form: ApplyForm, error: BihuanError) -> None:
    """A refusal of the action at its field, else at the head."""
    name = {"pieces": "order", "price_now_fen": "price_now", "amount_fen": "amount"}.get(
        str(error.data.get("field", "")), str(error.data.get("field", ""))
    )
    form.clause, form.remedy, form.error = error.clause or "", error.remedy or "", told(error)
    if name in form.fields:
        form.fields[name].error = form.error


def context(form: ApplyForm, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the page of the form shows."""
    return {"form": form, "foreseen": foreseen(form, actor, at), "actor": actor, "draft_at": None, "now": at}


def _fields(lang: str) -> dict[str, Field]:
    def codes(group: str, values: Sequence[str]) -> list[tuple[str, str]]:
        return [(code, label(group, code, lang)) for code in values]

    said = [("", _("not said")), ("yes", _("yes")), ("no", _("no"))]
    made = [
        Field("order", _("Order"), "order", True),
        Field("kind", _("What you would like"), "chips", True, codes("type", rules.KINDS)),
        Field("ground", _("Why"), "chips", True, codes("aftersales_ground", rules.GROUNDS)),
        Field("text", _("What happened"), "textarea"),
        Field("opened", _("Is the package opened?"), "chips", False, said),
        Field("used", _("Were the goods used?"), "chips", False, said),
        Field("amount", _("Sum you would like back (yuan)"), "money"),
        Field("price_now", _("Lower price that you saw (yuan)"), "money"),
        Field("photos", _("Photographs and files"), "files"),
        Field("shows", _("What the files show"), "checks", False, codes("material", rules.MATERIALS)),
    ]
    fields = {one.name: one for one in made}
    fields["text"].help = _("Leave out phone numbers and addresses: what slips in is hidden automatically.")
    fields["amount"].help = _("Only where you keep the goods and want a part of the price.")
    fields["opened"].help = _("Opening the package to look at the goods does no harm to your right.")
    return fields


def _order(order: Any) -> OrderPart[LinePart]:
    lines = [
        LinePart(
            f"{order.number}:{x.number}", x.number, x.product.title, x.quantity, x.paid_fen, False, x.quantity
        )
        for x in order.lines
        if x.gift_of is None
    ]
    return OrderPart(order.number, order.merchant.name, order.ordered_at, str(order.status), lines)


def _choose(form: ApplyForm, number: str, lines: set[str]) -> None:
    for part in form.orders:
        part.chosen = part.number == number
        for line in part.lines:
            line.chosen = part.chosen and (line.key in lines or len(part.lines) == 1)


def _sum(one: Field) -> int | None:
    text = str(one.value).strip()
    if not text:
        return None
    try:
        return fen(text, one.name)
    except Invalid as error:
        one.error = told(error)
        return None
