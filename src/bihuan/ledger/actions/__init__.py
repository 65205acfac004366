"""Every write of the ledger, one verb each."""

from bihuan.ledger.actions.booking import book, catch_up, claim
from bihuan.ledger.actions.exporting import note_export
from bihuan.ledger.actions.handing import (
    Booked,
    deposit_in,
    deposit_out,
    draw_deposit,
    move,
    receive,
    reverse,
)
from bihuan.ledger.actions.writing_off import approve_write_off, ask_write_off, reject_write_off

__all__ = [
    "Booked",
    "approve_write_off",
    "ask_write_off",
    "book",
    "catch_up",
    "claim",
    "deposit_in",
    "deposit_out",
    "draw_deposit",
    "move",
    "note_export",
    "receive",
    "reject_write_off",
    "reverse",
]
