"""Every read of the module."""

from bihuan.cases.queries import Page, key
from bihuan.desk.queries.board import Board, board
from bihuan.desk.queries.finding import Found, Hit, find
from bihuan.desk.queries.rows import (
    CAP,
    Asking,
    Count,
    counts,
    everything,
    midnight,
    neighbour,
    page,
)
from bihuan.desk.queries.shift import Handed, mine, waiting
from bihuan.desk.queries.snoozed import snooze_of, snoozed
from bihuan.desk.queries.views import view_for, views_of

__all__ = [
    "CAP",
    "Asking",
    "Board",
    "Count",
    "Found",
    "Handed",
    "Hit",
    "Page",
    "board",
    "counts",
    "everything",
    "find",
    "key",
    "midnight",
    "mine",
    "neighbour",
    "page",
    "snooze_of",
    "snoozed",
    "view_for",
    "views_of",
    "waiting",
]
