"""No form of a step calls a field by its code: every flow has a word for it in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bihuan.aftersales import fields as aftersales_fields
from bihuan.aftersales import steps as aftersales_steps
from bihuan.cases.fields import Words
from bihuan.cases.steps import StepTable
from bihuan.complaints import fields as complaint_fields
from bihuan.complaints import steps as complaint_steps
from bihuan.orders import steps as order_steps

FLOWS = {
    "complaint": (complaint_steps.TABLE, complaint_fields.WORDS),
    "aftersales": (aftersales_steps.TABLE, aftersales_fields.WORDS),
    "order": (order_steps.TABLE, order_steps.WORDS),
}


def unnamed(table: StepTable, words: Words) -> Iterator[str]:
    for step, door in table.doors().items():
        for name in door.fields:
            yield from (f"{step}.{name}" for side in ("zh", "en") if words.label_of(step, name, side) == name)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_field_has_a_word(flow: str) -> None:
    assert sorted(unnamed(*FLOWS[flow])) == []
