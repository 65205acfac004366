"""The doors of a service about an order: API and pages go through this table."""

from __future__ import annotations

from typing import Final

from bihuan.cases import green
from bihuan.cases.fields import Words
from bihuan.cases.steps import StepTable
from bihuan.orders import actions
from bihuan.orders.actions.people import REFUSALS
from bihuan.orders.permissions import P
from bihuan.orders.workflow import ORDER

TABLE: Final = StepTable(
    flow=ORDER,
    actions=actions,
    permissions=P,
    automatic=P.AUTOMATIC,
    prefix="Order",
    choices={
        "record_answer.outcome": ("done", "refused"),
        "record_answer.refusal": REFUSALS,
        "mark_green.need": green.NEEDS,
    },
)

WORDS: Final = Words(
    names={
        "record_answer.outcome": ("答复", "Answer"),
        "record_answer.refusal": ("未办成的原因", "Reason of a refusal"),
        "record_answer.reference": ("对方单号", "Their number"),
        "record_answer.tracking_number": ("运单号", "Tracking number"),
    },
    helps={
        "record_answer.refusal": ("仅在未办成时选择", "Only where it was refused"),
        "record_answer.reference": ("可不填", "May be left out"),
        "record_answer.tracking_number": ("多件包裹待答复时填写", "Where several parcels wait for an answer"),
    },
    groups={"record_answer.outcome": "order_outcome", "record_answer.refusal": "order_why"},
    consequences={
        "record_answer": "The answer is told to the consumer, with the other ways where it was refused.",
        "receive_return": "Everything paid for the order goes back to the consumer.",
        "repay": "What failed is asked for again, under a new key.",
    },
)
