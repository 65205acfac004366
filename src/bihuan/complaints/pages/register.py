"""Taking a complaint in at the desk: by telephone, in person, from social media, by letter (PCN-3.1.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.cases import kinds
from bihuan.cases.forms import Field, fen, instant
from bihuan.cases.labels import Pair, label, language
from bihuan.cases.pages.stepping import is_id
from bihuan.complaints import actions, rules
from bihuan.complaints.actions import NewComplaint, NewItem, Submitted
from bihuan.complaints.pages import finding
from bihuan.complaints.pages.finding import Found
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

_FIELDS: Final[tuple[tuple[str, Pair, str, bool, tuple[str, ...]], ...]] = (
    (
        "channel",
        ("来源渠道", "Channel"),
        "chips",
        True,
        ("telephone", "walk_in", "social", "mail", "regulator"),
    ),
    ("matter_text", ("投诉事实", "What happened"), "textarea", True, ()),
    ("type", ("投诉类型", "Type"), "chips", True, rules.COMPLAINT_TYPES),
    ("demand", ("诉求", "Demand"), "chips", True, rules.COMPLAINT_DEMANDS),
    ("phone", ("投诉人手机号码", "Complainant's phone number"), "text", False, ()),
    ("name", ("投诉人姓名", "Complainant's name"), "text", False, ()),
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
    actor, fields, refused, status, found = signed_in(request), _fields(language()), {}, 200, Found(())
    if request.method == "POST":
        for one in fields:
            one.value = request.POST.get(one.name, "")
        try:
            made = _submit(fields, request.POST.get("pick", ""), actor, now())
            return render(request, "complaints/desk/registered.html", {"made": made}, status=201)
        except BihuanError as error:
            status, refused = error.status, _shown(fields, error)
        found = Found(finding.people(actor, _known(request)))
    shown = {**_page(fields, found, request.POST.get("pick", "")), "form": refused}
    return render(request, "complaints/desk/register.html", shown, status=status)


@page_permission(P.REGISTER)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Who is on the line, by what they say: a part of the form, or the form with it in a page."""
    asked = request.POST.get("find", "")[:64]
    found = finding.look_up(signed_in(request), asked, at=now())
    fields = _fields(language())
    shown = {**_page(fields, found, found.pick), "asked": asked}
    if found.phone:
        shown["f"]["phone"].value = found.phone
    if found.order is not None and not found.people:
        shown["f"]["order_number"].value = found.order.number
    part = request.headers.get("HX-Request") == "true"
    page = "complaints/desk/_register_found.html" if part else "complaints/desk/register.html"
    return render(request, page, shown)


def _page(fields: list[Field], found: Found, pick: str) -> dict[str, Any]:
    f = {one.name: one for one in fields}
    f["phone"].required = not found.people
    others = [kind for kind in kinds.known() if kind.register and kind.flow.name != COMPLAINT.name]
    return {"other_kinds": others, "f": f, "found": found, "pick": pick}


def _known(request: HttpRequest) -> list[UUID]:
    """The people whom an earlier look-up of this form showed."""
    return [UUID(text) for text in request.POST.getlist("known")[:8] if is_id(text)]


def _submit(fields: list[Field], pick: str, actor: Actor, at: datetime) -> Submitted:
    given = {one.name: str(one.value).strip() for one in fields}
    person, _slash, order = pick.partition("/")
    given["order_number"] = given["order_number"] or order
    for one in fields:
        if not given[one.name] and (one.required or (one.name == "phone" and not person)):
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
    return actions.submit(
        actor=actor, at=at, new=new(_complainant(person, given, actor, at)), received_at=received
    )


def _complainant(person: str, given: dict[str, str], actor: Actor, at: datetime) -> UUID:
    """Who was ticked among those found; else who has the number that was typed, written down now."""
    if not person:
        facts = ConsumerFacts(phone=given["phone"], name=given["name"] or None)
        return accounts.ensure_consumer(facts=facts, actor=actor, at=at).person_id
    known = accounts_queries.person_by_id(UUID(person)) if is_id(person) else None
    if known is None or known.kind != ActorKind.CONSUMER:
        raise Invalid(
            "This is nobody who can complain.",
            field="pick",
            remedy="Look the complainant up again, or type their phone number.",
        )
    return known.id


def _new(given: dict[str, str]) -> Any:
    """Everything read and checked before the complainant is written down."""
    amount = fen(given["demand_amount"], "demand_amount") if given["demand_amount"] else None
    happened = instant(given["happened_at"], "happened_at") if given["happened_at"] else None
    rules.known("type", given["type"], rules.COMPLAINT_TYPES)
    rules.known("demand", given["demand"], rules.COMPLAINT_DEMANDS)
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
            value="telephone" if name == "channel" else "",
        )
        for name, words, widget, needed, codes in _FIELDS
    ]
