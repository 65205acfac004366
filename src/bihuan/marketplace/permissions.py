"""Who may do what with orders and products."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, MERCHANT_ROLES, Role, Scope, declare


class OrderPermission(StrEnum):
    READ = "order:read"
    IMPORT = "order:import"
    REFRESH = "order:refresh"
    """Ask the marketplace again for one order or buyer."""
    INSTRUCT = "order:instruct"
    """Have something done about an order by the marketplace or a carrier."""
    ANSWER = "order:answer"
    """Record what became of an instruction, as the other side told it."""
    CARRY_OUT = "order:carry_out"
    """Read what is to be different (an address, a name on an invoice), to carry it out."""
    PAY = "order:pay"
    """Read the built-in store's book of refunds, to pay from it."""
    SEND = "order:send"
    """Bring instructions to the marketplace: the program's own."""
    DELIVER = "order:deliver"
    """Read the delivery data of an order of the built-in store, to send it there."""


class ProductPermission(StrEnum):
    PAUSE = "product:pause"
    """Ask the marketplace to take a product off sale for the time being."""


class ShopPermission(StrEnum):
    BIND = "shop:bind"
    """Say which organisation answers for a shop, and which person a buyer is."""


_OUTSIDE = {role: Scope.ORGANISATION for role in (*MERCHANT_ROLES, Role.PARTNER_OPERATOR)}
"""Merchants and carriers, for what they themselves were asked."""
_DESK = {role: Scope.ALL for role in DESK_ROLES}

declare(
    {
        OrderPermission.READ: {
            **_DESK,
            **{role: Scope.ORGANISATION for role in MERCHANT_ROLES},
            Role.CONSUMER: Scope.OWN,
            Role.AUDITOR: Scope.ALL,
            Role.SYSTEM: Scope.ALL,
        },
        OrderPermission.IMPORT: {Role.ADMINISTRATOR: Scope.ALL, Role.SYSTEM: Scope.ALL},
        OrderPermission.REFRESH: _DESK,
        OrderPermission.INSTRUCT: {
            Role.AGENT: Scope.ALL,
            Role.SUPERVISOR: Scope.ALL,
            Role.OFFICER_SERVICE: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.CONSUMER: Scope.OWN,
            Role.SYSTEM: Scope.ALL,
        },
        OrderPermission.ANSWER: {
            Role.AGENT: Scope.ALL,
            Role.SUPERVISOR: Scope.ALL,
            Role.OFFICER_SERVICE: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.SYSTEM: Scope.ALL,
            **_OUTSIDE,
        },
        OrderPermission.CARRY_OUT: _OUTSIDE,
        OrderPermission.PAY: {Role.MANAGER: Scope.ALL, Role.SYSTEM: Scope.ALL},
        OrderPermission.SEND: {Role.PROGRAM: Scope.ALL},
        OrderPermission.DELIVER: {
            **{role: Scope.ORGANISATION for role in MERCHANT_ROLES},
            Role.SYSTEM: Scope.ALL,
        },
        ProductPermission.PAUSE: {
            Role.SUPERVISOR: Scope.ALL,
            Role.OFFICER_TECHNICAL: Scope.ALL,
            Role.OFFICER_PRODUCT: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
        },
        ShopPermission.BIND: {Role.ADMINISTRATOR: Scope.ALL, Role.SYSTEM: Scope.ALL},
    }
)
