"""Every write of incidents, one verb each."""

from bihuan.incidents.actions.declaring import (
    approve,
    choose,
    confirm,
    declare,
    dismiss,
    freeze,
    propose,
    reject,
)
from bihuan.incidents.actions.exporting import note_export
from bihuan.incidents.actions.issuing import issue_piece
from bihuan.incidents.actions.running import (
    ISSUE,
    QUEUE,
    TELL,
    grant,
    keep_going,
    pause,
    resume,
    settle,
    start,
    stop,
    tell_piece,
)
from bihuan.incidents.actions.watching import watch

__all__ = [
    "ISSUE", "QUEUE", "TELL", "approve", "choose", "confirm", "declare", "dismiss", "freeze", "grant",
    "issue_piece", "keep_going", "note_export", "pause", "propose", "reject", "resume", "settle", "start",
    "stop", "tell_piece", "watch",
]  # fmt: skip
