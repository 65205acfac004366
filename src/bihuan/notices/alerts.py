"""What members of staff can be told of besides the letter in their inbox, why, and when they want quiet.

No Django. A group is what people choose by; every kind of notice to staff belongs to one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_ZONE: Final = ZoneInfo("Asia/Shanghai")
WAYS: Final = ("mail", "browser")
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "mention": ("mention", "followed"),
    "assigned": ("assigned", "unassigned", "handover", "step_opened", "counsel_joined"),
    "warning": ("clock_warning", "certificate_ends", "hand_overs"),
    "breach": ("clock_breach", "clock_escalation", "default_found", "refund_failed"),
    "approval": ("approval",),
    "other": (),
}
"""Groups and their kinds; ``other`` is every kind to staff that stands in none."""
BECAUSE: Final[Mapping[str, tuple[str, str]]] = {
    "mention": (
        "备注中提到了您，或您关注了该工单",
        "you were mentioned in a note, or follow the case",
    ),
    "assigned": ("该工单由您办理或参与", "you work on the case"),
    "warning": ("您负责的事项即将到期", "something that you answer for is due soon"),
    "breach": ("您负责或主管的事项已经逾期或出现异常", "something that you answer for is late or failed"),
    "approval": ("您的角色可以审批该事项", "your role may approve it"),
    "other": ("您办理或主管该工单", "you work on the case, or lead who does"),
}
"""Why somebody is told, in Chinese and English."""
_BY_KIND: Final = {kind: group for group, kinds in GROUPS.items() for kind in kinds}


def group_of(kind: str) -> str:
    """The group of a kind of notice to staff."""
    return _BY_KIND.get(kind, "other")


def because(kind: str, language: str) -> str:
    """Why a member of staff is told of this kind."""
    return BECAUSE[group_of(kind)][language.startswith("en")]


def quiet_until(at: datetime, start: time | None, end: time | None) -> datetime | None:
    """The end of the quiet hours in which ``at`` lies; None outside of them. They may pass midnight."""
    if start is None or end is None or start == end:
        return None
    local = at.astimezone(_ZONE)
    ends = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    now = local.time()
    if start < end:
        return ends if start <= now < end else None
    if now >= start:
        return ends + timedelta(days=1)
    return ends if now < end else None
