"""Every write of this flow."""

from bihuan.orders.actions.answering import show_details
from bihuan.orders.actions.finding import find_orders
from bihuan.orders.actions.following import note_answer, note_money
from bihuan.orders.actions.opening import NewService, Opened, open_service, story
from bihuan.orders.actions.people import (
    mark_green,
    receive_return,
    record_answer,
    repay,
    take,
    unmark_green,
)
from bihuan.orders.actions.telling import TOLD_KINDS, mark_told

__all__ = [
    "TOLD_KINDS",
    "NewService",
    "Opened",
    "find_orders",
    "mark_green",
    "mark_told",
    "note_answer",
    "note_money",
    "open_service",
    "receive_return",
    "record_answer",
    "repay",
    "show_details",
    "story",
    "take",
    "unmark_green",
]
