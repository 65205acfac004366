"""Checks that the steps share: closed lists of codes, figures of clauses, whose side somebody stands on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from bihuan.accounts.permissions import MERCHANT_ROLES, Role
from bihuan.engine.due import due_at
from bihuan.engine.duration import parse_duration
from bihuan.engine.eligibility import GROUNDS, WANTS
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.engine.grounds import ROUTES
from bihuan.journal.actor import Actor, ActorKind
from bihuan.norms import queries as norms

__all__ = ["GROUNDS", "KINDS", "ROUTES"]

KINDS: Final = WANTS
CHANNELS: Final = ("site", "api", "telephone", "walk_in", "social", "mail", "regulator")
MATERIALS: Final = (
    "photo", "video", "packaging", "inspection_report", "certificate", "price_proof", "shipment_proof",
    "statement",
)  # fmt: skip
FINDINGS: Final = ("intact", "worn", "damaged", "wrong", "missing")
DECLINE_GROUNDS: Final = (
    "excluded_goods", "confirmed_exclusion", "not_intact", "out_of_time", "abusive_fraud_claim",
)  # fmt: skip
ALTERNATIVES: Final = (
    "repair", "exchange", "resend", "price_protection", "refund_only", "return", "voucher", "negotiate",
    "complaint",
)  # fmt: skip
GOES_BACK: Final = ("return", "exchange", "repair")
"""Kinds for which the goods travel back first."""
MONEY: Final = ("return", "refund_only", "price_protection")
"""Kinds that end in a refund."""


def values(clause_id: str, at: datetime) -> Mapping[str, Any]:
    """The figures and lists of a clause in force at this time, the operator's own included."""
    return norms.clause(clause_id).params_at(at) or {}


def until(clause_id: str, name: str, at: datetime) -> datetime:
    """The instant at which a time set by a clause ends; days end at 24:00."""
    return due_at(at, parse_duration(str(values(clause_id, at)[name])), norms.calendars().work).at


def span(clause_id: str, name: str, at: datetime) -> timedelta:
    """A length of time among the values of a clause (natural units only)."""
    return until(clause_id, name, at) - at


def known(field: str, value: str, allowed: Collection[str]) -> None:
    """Raise Invalid unless the code is one of the list."""
    if value not in allowed:
        raise Invalid(
            "{field} is {value}; it must be one of: {allowed}.", field=field, value=str(value)[:40],
            allowed=", ".join(allowed), remedy="Choose one of the values named.",
        )  # fmt: skip


def not_empty(field: str, text: str, *, clause: str) -> None:
    """Raise Invalid on an empty text."""
    if not text.strip():
        raise Invalid(
            "{field} is empty.", field=field, clause=clause, remedy="Write what the other needs to know.",
        )  # fmt: skip


def party_of(actor: Actor) -> str:
    """Which side of a case an actor stands for; a key stands for its organisation."""
    if actor.kind is ActorKind.SYSTEM:
        outside = "third_party" if actor.has(Role.PARTNER_OPERATOR) else "platform"
        return "merchant" if actor.has(*MERCHANT_ROLES) else outside
    sides = {
        ActorKind.CONSUMER: "consumer",
        ActorKind.MERCHANT: "merchant",
        ActorKind.PARTNER: "third_party",
        ActorKind.PROGRAM: "program",
    }
    return sides.get(actor.kind, "platform")


def check_score(score: int | None, tries: int, at: datetime) -> None:
    """A score of 1 to 5, or as many tries as the clause asks for (ASM-6.1)."""
    needed = int(values("ASM-6.1", at)["tries"])
    if score is None and tries < needed:
        raise Refusal(
            "Without an answer the survey needs {needed} tries; this was number {tries}.",
            code="aftersales.follow_up", tries=tries, needed=needed, clause="ASM-6.1",
            remedy="Try again, or enter the score.",
        )  # fmt: skip
    if score is not None and not 1 <= score <= 5:
        raise Invalid("A score lies between 1 and 5.", field="score", clause="ASM-6.1", remedy="Give 1 to 5.")


def check_decider(actor: Actor, merchant_id: UUID | None, *, platform_decides: bool) -> None:
    """A merchant decides for its own goods until its time is over; then the platform does (PCN-2.3.3.b)."""
    if party_of(actor) != "merchant":
        return
    if actor.organisation_id != merchant_id:
        raise NotAllowed(permission="aftersales:decide", clause="PCN-1.2")
    if platform_decides:
        raise Refusal(
            "The decision has passed to the platform.", code="aftersales.decision_passed",
            clause="PCN-2.3.3.b", remedy="Write to the desk; the platform decides.",
        )  # fmt: skip
