"""Checks that the steps share: closed lists of codes, and refusals that name their clause."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from bihuan.accounts.permissions import MERCHANT_ROLES, Role
from bihuan.cases.models import Case
from bihuan.complaints.models import EvidenceRequest
from bihuan.engine.due import Roll, due_at
from bihuan.engine.duration import Duration, Unit, parse_duration
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.norms import queries as norms

_ZONE: Final = ZoneInfo("Asia/Shanghai")
TYPES: Final = (
    "quality", "service", "delivery", "order_error", "price", "refund", "safety", "counterfeit", "privacy",
    "violation", "other",
)  # fmt: skip
VIOLATION: Final = "violation"
"""The type of a report (PCN-3.1.1.b): anyone, no order; what is asked for is its examination."""
COMPLAINT_TYPES: Final = tuple(t for t in TYPES if t != VIOLATION)
REPORTED: Final = ("goods", "merchant", "staff", "platform", "user", "other")
"""Whom or what a report is about."""
CHANNELS: Final = ("site", "api", "telephone", "walk_in", "social", "mail", "regulator")
URGENCIES: Final = ("normal", "urgent", "critical")
SEVERITIES: Final = ("normal", "major")
COMPLEXITIES: Final = ("general", "complex", "special")
DEMANDS: Final = (
    "refund", "return", "exchange", "repair", "resend", "compensation", "apology", "explanation",
    "examination", "other",
)  # fmt: skip
COMPLAINT_DEMANDS: Final = tuple(d for d in DEMANDS if d != "examination")
LIABLE: Final = ("merchant", "platform", "third_party", "consumer", "shared")
PARTIES: Final = ("consumer", "merchant", "third_party")
DEPARTMENTS: Final = ("service", "technical", "legal", "product", "marketing", "management")
STEP_KINDS: Final = (
    "data", "interview", "site_visit", "appraisal", "analysis", "counsel", "recall", "suspension",
)  # fmt: skip
FINDINGS: Final = ("substantiated", "partly", "unsubstantiated", "undetermined")
MAJOR_GROUNDS: Final = ("safety_accident", "many_people", "batch_defect", "media", "other")
REFUSAL_GROUNDS: Final = ("out_of_scope", "withdrawn", "duplicate", "not_supplemented")
DECLINE_GROUNDS: Final = (
    "excluded_goods", "confirmed_exclusion", "not_intact", "out_of_time", "abusive_fraud_claim",
)  # fmt: skip
OFFER_KINDS: Final = (
    "refund", "compensation", "return", "exchange", "repair", "resend", "apology", "voucher", "referral",
    "measure",
)  # fmt: skip
MONEY_KINDS: Final = ("refund", "compensation")


def values(clause_id: str, at: datetime) -> Mapping[str, Any]:
    """The figures and lists of a clause in force at this time, the operator's own included."""
    return norms.clause(clause_id).params_at(at) or {}


def span(clause_id: str, name: str, at: datetime) -> timedelta:
    """A length of time among the values of a clause (natural units only)."""
    limit = parse_duration(str(values(clause_id, at)[name]))
    return due_at(at, limit, norms.calendars().work).at - at


def until(clause_id: str, name: str, at: datetime, *, roll: Roll = "none") -> datetime:
    """The instant at which a time set by a clause ends; days end at 24:00 and roll as the clause says."""
    limit = parse_duration(str(values(clause_id, at)[name]))
    return due_at(at, limit, norms.calendars().work, roll=roll).at


def last_day_to_return(signed: date) -> date:
    """The last day of the consumer's seven days from signing, over days off (L-03, C-06)."""
    end = due_at(
        datetime.combine(signed, time(12), _ZONE),
        Duration(7, Unit.DAY),
        norms.calendars().work,
        roll="any_off_day",
    )
    return end.at.astimezone(_ZONE).date() - timedelta(days=1)


def routes(at: datetime) -> list[str]:
    """The other routes of 消法 39, named with every refusal and every declined demand."""
    return list(values("PCN-3.1.3.b", at)["routes"])


def known(field: str, value: str, allowed: Collection[str]) -> None:
    """Raise Invalid unless the code is one of the list."""
    if value not in allowed:
        raise Invalid(
            "{field} is {value}; it must be one of: {allowed}.", field=field, value=str(value)[:40],
            allowed=", ".join(allowed), remedy="Choose one of the values named.",
        )  # fmt: skip


