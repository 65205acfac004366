"""What a later judgement says otherwise than the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bihuan.aftersales.models import Judgement

SHORT: Final = 5


@dataclass(frozen=True, slots=True)
class Changed:
    """``before`` and ``after``: outcomes. ``gone``: steps that are no longer said; ``come``: new ones."""

    before: str
    after: str
    gone: tuple[dict[str, Any], ...]
    come: tuple[dict[str, Any], ...]

    @property
    def few(self) -> bool:
        """Whether the difference is read at a glance; a longer one a page folds up."""
        return len(self.gone) + len(self.come) <= SHORT


def changed(before: Judgement, after: Judgement) -> Changed | None:
    """The difference of two judgements of one application; None where they say the same."""
    old, new = before.steps, after.steps
    gone = tuple(step for step in old if step not in new)
    come = tuple(step for step in new if step not in old)
    if not gone and not come and before.outcome == after.outcome:
        return None
    return Changed(before.outcome, after.outcome, gone, come)
