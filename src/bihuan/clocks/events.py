"""What the worker says about clocks: warned, breached, escalated, judged again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "clock.warned",
    zh="时限预警：{clause}（{level}），截止 {due_at}",
    en="Warning: {clause} ({level}), due {due_at}",
)
class Warned(Event):
    clock_id: UUID
    clause: str
    level: str
    due_at: datetime


@event(
    "clock.breached", zh="时限超期：{clause}，应于 {due_at} 前完成", en="Overdue: {clause} was due {due_at}"
)
class Breached(Event):
    clock_id: UUID
    clause: str
    due_at: datetime
    role: str | None = None


@event(
    "clock.escalated",
    zh="超期升级：{clause}（{level}）→ {role}",
    en="Escalated: {clause} ({level}) to {role}",
)
class Escalated(Event):
    clock_id: UUID
    clause: str
    level: str
    due_at: datetime
    role: str | None = None


@event("clock.rejudged", zh="时限重新判定：{clause}（{reason}）", en="Judged again: {clause} ({reason})")
class Rejudged(Event):
    clock_id: UUID
    clause: str
    reason: str
    due_at: datetime
    revision: int
