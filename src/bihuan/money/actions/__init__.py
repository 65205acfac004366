"""Every write of money, one verb each."""

from bihuan.money.actions.approve import approve, cancel, reject
from bihuan.money.actions.reconcile import (
    Reconciled,
    StatementRow,
    close_difference,
    reconcile,
)
from bihuan.money.actions.record import Proof, record_credited, settle, take_callback
from bihuan.money.actions.request import request_refund
from bihuan.money.actions.send import act, poll, send, sweep

__all__ = [
    "Proof",
    "Reconciled",
    "StatementRow",
    "act",
    "approve",
    "cancel",
    "close_difference",
    "poll",
    "reconcile",
    "record_credited",
    "reject",
    "request_refund",
    "send",
    "settle",
    "sweep",
    "take_callback",
]
