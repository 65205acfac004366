"""Taking a complaint in at the desk: by telephone, in person, from social media, by letter (PCN-3.1.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.complaints import actions, rules
from bihuan.complaints.actions import NewComplaint, NewItem, Submitted
from bihuan.complaints.forms import Field, fen, instant
from bihuan.complaints.labels import Pair, label
from bihuan.complaints.pages.stepping import language
from bihuan.complaints.permissions import P
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

_FIELDS: Final[tuple[tuple[str, Pair, str, bool, tuple[str, ...]], ...]] = (
    (
        "channel",
        ("来源渠道", "Channel"),
        "select",
        True,
        ("telephone", "walk_in", "social", "mail", "regulator"),
    ),
    ("phone", ("投诉人手机号码", "Complainant's phone number"), "text", True, ()),
    ("name", ("投诉人姓名", "Complainant's name"), "text", False, ()),
    ("matter_text", ("投诉事实", "What happened"), "textarea", True, ()),
    ("type", ("投诉类型", "Type"), "select", True, rules.TYPES),
    ("demand", ("诉求", "Demand"), "select", True, rules.DEMANDS),
    ("demand_amount", ("要求金额（元）", "Sum demanded (yuan)"), "money", False, ()),
    ("order_number", ("订单号", "Order number"), "text", False, ()),
    ("transaction_record", ("其他交易记录", "Other record of the purchase"), "text", False, ()),
    ("happened_at", ("发生时间", "When it happened"), "datetime", False, ()),
    ("received_at", ("收到时间（补登时填写）", "Received (when entered later)"), "datetime", False, ()),
)


@page_permission(P.REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form; after it the receipt with number and code, to be told to the complainant."""
    fields, refused, status = _fields(language()), {}, 200
    if request.method == "POST":
        for one in fields:
            one.value = request.POST.get(one.name, "")
        try:
            made = _submit(fields, signed_in(request), now())
            return render(request, "complaints/desk/registered.html", {"made": made}, status=201)
        except BihuanError as error:
            status, refused = error.status, _shown(fields, error)
    return render(
        request, "complaints/desk/register.html", {"fields": fields, "form": refused}, status=status
    )


def _submit(fields: list[Field], actor: Actor, at: datetime) -> Submitted:
    given = {one.name: str(one.value).strip() for one in fields}
    for one in fields:
        if one.required and not given[one.name]:
            raise Invalid(
                "This field is needed.",
                field=one.name,
                clause="CRP-1.1.b",
                remedy="Fill it in and send the form again.",
            )
    received = instant(given["received_at"], "received_at") if given["received_at"] else None
    if received is not None and received > at:
        raise Invalid(
            "It cannot have been received in the future.",
            field="received_at",
            clause="PCN-3.1.1",
            remedy="Give the time at which it was received, or leave it out.",
        )
    new = _new(given)
    facts = ConsumerFacts(phone=given["phone"], name=given["name"] or None)
    person = accounts.ensure_consumer(facts=facts, actor=actor, at=at)
    return actions.submit(actor=actor, at=at, new=new(person.person_id), received_at=received)


def _new(given: dict[str, str]) -> Any:
    """Everything read and checked before the complainant is written down."""
    amount = fen(given["demand_amount"], "demand_amount") if given["demand_amount"] else None
    happened = instant(given["happened_at"], "happened_at") if given["happened_at"] else None
    rules.known("type", given["type"], rules.TYPES)
    rules.known("demand", given["demand"], rules.DEMANDS)
    return lambda consumer_id: NewComplaint(
        channel=given["channel"],
        consumer_id=consumer_id,
        matter_text=given["matter_text"],
        type=given["type"],
        demand=given["demand"],
        demand_amount=amount,
        happened_at=happened,
        order_number=given["order_number"],
        transaction_record=given["transaction_record"],
        items=(NewItem(matter=given["type"], demand=given["demand"], amount=amount),),
    )


def _shown(fields: list[Field], error: BihuanError) -> dict[str, str]:
    name = str(error.data.get("field", ""))
    at = next((one for one in fields if one.name == name), None)
    if at is not None:
        at.error = told(error)
        return {"clause": error.clause or ""}
    return {"error": told(error), "clause": error.clause or ""}


def _fields(lang: str) -> list[Field]:
    return [
        Field(
            name=name,
            label=words[0] if lang == "zh" else words[1],
            widget=widget,
            required=needed,
            options=[(code, label(name, code, lang)) for code in codes],
        )
        for name, words, widget, needed, codes in _FIELDS
    ]
