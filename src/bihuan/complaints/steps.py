"""The doors of a complaint: API, pages, scenarios, automation and drill go through this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.cases import green
from bihuan.cases.steps import Door, StepTable
from bihuan.complaints import actions, rules
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import COMPLAINT

__all__ = ["CHOICES", "TABLE", "Door", "door", "doors", "possible", "take", "values"]

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "type": rules.TYPES, "urgency": rules.URGENCIES, "severity": rules.SEVERITIES,
    "complexity": rules.COMPLEXITIES[:2], "kind": rules.OFFER_KINDS, "party": rules.LIABLE,
    "department": rules.DEPARTMENTS, "result": rules.FINDINGS, "to": ("complex", "special"),
    "via": ("call", "questionnaire"), "audience": ("consumer", "merchant", "internal"),
    "first_step": ("draw_records", "interview", "request_evidence"),
}  # fmt: skip
"""Closed lists by field; where a step differs, its own goes first."""

_OF_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "request_evidence.party": rules.PARTIES, "open_step.kind": rules.STEP_KINDS,
    "report_major.ground": rules.MAJOR_GROUNDS, "refuse.ground": rules.REFUSAL_GROUNDS,
    "decline_demand.ground": rules.DECLINE_GROUNDS, "decide_appeal.outcome": ("upheld", "dismissed"),
    "close_mediation.outcome": ("agreed", "failed", "withdrawn"),
    "correct.field": ("channel", "order_number", "merchant_id", "partner_id"),
    "request_supplement.missing": ("party", "order_or_record", "matter", "demand", "evidence"),
    "finish_step.outcome": ("done", "confirmed", "refuted", "inconclusive"),
    "redact.code": ("personal_data",),
    "decide.outcome": ("upheld", "partly_upheld"),
    "mark_green.need": green.NEEDS,
}  # fmt: skip

TABLE: Final = StepTable(
    flow=COMPLAINT,
    actions=actions,
    permissions=P,
    automatic=P.AUTOMATIC,
    inside=frozenset({"note_told", "mark_told", "check"}),
    choices={**CHOICES, **_OF_STEPS},
)
doors, door, take, possible, values = TABLE.doors, TABLE.door, TABLE.take, TABLE.possible, TABLE.values
