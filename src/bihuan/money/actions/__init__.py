"""Every write of money, one verb each."""

from bihuan.money.actions.approving import approve, cancel, reject
from bihuan.money.actions.limiting import ROLES as LIMITED_ROLES
from bihuan.money.actions.limiting import set_limit
from bihuan.money.actions.reconciling import Reconciled, close_difference, reconcile
from bihuan.money.actions.recording import Proof, record_credited, settle, take_callback
from bihuan.money.actions.requesting import request_refund
from bihuan.money.actions.sending import act, poll, send, sweep
from bihuan.money.actions.statement import StatementRow

__all__ = [
    "LIMITED_ROLES",
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
    "set_limit",
    "settle",
    "sweep",
    "take_callback",
]
