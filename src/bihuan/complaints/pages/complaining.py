"""The form with which a consumer complains: what was typed, the checklist, the complaint made of it.

Everything that can be wrong is said at once, each at its field; nothing typed is lost. The conditions of
PCN-3.1.2 are a checklist and no barrier: what is missing leads to a supplement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.requests import told
from bihuan.cases.forms import ZONE, Field, fen
from bihuan.cases.labels import label
from bihuan.cases.pages.entering import MOST_ORDERS, EntryForm, OrderPart, files_of
from bihuan.complaints import acceptance, rules
from bihuan.complaints.actions import NewComplaint, NewItem
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace

OTHER: Final = "other"
MOST_CAPTION: Final = 200
WITHOUT_ORDER: Final = ("victim", "reporter")


@dataclass
class LinePart:
    """An order line that can be made a claim item of its own."""

    key: str
    number: int
    title: str
    quantity: int
    paid_fen: int
    chosen: bool = False
    matter: str = ""
    demand: str = ""
    amount: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the checklist: given, missing, or unknown where it cannot be checked now.

    ``names`` are the fields of which one must hold something, for the page to judge by itself offline.
    """

    code: str
    words: str
    state: str
    names: str
    hint: str = ""


@dataclass
class ComplaintForm(EntryForm[LinePart]):
    """What stands on the page of a complaint, and of a report."""


def form_for(actor: Actor | None, lang: str, *, token: str, order_number: str = "") -> ComplaintForm:
    """An empty form with the person's orders (none before the sign-in); a link may name one of them."""
    found = marketplace.orders_of(actor=actor, person_id=actor.id, limit=MOST_ORDERS) if actor else []
    orders = [_order_part(o) for o in found]
    form = ComplaintForm(_fields(lang), orders, token=token)
    form.fields["party"].value = "buyer"
    _choose(form, order_number if order_number else (OTHER if not orders else ""))
    return form


def keep(form: ComplaintForm, post: QueryDict, actor: Actor | None) -> None:
    """Take over what was typed, as it stands."""
    for one in form.fields.values():
        one.value = post.get(one.name, "")[:20_000]
    _choose(form, post.get("order", "")[:64])
    chosen = set(post.getlist("line"))
    for part in (line for order in form.orders for line in order.lines):
        part.chosen = part.key in chosen
        part.matter, part.demand = (post.get(f"{name}:{part.key}", "")[:16] for name in ("matter", "demand"))
        part.amount = post.get(f"amount:{part.key}", "")[:20]
    kept = files_of(actor, post.getlist("kept_files")) if actor else []
    form.files = [replace(f, caption=post.get(f"caption:{f.id}", "").strip()[:MOST_CAPTION]) for f in kept]


def complaint(form: ComplaintForm, actor: Actor, at: datetime) -> NewComplaint | None:
    """The complaint, or None where a field is wrong; then each says what is."""
    happened_at = happened(form, at)
    amount = _amount(form.fields["demand_amount"])
    items = _items(form)
    for name, allowed in (
        ("type", rules.COMPLAINT_TYPES),
        ("demand", rules.COMPLAINT_DEMANDS),
        ("party", acceptance.PARTIES),
    ):
        if form.value(name) not in allowed:
            form.fields[name].error = _("Please choose one.")
    if not form.value("matter_text"):
        form.fields["matter_text"].error = _("Say in a sentence or two what happened.")
    if form.wrong or items is None:
        form.error = form.error or _("Something is missing or not right. Nothing that you entered is lost.")
        return None
    return NewComplaint(
        channel="site",
        consumer_id=actor.id,
        matter_text=matter(form),
        type=form.value("type"),
        demand=form.value("demand"),
        demand_text=form.value("demand_text"),
        demand_amount=amount,
        happened_at=happened_at,
        order_number=order_number(form),
        transaction_record=form.value("transaction_record"),
        party=form.value("party"),
        items=tuple(items),
        evidence_ids=tuple(f.id for f in form.files),
    )


