"""The acts of after-sales in scenarios of the third family: applied for, and every step by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bihuan.aftersales import actions, jobs, stage, steps
from bihuan.aftersales.actions import NewApplication
from bihuan.aftersales.models import Application
from bihuan.journal.time import set_drill_time
from bihuan.project.drain import drain

if TYPE_CHECKING:
    from bihuan.project.acts import Play

SETTLING: Final = timedelta(minutes=1)
Way = Sequence[tuple[str, str, dict[str, Any]]]


def prepare(performance: Play, scenario: Mapping[str, Any]) -> None:
    """Take the order in, and bring a case into the state that the facts name."""
    state = scenario.get("facts", {}).get("state")
    way = WAYS[state] if state else ()
    at = scenario["acts"][0]["at"] - SETTLING * (len(way) + 1)
    set_drill_time(at)
    stage.take_order(performance.stage.orders[0], at=at)
    for who, does, given in way:
        at += SETTLING
        set_drill_time(at)
        perform(performance, who, does, at, dict(given))
        drain(at=at)


def perform(performance: Play, who: str, does: str, at: datetime, given: dict[str, Any]) -> None:
    """Take one act; ``attend`` is what the program does by itself. Raises what the action raises."""
    if does == "apply":
        _apply(performance, who, at, given)
        return
    if does == "attend":
        jobs.attend(at=at)
        return
    if performance.case_id is None:
        raise LookupError("the scenario has no case yet: begin with apply, or name a state in facts")
    actor = performance.stage.who(who)
    data = _filled(performance, performance.case_id, who, at, does, given)
    steps.take(name=does, case_id=performance.case_id, actor=actor, at=at, data=data)


def _apply(performance: Play, who: str, at: datetime, given: Mapping[str, Any]) -> None:
    photos = tuple(performance.photo(who, at) for _ in range(int(given.get("evidence", 0))))
    new = NewApplication(
        channel=given.get("channel", "site"),
        consumer_id=performance.stage.who("consumer").id,
        order_number=stage.NUMBER,
        kind=given["kind"],
        ground=given["ground"],
        pieces={1: 1},
        text=given["text"],
        opened=given.get("opened", False),
        used=given.get("used", False),
        evidence={"photo": photos} if photos else {},
    )
    done = actions.submit(actor=performance.stage.who(who), at=at, new=new)
    performance.case_id = done.case_id


def _filled(
    performance: Play, case_id: UUID, who: str, at: datetime, does: str, given: dict[str, Any]
) -> dict[str, Any]:
    """What a scenario leaves out because it is known: ids, files, the pieces that were inspected."""
    if "evidence" in given:
        given["evidence_ids"] = [performance.photo(who, at) for _ in range(int(given.pop("evidence")))]
    application = Application.objects.get(case_id=case_id)
    if does in ("accept_proposal", "decline_proposal"):
        given["proposal_id"] = application.proposals.get(state="open").id
    if does == "inspect":
        finding, deduction = given.pop("findings"), given.pop("deduction", 0)
        given["findings"] = [
            {"number": line.number, "quantity": line.quantity, "finding": finding, "deduction": deduction}
            for line in application.lines.all()
        ]
    return given


_APPLIED: Final[dict[str, Any]] = {"kind": "return", "ground": "no_reason", "text": "颜色不喜欢"}
_ADDRESS: Final = {
    "recipient": "退货组",
    "phone": "13800138000",
    "region": "浙江省杭州市",
    "address": "一号仓",
}
_APPROVED: Final[Way] = (("consumer", "apply", _APPLIED),)
_INSPECTING: Final[Way] = (
    *_APPROVED,
    ("merchant", "give_address", _ADDRESS),
    ("consumer", "send_back", {"carrier": "sf", "tracking_number": "SFBACK1"}),
    ("merchant", "receive", {}),
)
_WORN: Final = {"findings": "worn", "deduction": 1_000, "text": "袖口有污渍", "evidence": 1}
_LATE: Final = {"ground": "out_of_time", "alternatives": ["negotiate"], "reason": "签收后超过七日才提出"}
WAYS: Final[Mapping[str, Way]] = {
    "materials": (("consumer", "apply", {**_APPLIED, "ground": "quality"}),),
    "approved": _APPROVED,
    "inspecting": _INSPECTING,
    "disputed": (*_INSPECTING, ("merchant", "inspect", _WORN)),
    "fulfilled": (*_INSPECTING, ("merchant", "inspect", {"findings": "intact"})),
    "declined": (("consumer", "apply", _APPLIED), ("merchant", "decline", _LATE)),
}
"""How an application gets into a state, for scenarios that start from it."""
