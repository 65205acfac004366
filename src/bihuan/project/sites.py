"""The sites of the program and who finds which in the menu: one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from bihuan.accounts.permissions import DESK_ROLES, MERCHANT_ROLES, Role
from bihuan.journal.actor import Actor

CONSUMER, DESK, PARTNER, OVERSIGHT = "consumer", "desk", "partner", "oversight"
NAMES: Final[Mapping[str, str]] = {
    CONSUMER: _("My cases"),
    DESK: _("Service desk"),
    PARTNER: _("Merchants"),
    OVERSIGHT: _("Oversight"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu; ``label`` is an English msgid."""

    path: str
    label: str
    icon: str
    roles: frozenset[str]
    aside: bool = False
    """Used now and then: stands in the folded part of a menu that would be too long otherwise."""


_WATCHERS: Final = frozenset(
    map(
        str,
        (Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.COUNSEL, Role.OFFICER_LEGAL, Role.ADMINISTRATOR),
    )
)
_DESK: Final = frozenset(map(str, DESK_ROLES))
_PARTNERS: Final = frozenset(map(str, (*MERCHANT_ROLES, Role.PARTNER_OPERATOR, Role.PARTNER_ADMIN)))
_HEADS: Final = frozenset({str(Role.MERCHANT_ADMIN), str(Role.PARTNER_ADMIN)})
_LEADERS: Final = frozenset(map(str, (Role.SUPERVISOR, Role.MANAGER)))
_SERVICE: Final = frozenset(map(str, (Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.OFFICER_SERVICE)))
_REGISTRARS: Final = frozenset(map(str, (Role.AGENT, Role.SUPERVISOR)))

MENU: Final[Sequence[Entry]] = (
    Entry("/my", _("My cases"), "messages", frozenset({str(Role.CONSUMER)})),
    Entry("/aftersales/new", _("After-sales"), "package", frozenset({str(Role.CONSUMER)})),
    Entry("/orders", _("Orders"), "shopping-cart", frozenset({str(Role.CONSUMER)})),
    Entry("/desk", _("Inbox"), "inbox", _DESK),
    Entry("/desk/new", _("Register"), "plus", _REGISTRARS),
    Entry("/desk/orders", _("Orders"), "shopping-cart", _SERVICE),
    Entry("/desk/shift", _("Shift hand-over"), "rotate", _REGISTRARS, aside=True),
    Entry("/desk/board", _("Board"), "users", _LEADERS),
    Entry("/desk/incidents", _("Incidents"), "alert-triangle", _LEADERS, aside=True),
    Entry("/desk/automation", _("Automation"), "tool", _LEADERS, aside=True),
    Entry("/desk/refunds", _("Refunds"), "wallet", _LEADERS | {str(Role.OFFICER_SERVICE)}, aside=True),
    Entry("/partner", _("Complaints"), "building-store", _PARTNERS),
    Entry("/partner/aftersales", _("After-sales"), "package", _PARTNERS),
    Entry("/partner/orders", _("Orders"), "shopping-cart", _PARTNERS),
    Entry("/partner/money", _("Money"), "wallet", frozenset(map(str, MERCHANT_ROLES))),
    Entry("/partner/people", _("People"), "users", _HEADS),
    Entry("/partner/webhooks", _("Webhooks"), "link", _HEADS | {str(Role.PARTNER_OPERATOR)}, aside=True),
    Entry("/oversight", _("Oversight"), "chart-bar", _WATCHERS),
    Entry("/oversight/ledger", _("Ledger"), "scale", _LEADERS | {str(Role.AUDITOR)}, aside=True),
    Entry("/admin-room", _("Administration"), "settings", frozenset({str(Role.ADMINISTRATOR)})),
    Entry("/admin-room/people", _("All people"), "users", _LEADERS, aside=True),
)
"""Everybody, signed in or not, also finds the rules."""
RULES: Final = Entry("/rules", _("Rules"), "scale", frozenset())
PROMISES: Final = Entry("/promises", _("What we promise"), "shield-check", frozenset())
"""For the public: who is not signed in, and consumers."""

FITS: Final = 7
"""Entries that stand side by side at 1440 pixels in either language."""

_HOMES: Final[Sequence[tuple[frozenset[str], str]]] = (
    (_DESK, "/desk"),
    (_PARTNERS, "/partner"),
    (frozenset({str(Role.AUDITOR)}), "/oversight"),
    (frozenset({str(Role.ADMINISTRATOR)}), "/admin-room"),
    (frozenset({str(Role.CONSUMER)}), "/my"),
)


def menu(actor: Actor | None) -> list[Entry]:
    """The entries that an actor finds."""
    mine = [e for e in MENU if actor is not None and actor.roles & e.roles]
    public = [PROMISES] if actor is None or actor.has(Role.CONSUMER) else []
    return [*mine, *public, RULES]


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """Those of a menu that are folded away; nothing where all of it fits on a line."""
    return [e for e in entries if e.aside] if len(entries) > FITS else []


def home_of(actor: Actor) -> str:
    """Where somebody who signed in begins; the rules for somebody without a site of their own."""
    return next((path for roles, path in _HOMES if actor.roles & roles), RULES.path)


def current(path: str, entries: Sequence[Entry]) -> Entry | None:
    """The entry whose page this is: the longest that the path starts with."""
    found = [e for e in entries if path == e.path or path.startswith(f"{e.path}/")]
    return max(found, key=lambda e: len(e.path), default=None)
