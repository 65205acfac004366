"""Run as a program: sends or asks about one refund and is killed at a given point.

``python -m bihuan.money.tests.dying POINT send|poll REFUND_ID AT``
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(real: Callable[..., Any]) -> Callable[..., Any]:
    def done(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        die()

    return done


def main() -> None:
    django.setup()
    from bihuan.journal.actor import PROGRAM
    from bihuan.marketplace import actions as marketplace
    from bihuan.money.actions import recording, sending

    point, verb, refund_id, at = sys.argv[1:]
    places: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "sent_not_committed": (sending, "say", then_die(sending.say)),
        "before_the_call": (marketplace, "request_refund", die),
        "after_the_call": (marketplace, "request_refund", then_die(marketplace.request_refund)),
        "before_asking": (marketplace, "ask_refund", die),
        "after_asking": (marketplace, "ask_refund", then_die(marketplace.ask_refund)),
        "answer_not_committed": (recording, "say", then_die(recording.say)),
        "after_all": (sending, "_keep", then_die(sending._keep)),
    }
    module, name, deadly = places[point]
    setattr(module, name, deadly)
    getattr(sending, verb)(actor=PROGRAM, at=datetime.fromisoformat(at), refund_id=UUID(refund_id))


if __name__ == "__main__":
    main()
