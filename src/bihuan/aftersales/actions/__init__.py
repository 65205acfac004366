"""Every write to an after-sales case, one verb each; by theme in the files of this package."""

from bihuan.aftersales.actions.deciding import (
    appeal,
    approve,
    decline,
    expire,
    give_materials,
    judge,
    pass_decision,
    remind_materials,
    request_materials,
    warn_merchant,
)
from bihuan.aftersales.actions.ending import (
    close_silent,
    confirm,
    follow_up,
    object,
    rate,
    withdraw,
)
from bihuan.aftersales.actions.finding import find
from bihuan.aftersales.actions.inspecting import (
    Found,
    accept_finding,
    inspect,
    object_finding,
    settle,
)
from bihuan.aftersales.actions.intake import NewApplication, Submitted, submit
from bihuan.aftersales.actions.opening import open_from, story
from bihuan.aftersales.actions.paying import confirm_refund, note_credited, note_refund_failed, pay
from bihuan.aftersales.actions.people import (
    add_evidence,
    assign,
    log_call,
    mark_green,
    send_message,
    take,
    unmark_green,
    write,
)
from bihuan.aftersales.actions.proposing import accept_proposal, decline_proposal, propose
from bihuan.aftersales.actions.returning import (
    give_address,
    receive,
    report_loss,
    send_back,
    track,
)
from bihuan.aftersales.actions.reviewing import review
from bihuan.aftersales.actions.supplying import (
    deliver,
    finish_repair,
    note_repair,
    send_goods,
    turn_to_refund,
)
from bihuan.aftersales.actions.telling import mark_told
from bihuan.aftersales.actions.uninspected import pass_inspection, warn_inspection

__all__ = [
    "Found", "NewApplication", "Submitted", "accept_finding", "accept_proposal", "add_evidence",
    "appeal", "approve", "assign", "close_silent", "confirm", "confirm_refund", "decline",
    "decline_proposal", "deliver", "expire", "find", "finish_repair", "follow_up", "give_address",
    "give_materials", "inspect", "judge", "log_call", "mark_green", "mark_told", "note_credited",
    "note_refund_failed", "note_repair", "object", "object_finding", "open_from", "pass_decision",
    "pass_inspection", "pay",
    "propose", "rate", "receive", "remind_materials", "report_loss", "request_materials", "review",
    "send_back", "send_goods", "send_message", "settle", "story", "submit", "take", "track", "turn_to_refund",
    "unmark_green", "warn_inspection", "warn_merchant", "withdraw", "write",
]  # fmt: skip
