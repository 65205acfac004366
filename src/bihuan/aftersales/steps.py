"""The doors of an after-sales case: API, pages, scenarios and drill go through this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.aftersales import actions, facts, rules
from bihuan.aftersales.actions.inspecting import SETTLED
from bihuan.aftersales.actions.returning import LOST
from bihuan.aftersales.actions.reviewing import REVIEWED
from bihuan.aftersales.permissions import P
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases import green
from bihuan.cases.steps import Door, StepTable

__all__ = ["CHOICES", "TABLE", "Door", "door", "doors", "possible", "take", "values"]

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": rules.KINDS, "ground": rules.DECLINE_GROUNDS, "missing": rules.MATERIALS,
    "alternatives": rules.ALTERNATIVES, "via": ("call", "questionnaire"), "outcome": SETTLED, "what": LOST,
    "audience": ("consumer", "merchant", "internal"), "freight_by": ("", "merchant", "platform"),
    "mark_green.need": green.NEEDS, "finding": facts.CODES, "review.outcome": REVIEWED,
}  # fmt: skip
"""Closed lists by field; where a step differs, its own goes first."""

TABLE: Final = StepTable(
    flow=AFTERSALES,
    actions=actions,
    permissions=P,
    automatic=P.AUTOMATIC,
    prefix="AfterSales",
    choices=CHOICES,
)
doors, door, take, possible, values = TABLE.doors, TABLE.door, TABLE.take, TABLE.possible, TABLE.values
