"""What the pages show of an order: what can be done now and why not, in words and links."""

# ruff: noqa: E501 (a table of sentences)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.cases import kinds
from bihuan.cases.kinds import Site
from bihuan.cases.labels import label, language
from bihuan.orders.queries import File, OrderFile, Served
from bihuan.orders.refusals import SAID
from bihuan.orders.services import Option, Service, Way

ICONS: Final[Mapping[str, str]] = {
    Service.ADDRESS: "map-pin",
    Service.RECIPIENT: "user",
    Service.PHONE: "phone",
    Service.CANCEL: "circle-x",
    Service.INTERCEPT: "truck-return",
    Service.INVOICE: "receipt",
    Service.URGE: "bell",
}
_WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("change", "order"): gettext_noop("Changed in the order at once; it has not left yet."),
    ("change", "carrier"): gettext_noop("It has left: the carrier is asked to redirect it, and we follow the answer."),
    ("cancel", "order"): gettext_noop("Cancelled at once; what you paid is credited within three working days."),
    ("cancel", "guide"): gettext_noop("It cannot be cancelled any more; see what you can do instead."),
    ("intercept", "carrier"): gettext_noop("The carrier is asked to bring it back; once it is there, you get your money."),
    ("invoice", "merchant"): gettext_noop("The merchant issues the invoice anew under the name that you give."),
    ("urge_shipment", "merchant"): gettext_noop("The merchant is told that you wait, and ships it as soon as possible."),
}  # fmt: skip
_AFTERSALES: Final = "/aftersales/new"


@dataclass(frozen=True, slots=True)
class Route:
    """A way that remains; ``href`` is empty where nothing is to be opened."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A service as a card on the page of the order."""

    service: str
    title: str
    icon: str
    words: str
    remedy: str
    possible: bool
    clause: str
    href: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """Services that are not possible for one reason."""

    titles: tuple[str, ...]
    words: str
    remedy: str
    routes: tuple[Route, ...]


def choices(found: OrderFile, site: Site) -> list[Choice]:
    """Every service of the order, those that are possible first."""
    made = [_choice(found, one, site) for one in found.options]
    return sorted(made, key=lambda one: not one.possible)


def page(found: OrderFile, site: Site) -> dict[str, Any]:
    """What the page of an order needs."""
    order = found.order
    cards = choices(found, site)
    return {
        "order": order,
        "phase": found.phase,
        "choices": [one for one in cards if one.possible],
        "closed": _closed([one for one in cards if not one.possible]),
        "served": [(one, address(one, site)) for one in found.served],
        "paid": sum(line.paid_fen for line in order.lines) + order.freight_fen,
        "further": _further(order.number, site),
    }


def _closed(cards: Sequence[Choice]) -> list[Closed]:
    """What is not possible, together where the reason is the same."""
    found: dict[str, list[Choice]] = {}
    for card in cards:
        found.setdefault(card.words, []).append(card)
    return [
        Closed(
            titles=tuple(card.title for card in same),
            words=words,
            remedy=same[0].remedy,
            routes=tuple({way.href: way for card in same for way in card.routes if way.href}.values()),
        )
        for words, same in found.items()
    ]


def _further(number: str, site: Site) -> list[Route]:
    """What other flows do about the order: after-sales and complaint."""
    found = [route(code, number, site) for code in ("aftersales", "complain")]
    return [one for one in found if one.href]


def address(served: Served, site: Site) -> str:
    """The page of a service on a site."""
    return kinds.address(served.case, site)


def service_page(file: File, site: Site) -> dict[str, Any]:
    """What the page of a service needs besides what every case page shows."""
    row = file.row
    refusal = row.refusal or (row.why if file.case.state == "guided" else "")
    return {
        "file": file,
        "case": file.case,
        "row": row,
        "icon_name": ICONS[row.service],
        "refusal": refusal,
        "routes": _ways(file, site),
        "order_href": _order_href(row.order_number, site),
        "open_clocks": [clock for clock in file.clocks if clock.stopped_at is None],
        "history": file.timeline,
    }


def _ways(file: File, site: Site) -> Sequence[Route]:
    """The ways that the last refusal or guidance named."""
    named = [h.data.get("routes") for h in file.timeline if h.event in ("order.refused", "order.guided")]
    return [route(code, file.row.order_number, site) for code in (named[-1] if named else None) or ()]


def route(code: str, number: str, site: Site) -> Route:
    """A way that remains, in words, with where it leads."""
    return Route(label("order_route", code, language()), _href(code, number, site))


def _choice(found: OrderFile, one: Option, site: Site) -> Choice:
    number, service = found.order.number, str(one.service)
    message, remedy = SAID.get(one.why, ("", ""))
    group = "change" if service.startswith("change_") else service
    words = _(_WORDS[group, str(one.way)]) if one.possible else _(message)
    return Choice(
        service=service,
        title=label("type", service, language()),
        icon=ICONS[one.service],
        words=words,
        remedy="" if one.possible else _(remedy),
        possible=one.possible,
        clause=one.clause,
        href=_ask_href(number, service, site) if one.possible else "",
        routes=tuple(route(code, number, site) for code in one.routes if one.way is Way.GUIDE),
    )


def _href(code: str, number: str, site: Site) -> str:
    if code in ("cancel", "intercept"):
        return _ask_href(number, code, site)
    if code == "redirect":
        return _order_href(number, site)
    if code == "follow":
        return f"{_order_href(number, site)}#under-way"
    if code == "track":
        return f"{_order_href(number, site)}#parcels"
    if code in ("return", "aftersales"):
        return f"{_new_aftersales(site)}?order={number}" if _new_aftersales(site) else ""
    if code in ("complain", "ask_us"):
        return f"{'/desk/new' if site is Site.DESK else '/complain'}?order={number}"
    return ""


def _new_aftersales(site: Site) -> str:
    """Where an after-sales application begins; empty where that flow is not there."""
    path = "/desk/aftersales/new" if site is Site.DESK else _AFTERSALES
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


def _order_href(number: str, site: Site) -> str:
    return reverse("orders:desk_order" if site is Site.DESK else "orders:order", args=[number])


def _ask_href(number: str, service: str, site: Site) -> str:
    return reverse("orders:desk_ask" if site is Site.DESK else "orders:ask", args=[number, service])
