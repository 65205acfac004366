"""Why a service is not possible for an order now, in a sentence each, and what is possible instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop as _

from bihuan.engine.errors import Refusal
from bihuan.orders.services import Option

SAID: Final[Mapping[str, tuple[str, str]]] = {
    "open_already": (
        _("This is under way for the order already."),
        _("Follow it on the page of the order."),
    ),
    "being_cancelled": (
        _("The order is being cancelled or brought back; nothing else can be changed in it."),
        _("Wait for the answer; it stands on the page of the order."),
    ),
    "cancelled": (_("The order is cancelled."), _("Order again, where the goods are still wanted.")),
    "arrived": (
        _("The parcel has arrived; nothing can be changed on the way any more."),
        _("Apply for after-sales, or ask the service desk."),
    ),
    "shipped": (
        _("The order has left the merchant already."),
        _("Follow the parcel; the carrier can still be asked to redirect it or to bring it back."),
    ),
    "not_shipped": (
        _("The order has not left the merchant; there is nothing to bring back."),
        _("Cancel the order instead."),
    ),
    "no_parcel": (
        _("No parcel of the order is on its way, so that no carrier can be asked."),
        _("Ask the service desk."),
    ),
    "several_parcels": (
        _("The order goes in several parcels or is not on its way; it cannot be brought back as a whole."),
        _("Refuse what is delivered, or return it after receipt."),
    ),
    "unpaid": (
        _("The order is not paid yet."),
        _("Pay it first, or let it lapse."),
    ),
}


def not_possible(option: Option) -> Refusal:
    """The refusal of a service, with its clause and what is possible instead."""
    message, remedy = SAID[option.why]
    return Refusal(message, code=f"order.{option.why}", clause=option.clause, remedy=remedy)
