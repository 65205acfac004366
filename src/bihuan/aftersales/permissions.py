"""Who may take which step of an after-sales case, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bihuan.accounts.permissions import OFFICERS, Role, Scope, declare


class P(StrEnum):
    SUBMIT = "aftersales:submit"
    REGISTER = "aftersales:register"
    READ = "aftersales:read"
    SUPPLY = "aftersales:supply"
    ASSIGN = "aftersales:assign"
    TAKE = "aftersales:take"
    CONTACT = "aftersales:contact"
    WRITE = "aftersales:write"
    ADD_EVIDENCE = "aftersales:add_evidence"
    DECIDE = "aftersales:decide"
    SEND_BACK = "aftersales:send_back"
    RECEIVE = "aftersales:receive"
    ANSWER_FINDING = "aftersales:answer_finding"
    SETTLE = "aftersales:settle"
    PAY = "aftersales:pay"
    SUPPLY_GOODS = "aftersales:supply_goods"
    DELIVER = "aftersales:deliver"
    CONFIRM = "aftersales:confirm"
    FOLLOW_UP = "aftersales:follow_up"
    WITHDRAW = "aftersales:withdraw"
    APPEAL = "aftersales:appeal"
    FIND = "aftersales:find"
    """Record what was found, and review a decision that it contradicts: the platform's people only."""
    AUTOMATIC = "aftersales:automatic"
    """Steps that only the program takes: told by proof, tracked, lapsed, passed on by time."""


OWN, ORGANISATION, ALL = Scope.OWN, Scope.ORGANISATION, Scope.ALL

_HANDLERS: Mapping[Role, Scope] = {Role.AGENT: OWN, Role.SUPERVISOR: ALL, Role.MANAGER: ALL}
_UPPER: Mapping[Role, Scope] = {Role.SUPERVISOR: ALL, Role.MANAGER: ALL}
_CONSUMER: Mapping[Role, Scope] = {Role.CONSUMER: OWN}
_MERCHANT: Mapping[Role, Scope] = {Role.MERCHANT_OPERATOR: ORGANISATION, Role.MERCHANT_ADMIN: ORGANISATION}
_PARTNER: Mapping[Role, Scope] = {Role.PARTNER_OPERATOR: ORGANISATION}
_SYSTEM: Mapping[Role, Scope] = {Role.SYSTEM: ALL}
_OFFICERS: Mapping[Role, Scope] = {Role(officer): OWN for officer in OFFICERS}

# An agent reads and takes only what ``cases.queries.visible`` shows: own, the team's, and what nobody owns.
declare(
    {
        P.SUBMIT: {**_CONSUMER, **_SYSTEM, Role.AGENT: ALL, Role.SUPERVISOR: ALL},
        P.REGISTER: {Role.AGENT: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
        P.READ: {
            **_CONSUMER,
            **_MERCHANT,
            **_PARTNER,
            **_SYSTEM,
            **_OFFICERS,
            **_UPPER,
            Role.AGENT: ALL,
            Role.COUNSEL: OWN,
            Role.AUDITOR: ALL,
        },
        P.SUPPLY: {**_CONSUMER, **_HANDLERS, **_SYSTEM},
        P.ASSIGN: _UPPER,
        P.TAKE: {Role.AGENT: ALL, Role.SUPERVISOR: ALL},
        P.CONTACT: {**_HANDLERS, **_MERCHANT},
        P.WRITE: {**_CONSUMER, **_MERCHANT, **_PARTNER, **_SYSTEM},
        P.ADD_EVIDENCE: {**_CONSUMER, **_MERCHANT, **_PARTNER, **_SYSTEM, **_HANDLERS},
        P.DECIDE: {**_HANDLERS, **_MERCHANT},
        P.SEND_BACK: {**_CONSUMER, **_HANDLERS, **_MERCHANT, **_SYSTEM},
        P.RECEIVE: {**_HANDLERS, **_MERCHANT, **_SYSTEM},
        P.ANSWER_FINDING: _CONSUMER,
        P.SETTLE: _HANDLERS,
        P.PAY: {**_HANDLERS, **_MERCHANT},
        P.SUPPLY_GOODS: {**_HANDLERS, **_MERCHANT},
        P.DELIVER: {**_CONSUMER, **_HANDLERS, **_SYSTEM},
        P.CONFIRM: _CONSUMER,
        P.FOLLOW_UP: _HANDLERS,
        P.WITHDRAW: {**_CONSUMER, **_SYSTEM},
        P.APPEAL: _CONSUMER,
        P.FIND: {**_HANDLERS, **_OFFICERS},
        P.AUTOMATIC: {Role.PROGRAM: ALL},
    }
)
