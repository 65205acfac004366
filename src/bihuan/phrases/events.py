"""What happens to a phrase; subject ``phrase``."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("phrase.added", zh="新增{kind}：{code}", en="{kind} added: {code}")
class PhraseAdded(Event):
    kind: str
    code: str
    of: str | None = None


@event(
    "phrase.changed",
    zh="修改{kind}：{code}（第 {version} 版）",
    en="{kind} changed: {code} (version {version})",
)
class PhraseChanged(Event):
    kind: str
    code: str
    version: int
    reason_id: UUID | None = None


@event("phrase.placed", zh="调整顺序：{code}", en="Order changed: {code}")
class PhrasePlaced(Event):
    kind: str
    code: str
    position: int


@event("phrase.retired", zh="停用{kind}：{code}", en="{kind} retired: {code}")
class PhraseRetired(Event):
    kind: str
    code: str
    reason_id: UUID | None = None


@event("phrase.restored", zh="恢复{kind}：{code}", en="{kind} restored: {code}")
class PhraseRestored(Event):
    kind: str
    code: str
    reason_id: UUID | None = None