def refuse(form: ComplaintForm, error: BihuanError) -> None:
    """A refusal of the action at its field, else at the head."""
    at = form.fields.get(str(error.data.get("field", "")))
    form.clause = error.clause or ""
    form.error = told(error)
    if at is not None:
        at.error = form.error
        form.error = _("Something is missing or not right. Nothing that you entered is lost.")


def order_number(form: ComplaintForm) -> str:
    """The order that is meant: the chosen one, or the number that was typed."""
    chosen = next((o.number for o in form.orders if o.chosen), None)
    return chosen or form.value("order_number")[:64]


def checklist(form: ComplaintForm, actor: Actor | None) -> list[Condition]:
    """The conditions of PCN-3.1.2 as they stand now; a typed order number is looked up for its own buyer.

    A number that is not known and one of somebody else's order are answered alike.
    """
    without = form.value("party") in WITHOUT_ORDER
    facts = _facts(form, actor)
    states = {
        "party": _standing(facts, without),
        "order_or_record": _order_state(form, facts, without),
        "matter": _plain(bool(form.value("matter_text"))),
        "demand": _plain(bool(form.value("demand"))),
        "evidence": _plain(bool(form.files)),
    }
    return [
        Condition(code, _(_CONDITIONS[code][0]), state, _CONDITIONS[code][1], _(hint) if hint else "")
        for code, (state, hint) in states.items()
    ]


State = tuple[str, str]
LATER: Final = gettext_noop("looked up once you are signed in")
DOWN: Final = gettext_noop("cannot be looked up just now; a person decides")


def _facts(form: ComplaintForm, actor: Actor | None) -> marketplace.Facts | None:
    if actor is None:
        return None
    return marketplace.acceptance_facts(
        order_number=order_number(form), claimant=marketplace.Claimant(), person_id=actor.id
    )


def _plain(there: bool) -> State:
    return ("given", "") if there else ("missing", "")


def _standing(facts: marketplace.Facts | None, without: bool) -> State:
    if without:
        return ("given", "")
    if facts is None:
        return ("unknown", LATER)
    result = facts.standing.result
    if result is marketplace.Check.PASS:
        return ("given", "")
    return ("unknown", DOWN) if result is marketplace.Check.UNKNOWN else ("missing", NOT_KNOWN)


def _order_state(form: ComplaintForm, facts: marketplace.Facts | None, without: bool) -> State:
    number = order_number(form)
    if without or form.value("transaction_record") or any(o.chosen for o in form.orders):
        return ("given", "")
    if not number:
        return ("missing", "")
    if facts is None:
        return ("unknown", LATER)
    if facts.party.result is marketplace.Check.PASS and facts.order.result is marketplace.Check.PASS:
        return ("given", "")
    return ("unknown", DOWN) if facts.order.result is marketplace.Check.UNKNOWN else ("missing", NOT_YOURS)


NOT_KNOWN: Final = gettext_noop("we do not know you as a buyer yet; an order or another record helps")
NOT_YOURS: Final = gettext_noop("not found among your orders; check the number, or name another record")


def matter(form: ComplaintForm) -> str:
    """What happened, and beneath it what the files show."""
    captions = [f"【{f.name}】{f.caption}" for f in form.files if f.caption]
    return "\n\n".join([form.value("matter_text"), *(["\n".join(captions)] if captions else [])])


def checked(form: ComplaintForm, actor: Actor | None) -> dict[str, Any]:
    """The checklist and how many of its conditions are met."""
    conditions = checklist(form, actor)
    return {"conditions": conditions, "given": sum(c.state == "given" for c in conditions)}


_CONDITIONS: Final = {
    "party": (gettext_noop("You are a registered user or a party to the purchase"), "party"),
    "order_or_record": (
        gettext_noop("An order, or another record of the purchase"),
        "order order_number transaction_record party",
    ),
    "matter": (gettext_noop("What happened"), "matter_text"),
    "demand": (gettext_noop("What you ask for"), "demand"),
    "evidence": (gettext_noop("A photograph or another file that shows it"), "kept_files photos"),
}


