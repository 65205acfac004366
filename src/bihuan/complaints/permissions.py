"""Who may take which step with a complaint, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bihuan.accounts.permissions import OFFICERS, Role, Scope, declare


class P(StrEnum):
    SUBMIT = "complaint:submit"
    REGISTER = "complaint:register"
    READ = "complaint:read"
    ACCEPT = "complaint:accept"
    CLASSIFY = "complaint:classify"
    SUPPLEMENT = "complaint:supplement"
    ASSIGN = "complaint:assign"
    TAKE = "complaint:take"
    CONTACT = "complaint:contact"
    INVESTIGATE = "complaint:investigate"
    WORK_STEP = "complaint:work_step"
    ANSWER_EVIDENCE = "complaint:answer_evidence"
    ADD_EVIDENCE = "complaint:add_evidence"
    OBJECT = "complaint:object"
    OFFER = "complaint:offer"
    COUNTER = "complaint:counter"
    APPROVE = "complaint:approve"
    DECIDE = "complaint:decide"
    MEDIATE = "complaint:mediate"
    EXECUTE = "complaint:execute"
    FOLLOW_UP = "complaint:follow_up"
    RATE = "complaint:rate"
    CLOSE = "complaint:close"
    WITHDRAW = "complaint:withdraw"
    REOPEN = "complaint:reopen"
    MERGE = "complaint:merge"
    APPEAL = "complaint:appeal"
    DECIDE_APPEAL = "complaint:decide_appeal"
    CORRECT = "complaint:correct"
    REDACT = "complaint:redact"
    ESCALATE = "complaint:escalate"
    ACKNOWLEDGE_MAJOR = "complaint:acknowledge_major"
    EXPORT = "complaint:export"
    AUTOMATIC = "complaint:automatic"
    """Steps that only the program takes: told by proof, lapsed, default found."""


OWN, TEAM, ORGANISATION, ALL = Scope.OWN, Scope.TEAM, Scope.ORGANISATION, Scope.ALL

_HANDLERS: Mapping[Role, Scope] = {Role.AGENT: OWN, Role.SUPERVISOR: ALL, Role.MANAGER: ALL}
_DESK: Mapping[Role, Scope] = {**_HANDLERS, Role.COUNSEL: OWN, **{Role(o): OWN for o in OFFICERS}}
_CONSUMER: Mapping[Role, Scope] = {Role.CONSUMER: OWN}
_MERCHANT: Mapping[Role, Scope] = {Role.MERCHANT_OPERATOR: ORGANISATION, Role.MERCHANT_ADMIN: ORGANISATION}
_PARTNER: Mapping[Role, Scope] = {Role.PARTNER_OPERATOR: ORGANISATION}
_SYSTEM: Mapping[Role, Scope] = {Role.SYSTEM: ALL}
"""The marketplace's own key; a key bound to an organisation has its operators' roles (accounts/keys.py)."""
_UPPER: Mapping[Role, Scope] = {Role.SUPERVISOR: ALL, Role.MANAGER: ALL}

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
            **{Role(o): OWN for o in OFFICERS},
            Role.AGENT: ALL,
            Role.SUPERVISOR: ALL,
            Role.COUNSEL: OWN,
            Role.MANAGER: ALL,
            Role.AUDITOR: ALL,
        },
        P.ACCEPT: _HANDLERS,
        P.CLASSIFY: _HANDLERS,
        P.SUPPLEMENT: {**_CONSUMER, **_HANDLERS, Role.SYSTEM: ALL},
        P.ASSIGN: _UPPER,
        P.TAKE: {Role.AGENT: ALL, Role.SUPERVISOR: ALL},
        P.CONTACT: _DESK,
        P.INVESTIGATE: _HANDLERS,
        P.WORK_STEP: _DESK,
        P.ANSWER_EVIDENCE: {**_CONSUMER, **_MERCHANT, **_PARTNER},
        P.ADD_EVIDENCE: {**_CONSUMER, **_MERCHANT, **_PARTNER, **_SYSTEM, **_DESK},
        P.OBJECT: {**_CONSUMER, **_MERCHANT, **_PARTNER},
        P.OFFER: {**_HANDLERS, **_MERCHANT},
        P.COUNTER: {**_CONSUMER, **_HANDLERS, **_MERCHANT},
        P.APPROVE: _UPPER,
        P.DECIDE: _HANDLERS,
        P.MEDIATE: _HANDLERS,
        P.EXECUTE: _HANDLERS,
        P.FOLLOW_UP: _HANDLERS,
        P.RATE: _CONSUMER,
        P.CLOSE: _HANDLERS,
        P.WITHDRAW: {**_CONSUMER, Role.SYSTEM: ALL},
        P.REOPEN: {**_CONSUMER, **_UPPER},
        P.MERGE: _UPPER,
        P.APPEAL: {**_CONSUMER, **_MERCHANT},
        P.DECIDE_APPEAL: {Role.SUPERVISOR: ALL, Role.MANAGER: ALL, Role.OFFICER_LEGAL: ALL},
        P.CORRECT: _UPPER,
        P.REDACT: _UPPER,
        P.ESCALATE: _DESK,
        P.ACKNOWLEDGE_MAJOR: {Role.MANAGER: ALL, Role.SUPERVISOR: ALL},
        P.EXPORT: {**_UPPER, Role.AUDITOR: ALL, Role.COUNSEL: OWN},
        P.AUTOMATIC: {Role.PROGRAM: ALL},
    }
)
