"""The form of a service: its fields in words, what was typed, and the refusal beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.doors import signed_in
from bihuan.accounts.requests import told
from bihuan.cases.forms import Field
from bihuan.cases.kinds import Site
from bihuan.cases.labels import label, language
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.orders import actions, queries
from bihuan.orders.actions import NewService, Opened
from bihuan.orders.actions.opening import CHANNELS, FIELDS
from bihuan.orders.pages import shown
from bihuan.orders.queries import OrderFile
from bihuan.orders.services import Option, Service, Way

_LABELS: Final[Mapping[str, str]] = {
    "address": gettext_noop("New address"),
    "recipient": gettext_noop("New recipient"),
    "phone": gettext_noop("New telephone number"),
    "title": gettext_noop("Name on the invoice"),
    "tax_number": gettext_noop("Tax number"),
    "email": gettext_noop("E-mail for the invoice"),
    "tracking_number": gettext_noop("Which parcel"),
    "channel": gettext_noop("How did it reach you"),
}
_HELPS: Final[Mapping[str, str]] = {
    "address": gettext_noop("Province, town, street and number, with the postcode where you know it"),
    "phone": gettext_noop("The number that the carrier calls"),
    "title": gettext_noop("A person or a company"),
    "tax_number": gettext_noop("Only for companies"),
}
_TEXTAREA: Final = ("address",)
WITH_DETAILS: Final = frozenset(map(str, FIELDS))
"""Services in which something is to be different."""


@dataclass
class Form:
    """The form of a service as it stands on the page; ``error`` is a refusal of no field."""

    option: Option
    fields: list[Field]
    error: str = ""
    clause: str = ""
    remedy: str = ""
    values: dict[str, str] = field(default_factory=dict)


def page(
    request: HttpRequest, number: str, name: str, site: Site, *, channel: str, opened: str, back: str
) -> HttpResponse:
    """The form of a service of an order and asking for it; ``opened`` and ``back`` are names of addresses."""
    actor = signed_in(request)
    found = queries.order_for(actor, number)
    form = form_of(request, found, name, desk=site is Site.DESK)
    status = 200
    if request.method == "POST":
        done = take(form, actor, found.order.number, channel=channel)
        if done is not None:
            return HttpResponseRedirect(reverse(opened, args=[done.case_id]))
        status = 422
    card = next(one for one in shown.choices(found, site) if one.service == name)
    context = {"form": form, "order": found.order, "card": card, "back": reverse(back, args=[number])}
    return render(request, f"orders/{site}/ask.html", context, status=status)


def form_of(request: HttpRequest, found: OrderFile, name: str, *, desk: bool) -> Form:
    """The form of a service of this order, with what was typed. Raises NotFound for no service."""
    option = next((one for one in found.options if str(one.service) == name), None)
    if option is None:
        raise NotFound(kind="service", id=name[:40])
    names = [] if option.way is Way.GUIDE else list(FIELDS.get(option.service, ()))
    made = [_field(one, required=number == 0) for number, one in enumerate(names)]
    if len(option.parcels) > 1:
        made.append(_parcels(option))
    if desk:
        made.append(_channel())
    typed = request.POST if request.method == "POST" else {}
    for one in made:
        one.value = str(typed.get(one.name, one.value))
    return Form(option, made, values={one.name: str(one.value) for one in made})


def take(form: Form, actor: Actor, number: str, *, channel: str) -> Opened | None:
    """Ask for the service; a refusal stands in the form afterwards and gives None."""
    values = form.values
    new = NewService(
        service=str(form.option.service),
        order_number=number,
        channel=values.get("channel") or channel,
        details={one: values.get(one, "") for one in FIELDS.get(Service(form.option.service), ())},
        tracking_number=values.get("tracking_number", ""),
    )
    try:
        return actions.open_service(actor=actor, at=now(), new=new)
    except NotFound:
        raise
    except BihuanError as error:
        _refuse(form, error)
        return None


def _refuse(form: Form, error: BihuanError) -> None:
    form.clause = error.clause or ""
    name = str(error.data.get("field", ""))
    at: Any = next((one for one in form.fields if one.name == name), None)
    if at is None:
        form.error = told(error)
    else:
        at.error = _("This cannot be used. Check it and send it again.")


def _field(name: str, *, required: bool) -> Field:
    widget = "textarea" if name in _TEXTAREA else "text"
    made = Field(name=name, label=named(name), widget=widget, required=required)
    made.help = _(_HELPS[name]) if name in _HELPS else ""
    return made


def named(name: str) -> str:
    """A field in words."""
    return _(_LABELS[name])


def _parcels(option: Option) -> Field:
    each = [(s.tracking_number, f"{s.carrier} {s.tracking_number}") for s in option.parcels]
    options = [("", _("All {n} parcels").format(n=len(each))), *each]
    return Field("tracking_number", named("tracking_number"), "select", required=False, options=options)


def _channel() -> Field:
    options = [(code, label("channel", code, language())) for code in CHANNELS if code != "site"]
    return Field(
        "channel",
        named("channel"),
        "select",
        required=True,
        options=options,
        value="telephone",
    )
