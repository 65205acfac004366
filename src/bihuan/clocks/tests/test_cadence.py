"""The periodic job comes when it says: croniter reads the sixth field, not the first, as seconds."""

from __future__ import annotations

from itertools import pairwise

from bihuan.clocks import jobs


def test_clocks_are_fired_every_ten_seconds() -> None:
    registry = jobs.fire.blueprint.periodic_registry  # type: ignore[attr-defined]
    (task,) = (t for t in registry.periodic_tasks.values() if t.task.name == "clocks.fire")
    turns = [moment for moment, _ in zip(task.croniter.all_next(float), range(20), strict=False)]
    assert {round(b - a) for a, b in pairwise(turns)} == {10}
