"""What jobs do with the cases that are due: one after the other, none of them stops the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bihuan.engine.errors import Refusal

_log = logging.getLogger(__name__)


def attended(step: Callable[[], object]) -> int:
    """Take a step that is due; 1 if it was done, 0 if it was refused or failed.

    Whatever fails is logged; it is due still, and tried again next time.
    """
    try:
        step()
    except Refusal as refusal:
        _log.info("not now: %s", refusal.text())
        return 0
    except Exception:
        _log.exception("a case could not be attended to")
        return 0
    return 1
