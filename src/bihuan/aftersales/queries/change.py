"""What a later judgement says otherwise than the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bihuan.aftersales.models import Judgement


@dataclass(frozen=True, slots=True)
class Changed:
    """``before`` and ``after``: outcomes. ``gone``: steps that are no longer said; ``come``: new ones."""

    before: str
    after: str
    gone: tuple[dict[str, Any], ...]
    come: tuple[dict[str, Any], ...]


def changed(before: Judgement, after: Judgement) -> Changed | None:
    """The difference of two judgements of one application; None where they say the same."""
    old, new = before.steps, after.steps
    gone = tuple(step for step in old if step not in new)
    come = tuple(step for step in new if step not in old)
    if not gone and not come and before.outcome == after.outcome:
        return None
    return Changed(before.outcome, after.outcome, gone, come)
