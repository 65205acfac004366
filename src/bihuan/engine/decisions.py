"""Decisions of the complaint flow as pure functions, each with the clauses and reasons it rests on.

``DECISIONS`` maps the names that scenarios use to functions of one mapping of facts, ``DATED`` those of
facts and the working calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.engine.backlog import short_of
from bihuan.engine.classify import Classification, classify
from bihuan.engine.drawing import drawn_of
from bihuan.engine.eligibility import judge_facts
from bihuan.engine.erlang import need_of
from bihuan.engine.errors import Invalid
from bihuan.engine.grounds import Ground, UnlawfulGround, refusal_ground
from bihuan.engine.organisation import gaps_of
from bihuan.engine.remedies import RULES, compute
from bihuan.engine.workdays import WorkCalendar

__all__ = [
    "DATED",
    "DECISIONS",
    "Acceptance",
    "Authority",
    "Classification",
    "Condition",
    "Consent",
    "Ground",
    "Liability",
    "PublicContact",
    "UnlawfulGround",
    "acceptance",
    "authority",
    "check_shares",
    "classify",
    "decide",
    "liability",
    "public_contact",
    "refusal_ground",
    "voucher_needs_consent",
]

WITHOUT_ORDER = ("victim", "reporter", "third_party_victim", "report")
PARTY_BY_MATTER = {
    "product_quality": "merchant",
    "late_shipment": "merchant",
    "agent_attitude": "platform",
    "system_failure": "platform",
    "lost_parcel": "third_party",
}
PARTY_BY_TYPE = {
    "quality": "merchant",
    "safety": "merchant",
    "counterfeit": "merchant",
    "price": "merchant",
    "order_error": "merchant",
    "refund": "merchant",
    "service": "platform",
    "privacy": "platform",
    "delivery": "third_party",
}
INVESTIGATORS = {
    "merchant": "merchant",
    "platform": "service",
    "third_party": "third_party",
    "consumer": "service",
    "shared": "service",
    "undecided": "service",
}
PARTIES = ("merchant", "platform", "third_party", "consumer")
APPROVERS = ("supervisor", "manager")


class BadDecision(Invalid):
    """Facts from which a decision can't be taken."""

    code = "decision.facts"
    message = "'{field}' is not usable for this decision: {problem}."
    remedy = "Give the fact in the form that the decision asks for."


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of acceptance: ``pass``, ``fail`` or ``unknown``, with its basis code."""

    name: str
    result: str
    basis: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """``accepted``, ``supplement`` (of ``missing``) or ``person_decides``."""

    result: str
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]
    clauses: tuple[str, ...] = ("PCN-3.1.2",)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Liability:
    """The party that is presumed responsible, and who investigates."""

    result: str
    investigator: str
    basis: str
    shares: Mapping[str, int]
    clauses: tuple[str, ...] = ("PCN-3.2.1",)


@dataclass(frozen=True, slots=True)
class Authority:
    """``within`` or ``held``; a held one says for whom."""

    result: str
    limit: int
    approver: str | None
    clauses: tuple[str, ...] = ("CRP-2.3.c",)


@dataclass(frozen=True, slots=True)
class Consent:
    """``free`` (no voucher), ``allowed``, ``consent_needed`` or ``money_option_needed``."""

    result: str
    clauses: tuple[str, ...] = ("CRP-2.3.a",)
    articles: tuple[str, ...] = ("L-09",)


@dataclass(frozen=True, slots=True)
class PublicContact:
    """``complete``, or ``incomplete`` with the ways that the public page does not name."""

    result: str
    missing: tuple[str, ...]
    clauses: tuple[str, ...] = ("PCN-4.2.c",)


def public_contact(facts: Mapping[str, Any]) -> PublicContact:
    """Whether telephone and mail address for complaints stand on the public page (PCN-4.2.c)."""
    missing = tuple(name for name in ("phone", "mail") if not str(facts.get(name) or "").strip())
    return PublicContact("incomplete" if missing else "complete", missing)


def acceptance(facts: Mapping[str, Any]) -> Acceptance:
    """Conditions of acceptance (PCN-3.1.2), each pass, fail or unknown; unknown never refuses.

    ``party`` (known to the marketplace), ``order``, ``record``, ``matter``, ``demand``, ``evidence`` are
    pass/fail/unknown, true/false, or None for unknown; one not given fails, except ``party``, which is
    then unknown. ``role`` victim or reporter needs neither account nor order.
    """
    open_to_all = facts.get("role") in WITHOUT_ORDER
    conditions = (
        _party(facts, open_to_all),
        _order(facts, open_to_all),
        *(_plain(name, facts) for name in ("matter", "demand", "evidence")),
    )
    missing = tuple(item.name for item in conditions if item.result == "fail")
    unknown = tuple(item.name for item in conditions if item.result == "unknown")
    result = "person_decides" if unknown else "supplement" if missing else "accepted"
    reasons = (*(f"unknown_{name}" for name in unknown), *(f"missing_{name}" for name in missing))
    return Acceptance(result, conditions, missing, reasons=reasons)


def _state(name: str, value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "pass" if value else "fail"
    if value in ("pass", "fail", "unknown"):
        return str(value)
    raise BadDecision(field=name, problem=f"{value!r} is none of pass, fail, unknown")


def _party(facts: Mapping[str, Any], open_to_all: bool) -> Condition:
    if open_to_all:
        return Condition("party", "pass", "no_account_needed")
    state = _state("party", facts.get("party"))
    basis = {"pass": "known_to_marketplace", "fail": "not_party", "unknown": "marketplace_unknown"}
    return Condition("party", state, basis[state])


def _order(facts: Mapping[str, Any], open_to_all: bool) -> Condition:
    name = "order_or_record"
    if open_to_all:
        return Condition(name, "pass", "no_order_needed")
    order, record = (_state(key, facts.get(key, False)) for key in ("order", "record"))
    if order == "pass":
        return Condition(name, "pass", "order_found")
    if record == "pass":
        return Condition(name, "pass", "transaction_record")
    if "unknown" in (order, record):
        return Condition(name, "unknown", "marketplace_unknown")
    return Condition(name, "fail", "neither_order_nor_record")


def _plain(name: str, facts: Mapping[str, Any]) -> Condition:
    state = _state(name, facts.get(name, False))
    return Condition(name, state, {"pass": "given", "fail": "not_given", "unknown": "not_checked"}[state])


def liability(claim: str, shares: Mapping[str, int] | None = None) -> Liability:
    """Who is presumed responsible for a type of claim or matter (PCN-3.2.1); a person decides.

    With ``shares`` (per cent, sum 100) the party is ``shared``. Raises BadDecision.
    """
    if shares is not None:
        split = check_shares(shares)
        party = next(iter(split)) if len(split) == 1 else "shared"
        return Liability(party, INVESTIGATORS[party], "shares", split)
    table = PARTY_BY_MATTER if claim in PARTY_BY_MATTER else PARTY_BY_TYPE
    party = table.get(claim, "undecided")
    basis = f"{'matter' if claim in PARTY_BY_MATTER else 'type'}:{claim}"
    return Liability(party, INVESTIGATORS[party], basis, {} if party == "undecided" else {party: 100})


def check_shares(shares: Mapping[str, int]) -> Mapping[str, int]:
    """The shares, whole per cents above 0 of known parties that sum to 100. Raises BadDecision."""
    for party, part in shares.items():
        if party not in PARTIES:
            raise BadDecision(field="shares", problem=f"'{party}' is not a party", clause="PCN-3.2.1")
        if isinstance(part, bool) or not isinstance(part, int) or part <= 0:
            raise BadDecision(
                field="shares", problem="a share is a whole per cent above 0", clause="PCN-3.2.1"
            )
    if sum(shares.values()) != 100:
        problem = f"they sum to {sum(shares.values())}, not 100"
        raise BadDecision(field="shares", problem=problem, clause="PCN-3.2.1")
    return dict(shares)


def authority(role: str, amount: int, limits: Mapping[str, int]) -> Authority:
    """Whether an amount (fen) lies within a role's authority (CRP-2.3.c); a role without limit has none.

    ``approver`` is the first of supervisor and manager whose limit reaches, None where none does.
    Raises BadDecision.
    """
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise BadDecision(
            field="amount", problem="it is not a whole number of fen from 0", clause="CRP-2.3.c"
        )
    limit = limits.get(role, 0)
    if amount <= limit:
        return Authority("within", limit, None)
    approver = next((name for name in APPROVERS if name != role and limits.get(name, 0) >= amount), None)
    return Authority("held", limit, approver)


def voucher_needs_consent(kind: str, consent: bool, money_option: bool = True) -> Consent:
    """A voucher or coupon stands beside a money option only, and is taken by recorded consent (L-09)."""
    if kind not in ("voucher", "coupon"):
        return Consent("free", articles=())
    if not money_option:
        return Consent("money_option_needed")
    return Consent("allowed" if consent else "consent_needed")


def _liability_of(facts: Mapping[str, Any]) -> Liability:
    return liability(str(facts.get("matter") or facts.get("type") or "other"), facts.get("shares"))


def _authority_of(facts: Mapping[str, Any]) -> Authority:
    return authority(str(facts.get("role")), facts.get("amount", -1), facts.get("limits") or {})


def _consent_of(facts: Mapping[str, Any]) -> Consent:
    kind, money = str(facts.get("kind")), bool(facts.get("money_option", True))
    return voucher_needs_consent(kind, bool(facts.get("consent")), money)


def _ground_of(facts: Mapping[str, Any]) -> Ground:
    rest = {name: value for name, value in facts.items() if name != "ground"}
    return refusal_ground(str(facts.get("ground")), rest)


def _remedy(rule_id: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda facts: compute(rule_id, facts)


DECISIONS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "acceptance": acceptance,
    "classify": classify,
    "liability": _liability_of,
    "authority": _authority_of,
    "voucher_needs_consent": _consent_of,
    "refusal_ground": _ground_of,
    "public_contact": public_contact,
    "people_needed": need_of,
    "people_short": short_of,
    "process_drawn": drawn_of,
    "organisation": gaps_of,
    **{f"remedy.{rule_id}": _remedy(rule_id) for rule_id in RULES},
}
DATED: dict[str, Callable[[Mapping[str, Any], WorkCalendar], Any]] = {"eligibility": judge_facts}


def decide(name: str, facts: Mapping[str, Any]) -> Any:
    """The decision of that name. Raises BadDecision for an unknown name, and what the decision raises."""
    if name not in DECISIONS:
        raise BadDecision(field="decide", problem=f"'{name}' is none of {', '.join(DECISIONS)}")
    return DECISIONS[name](facts)