def _fields(lang: str) -> dict[str, Field]:
    def codes(group: str, values: Sequence[str]) -> list[tuple[str, str]]:
        return [(code, label(group, code, lang)) for code in values]

    made = [
        Field("party", _("Who you are in this"), "chips", True, codes("claimant", acceptance.PARTIES)),
        Field("order_number", _("Order number"), "text"),
        Field("transaction_record", _("Another record of the purchase"), "text"),
        Field("matter_text", _("What happened"), "textarea", True),
        Field("type", _("What it is about"), "chips", True, codes("type", rules.COMPLAINT_TYPES)),
        Field("demand", _("What you ask for"), "chips", True, codes("demand", rules.COMPLAINT_DEMANDS)),
        Field("demand_amount", _("Sum you ask for (yuan)"), "money"),
        Field("demand_text", _("More about what you ask for"), "text"),
        Field("happened_on", _("When it happened"), "date"),
        Field("photos", _("Photographs and files"), "files"),
    ]
    fields = {one.name: one for one in made}
    fields["order_number"].help = _("It stands in the order and in the message about it.")
    fields["transaction_record"].help = _("For example the number of the payment or of the parcel.")
    fields["matter_text"].help = _(
        "Leave out phone numbers and addresses: what slips in is hidden automatically."
    )
    fields["demand_amount"].help = _("May be left out. In yuan with at most two decimals, such as 128.50.")
    return fields


def _order_part(order: Any) -> OrderPart[LinePart]:
    return OrderPart(
        order.number,
        order.merchant.name,
        order.ordered_at,
        str(order.status),
        [
            LinePart(f"{order.number}:{x.number}", x.number, x.product.title, x.quantity, x.paid_fen)
            for x in order.lines
        ],
    )


def _choose(form: ComplaintForm, number: str) -> None:
    for part in form.orders:
        part.chosen = part.number == number


def happened(form: ComplaintForm, at: datetime) -> datetime | None:
    """The day that was given; a wrong one is said at its field."""
    one = form.fields["happened_on"]
    text = str(one.value).strip()
    if not text:
        return None
    try:
        day = datetime.combine(datetime.fromisoformat(text).date(), time(), ZONE)
    except ValueError:
        one.error = _("Give a day, such as 2026-03-01.")
        return None
    if day > at:
        one.error = _("It cannot have happened in the future.")
    return day


def _amount(one: Field | LinePart) -> int | None:
    text = str(one.value if isinstance(one, Field) else one.amount).strip()
    if not text:
        return None
    try:
        return fen(text)
    except Invalid as error:
        one.error = told(error)
        return None


def _items(form: ComplaintForm) -> list[NewItem] | None:
    """A claim item for each line that was ticked; None where one of them is wrong."""
    order = next((o for o in form.orders if o.chosen), None)
    chosen = [x for x in order.lines if x.chosen] if order else []
    items = [
        NewItem(
            matter=x.matter if x.matter in rules.COMPLAINT_TYPES else form.value("type"),
            demand=x.demand if x.demand in rules.COMPLAINT_DEMANDS else form.value("demand"),
            amount=_amount(x),
            order_line=str(x.number),
        )
        for x in chosen
    ]
    return None if any(x.error for x in chosen) else items


def context(form: ComplaintForm, actor: Actor | None, lang: str, at: datetime) -> dict[str, Any]:
    """What the page of the form shows."""
    return {
        "form": form,
        **checked(form, actor),
        "actor": actor,
        "draft_at": None,
        "other": OTHER,
        "has_other": not any(o.chosen for o in form.orders) and bool(order_number(form) or not form.orders),
        "matters": form.fields["type"].options,
        "demands": form.fields["demand"].options,
        "now": at,
        "lang": lang,
    }
