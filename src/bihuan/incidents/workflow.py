"""States and steps of an incident: one table. Buttons, API and refusals come from it."""

from __future__ import annotations

from typing import Final

from bihuan.engine.workflow import Step, Workflow
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


def _step(
    name: str, zh: str, en: str, sources: tuple[str, ...], may: May, to: str | None, *, reason: bool = False
) -> Step:
    return Step(
        name=name,
        sources=sources,
        target=to,
        permission=may,
        clause=CLAUSE,
        needs_reason=reason,
        zh=zh,
        en=en,
    )


WORKFLOW: Final = Workflow(
    name="incident",
    states=tuple(STATES),
    labels=STATES,
    initial=("proposed", "declared"),
    steps=(
        _step("declare", "确认并宣布", "Declare", ("proposed",), May.DECLARE, "declared"),
        _step("dismiss", "不成立", "Dismiss", ("proposed",), May.DECLARE, "dismissed", reason=True),
        _step("freeze", "确定受影响名单", "Fix the list", BEFORE, May.DECLARE, "frozen"),
        _step("choose", "选定补救", "Choose the remedy", BEFORE[1:], May.DECLARE, "ready"),
        _step("hold", "待批准", "Hold for approval", BEFORE[1:], May.AUTOMATIC, "held"),
        _step("approve", "批准", "Approve", ("held",), May.APPROVE, "ready"),
        _step("reject", "不批准", "Reject", ("held",), May.APPROVE, "frozen", reason=True),
        _step("start", "开始告知", "Start telling", ("ready",), May.DECLARE, "telling"),
        _step("pause", "暂停", "Pause", ("telling",), May.DECLARE, "paused"),
        _step("resume", "继续", "Resume", ("paused",), May.DECLARE, "telling"),
        _step("stop", "停止", "Stop", (*BEFORE, "telling", "paused"), May.DECLARE, "stopped", reason=True),
        _step("finish", "告知完毕", "Everybody told", ("telling",), May.AUTOMATIC, "told"),
        _step("grant", "登记平台已发放", "Write down the grant", ("told", "stopped"), May.DECLARE, None,
              reason=True),
    ),
)  # fmt: skip