def later(field: str, moment: datetime, than: datetime) -> None:
    """Raise Invalid unless the moment is aware and lies ahead."""
    if moment.tzinfo is None or moment <= than:
        raise Invalid(
            "{field} must be a time in the future with its time zone.", field=field,
            remedy="Give a later time, such as 2026-03-01T18:00:00+08:00.",
        )  # fmt: skip


def not_empty(field: str, text: str, *, clause: str) -> None:
    """Raise Invalid on an empty answer."""
    if not text.strip():
        raise Invalid(
            "{field} is empty.",
            field=field,
            clause=clause,
            remedy="Write what the other side needs to know.",
        )


def substantive(field: str, text: str, at: datetime) -> None:
    """Raise Invalid on an answer without content: nothing but marks and set phrases (CRP-2.3.c)."""
    wanted = values("CRP-2.3.c", at)["empty_answer"]
    rest = text
    for phrase in wanted["phrases"]:
        rest = rest.replace(phrase, "")
    if len(re.sub(r"[\W_]+", "", rest)) < int(wanted["shortest"]):
        raise Invalid(
            "{field} says nothing.", field=field, clause="CRP-2.3.c",
            remedy="Write what was found, what happens next and by when.",
        )  # fmt: skip


def shares(party: str, given: Mapping[str, int] | None) -> dict[str, int]:
    """Shares in per cent that sum to 100; a single party has all of it (PCN-3.2.1)."""
    known("party", party, LIABLE)
    if party != "shared":
        return {party: 100}
    split = dict(given or {})
    if len(split) < 2 or sum(split.values()) != 100 or any(v <= 0 for v in split.values()):
        raise Invalid(
            "Shares must name at least two parties and sum to 100 per cent.", field="shares",
            clause="PCN-3.2.1", remedy="For example merchant 70, third_party 30.",
        )  # fmt: skip
    for name in split:
        known("shares", name, LIABLE[:-1])
    return split


def organisation_of(case: Case, party: str) -> UUID | None:
    """The organisation that stands for a party; None for the consumer. Raises Refusal where unknown."""
    if party == "consumer":
        return None
    found: UUID | None = case.merchant_id if party == "merchant" else case.partner_id
    if found is None:
        raise Refusal(
            "The case names no {party}.", code="complaint.no_party", party=party, clause="PCN-3.2.1",
            remedy="Correct the entry: name the {party} first.",
        )  # fmt: skip
    return found


def party_of(actor: Actor) -> str:
    """Which side of a complaint an actor stands for; a key stands for its organisation."""
    if actor.kind is ActorKind.SYSTEM:
        outside = "third_party" if actor.has(Role.PARTNER_OPERATOR) else "platform"
        return "merchant" if actor.has(*MERCHANT_ROLES) else outside
    sides = {
        ActorKind.CONSUMER: "consumer",
        ActorKind.MERCHANT: "merchant",
        ActorKind.PARTNER: "third_party",
    }
    return sides.get(actor.kind, "platform")


def check_answers_for(actor: Actor, request: EvidenceRequest) -> None:
    """Only the party that was asked answers; an organisation's person for that organisation."""
    if party_of(actor) != request.party or (
        request.organisation is not None and request.organisation != actor.organisation_id
    ):
        raise NotAllowed(permission="complaint:answer_evidence", clause="PCN-1.2")


UNREACHABLE: Final = Refusal(
    "Nobody of the party can be told, so that nothing follows from its silence.",
    code="complaint.default_unreachable", clause="PCN-3.2.2.b",
    remedy="Give the organisation an active person with a way to be reached, or ask it in another way.",
)  # fmt: skip
"""No last notice without a reader."""


def check_default(request: EvidenceRequest, at: datetime) -> None:
    """Raise Refusal before the due time or before the last notice stood long enough."""
    if (
        at < request.due_at
        or request.warned_at is None
        or at < request.warned_at + span("PCN-3.2.2.b", "default_notice_grace", at)
    ):
        raise Refusal(
            "A default is found only after the due time and a day after the last notice.",
            code="complaint.default_early", clause="PCN-3.2.2.b", remedy="Send the last notice and wait.",
        )  # fmt: skip


def check_hand_overs(count: int, actor: Actor, at: datetime) -> None:
    """Nobody passes things round in circles (CRP-1.3.a)."""
    limit = int(values("CRP-1.3.a", at)["hand_over_limit"])
    if count >= limit and not actor.has(Role.SUPERVISOR, Role.MANAGER):
        raise Refusal(
            "This was handed over {count} times already.", code="complaint.hand_overs", count=count,
            clause="CRP-1.3.a", remedy="Ask a supervisor, who may pass it on once more or decide.",
        )  # fmt: skip
