"""What people do with their desk: said of the person, so that no side of a case reads it there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("desk.view_saved", zh="保存视图（共享：{shared}）", en="View saved (shared: {shared})")
class ViewSaved(Event):
    view_id: UUID
    shared: bool
    filters: dict[str, str]
    columns: list[str]


@event("desk.view_removed", zh="删除视图（共享：{shared}）", en="View removed (shared: {shared})")
class ViewRemoved(Event):
    view_id: UUID
    shared: bool


@event(
    "desk.snoozed",
    zh="搁置工单至 {until_at}（越过最紧时限：{beyond}）",
    en="Case put aside until {until_at} (past its strictest clock: {beyond})",
)
class Snoozed(Event):
    case_id: UUID
    until_at: datetime
    beyond: bool


@event("desk.woken", zh="取回搁置的工单", en="Case taken back before its time")
class Woken(Event):
    case_id: UUID
