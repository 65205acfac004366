"""States and steps of an incident: one table. Buttons, API and refusals come from it."""

from __future__ import annotations

from functools import partial
from typing import Final

from bihuan.engine.workflow import Workflow, step
from bihuan.incidents.permissions import IncidentPermission as May

CLAUSE: Final = "PCN-2.3.4.a"
STATES: Final = {
    "proposed": ("待确认", "proposed"),
    "declared": ("已宣布", "declared"),
    "frozen": ("名单已定", "list fixed"),
    "held": ("待批准", "waits for approval"),
    "ready": ("可以告知", "ready to tell"),
    "telling": ("告知中", "telling"),
    "paused": ("已暂停", "paused"),
    "told": ("已告知", "told"),
    "stopped": ("已停止", "stopped"),
    "dismissed": ("不成立", "dismissed"),
}
BEFORE: Final = ("declared", "frozen", "held", "ready")
_row = partial(step, clause=CLAUSE)

WORKFLOW: Final = Workflow(
    name="incident",
    states=tuple(STATES),
    labels=STATES,
    initial=("proposed", "declared"),
    steps=(
        _row("declare", "确认并宣布", "Declare", ("proposed",), May.DECLARE, to="declared"),
        _row("dismiss", "不成立", "Dismiss", ("proposed",), May.DECLARE, to="dismissed", reason=True),
        _row("freeze", "确定受影响名单", "Fix the list", BEFORE, May.DECLARE, to="frozen"),
        _row("choose", "选定补救", "Choose the remedy", BEFORE[1:], May.DECLARE, to="ready"),
        _row("hold", "待批准", "Hold for approval", BEFORE[1:], May.AUTOMATIC, to="held"),
        _row("approve", "批准", "Approve", ("held",), May.APPROVE, to="ready"),
        _row("reject", "不批准", "Reject", ("held",), May.APPROVE, to="frozen", reason=True),
        _row("start", "开始告知", "Start telling", ("ready",), May.DECLARE, to="telling"),
        _row("pause", "暂停", "Pause", ("telling",), May.DECLARE, to="paused"),
        _row("resume", "继续", "Resume", ("paused",), May.DECLARE, to="telling"),
        _row("stop", "停止", "Stop", (*BEFORE, "telling", "paused"), May.DECLARE, to="stopped", reason=True),
        _row("finish", "告知完毕", "Everybody told", ("telling",), May.AUTOMATIC, to="told"),
        _row("grant", "登记平台已发放", "Write down the grant", ("told", "stopped"), May.DECLARE,
             reason=True),
    ),
)  # fmt: skip
