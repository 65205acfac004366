"""Every write to a complaint, one verb each; by theme in the files of this package."""

from bihuan.complaints.actions.acceptance import (
    accept,
    check,
    classify,
    lapse,
    reclassify,
    refuse,
    remind_supplement,
    request_supplement,
    supplement,
)
from bihuan.complaints.actions.changes import (
    appeal,
    approve_extension,
    ask_extension,
    correct,
    decide_appeal,
    merge,
    redact,
    reject_extension,
    reopen,
    split,
    unmerge,
    withdraw,
)
from bihuan.complaints.actions.contact import (
    answer_reference,
    keep_promise,
    log_call,
    promise,
    refer,
    send_message,
    write,
)
from bihuan.complaints.actions.deciding import decide, decline_demand
from bihuan.complaints.actions.escalation import join_counsel, report_major, start_plan
from bihuan.complaints.actions.evidence import (
    add_evidence,
    answer_evidence,
    find_default,
    request_evidence,
    warn_default,
)
from bihuan.complaints.actions.execution import (
    close,
    confirm_refund,
    execute,
    follow_up,
    handle,
    keep_money_promise,
    note_refund_failed,
    rate,
    tell_result,
)
from bihuan.complaints.actions.following import tell_of_step
from bihuan.complaints.actions.greening import mark_green, unmark_green
from bihuan.complaints.actions.handing import take_over
from bihuan.complaints.actions.history import Past
from bihuan.complaints.actions.intake import NewComplaint, NewItem, Submitted, submit
from bihuan.complaints.actions.investigation import (
    decide_liability,
    draw_records,
    finish_step,
    object_liability,
    open_investigation,
    open_step,
    pass_step,
    record_findings,
    skip_investigation,
    tell_progress,
)
from bihuan.complaints.actions.linking import link, unlink
from bihuan.complaints.actions.mediating import close_mediation, open_mediation
from bihuan.complaints.actions.opening import open_from, story
from bihuan.complaints.actions.people import assign, hand_over, reassign_all, take
from bihuan.complaints.actions.reporting import NewReport, report, unnamed_reporter
from bihuan.complaints.actions.settlement import (
    accept_offer,
    approve_offer,
    compute_options,
    counter,
    decline_offer,
    offer,
    reject_offer,
)
from bihuan.complaints.actions.telling import mark_told, mirror

__all__ = [
    "NewComplaint", "NewItem", "NewReport", "Past", "Submitted", "accept", "accept_offer",
    "add_evidence", "answer_evidence", "answer_reference", "appeal", "approve_extension",
    "approve_offer", "ask_extension", "assign", "check", "classify", "close", "close_mediation",
    "compute_options", "confirm_refund", "correct", "counter", "decide", "decide_appeal",
    "decide_liability", "decline_demand", "decline_offer", "draw_records", "execute", "find_default",
    "finish_step", "follow_up", "hand_over", "handle", "join_counsel", "keep_money_promise",
    "keep_promise", "lapse", "link", "log_call", "mark_green", "mark_told", "merge", "mirror",
    "note_refund_failed", "object_liability", "offer", "open_from", "open_investigation",
    "open_mediation", "open_step", "pass_step", "promise", "rate", "reassign_all", "reclassify",
    "record_findings", "redact", "refer", "refuse", "reject_extension", "reject_offer",
    "remind_supplement", "reopen", "report", "report_major", "request_evidence", "request_supplement",
    "send_message", "skip_investigation", "split", "start_plan", "story", "submit", "supplement",
    "take", "take_over", "tell_of_step", "tell_progress", "tell_result", "unlink", "unmark_green",
    "unmerge", "unnamed_reporter", "warn_default", "withdraw", "write",
]  # fmt: skip
