"""Whether an after-sales demand is due by law, norm or promise, explained step by step (docs/eligibility.md).

The whole public face: build ``Ask``, ``Good`` and ``Promise`` from what is known, call ``judge``, keep
``as_record`` of the result. ``from_facts`` reads the same from plain data.
"""

from __future__ import annotations

from bihuan.engine.eligibility.facts import (
    GROUNDS,
    KINDS,
    PROMISES,
    ROUTES,
    STATES,
    TRACES,
    WANTS,
    Ask,
    BadAsk,
    Good,
    Promise,
)
from bihuan.engine.eligibility.further import Alternative, Change
from bihuan.engine.eligibility.judgement import Judgement, Refusal
from bihuan.engine.eligibility.judging import judge
from bihuan.engine.eligibility.legs import Deadline, Freight, Leg, RefusalGround, Step
from bihuan.engine.eligibility.record import as_record, from_facts, judge_facts
from bihuan.engine.eligibility.scope import Covered, scope

__all__ = [
    "GROUNDS",
    "KINDS",
    "PROMISES",
    "ROUTES",
    "STATES",
    "TRACES",
    "WANTS",
    "Alternative",
    "Ask",
    "BadAsk",
    "Change",
    "Covered",
    "Deadline",
    "Freight",
    "Good",
    "Judgement",
    "Leg",
    "Promise",
    "Refusal",
    "RefusalGround",
    "Step",
    "as_record",
    "from_facts",
    "judge",
    "judge_facts",
    "scope",
]
