"""Run as a program: sends or asks about one instruction and is killed at a given point.

``python -m bihuan.marketplace.tests.dying POINT send|poll INSTRUCTION_ID AT``
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django


def main() -> None:
    django.setup()
    from bihuan.journal.actor import PROGRAM
    from bihuan.marketplace.http import HttpMarketplace
    from bihuan.marketplace.instructing import answering, sending
    from bihuan.money.tests.dying import die, then_die

    point, verb, instruction_id, at = sys.argv[1:]
    places: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "sent_not_committed": (sending, "say", then_die(sending.say)),
        "before_the_call": (HttpMarketplace, "instruct", die),
        "after_the_call": (HttpMarketplace, "instruct", then_die(HttpMarketplace.instruct)),
        "before_asking": (HttpMarketplace, "instruction_status", die),
        "after_asking": (
            HttpMarketplace,
            "instruction_status",
            then_die(HttpMarketplace.instruction_status),
        ),
        "answer_not_committed": (answering, "say", then_die(answering.say)),
        "after_all": (sending, "_keep", then_die(sending._keep)),
    }
    module, name, deadly = places[point]
    setattr(module, name, deadly)
    act = {"send": sending.send_instruction, "poll": sending.poll_instruction}[verb]
    act(actor=PROGRAM, at=datetime.fromisoformat(at), instruction_id=UUID(instruction_id))


if __name__ == "__main__":
    main()
