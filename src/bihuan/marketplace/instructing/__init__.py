"""Instructions: given by a flow, sent by a job, their outcome found out. The verbs of ``money`` for deeds."""

from bihuan.marketplace.instructing.answering import settle_instruction, take_answer
from bihuan.marketplace.instructing.giving import instruct
from bihuan.marketplace.instructing.sending import (
    act_on_instruction,
    poll_instruction,
    send_instruction,
    sweep_instructions,
)
from bihuan.marketplace.instructing.showing import show_details

__all__ = [
    "act_on_instruction",
    "instruct",
    "poll_instruction",
    "send_instruction",
    "settle_instruction",
    "show_details",
    "sweep_instructions",
    "take_answer",
]
