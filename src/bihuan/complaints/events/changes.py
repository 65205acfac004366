"""What changes the course: extension, withdrawal, reopening, merge, split, appeal, correction."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("complaint.extension_asked", zh="申请延期至 {to}", en="Extension to {to} asked")
class ExtensionAsked(Event):
    extension_id: UUID
    to: str
    clauses: list[str]
    reason_id: UUID


@event("complaint.extension_approved", zh="延期获批", en="Extension approved")
class ExtensionApproved(Event):
    extension_id: UUID
    to: str


@event("complaint.extension_rejected", zh="延期未获批", en="Extension not approved")
class ExtensionRejected(Event):
    extension_id: UUID
    reason_id: UUID


@event("complaint.extended", zh="延期生效：{to}（已提前告知）", en="Extended to {to}, told before the end")
class Extended(Event):
    extension_id: UUID
    to: str
    clauses: list[str]
    notice_id: UUID


@event("complaint.extension_failed", zh="延期未生效：{reason}", en="Extension without effect: {reason}")
class ExtensionFailed(Event):
    extension_id: UUID
    reason: str


@event("complaint.withdrawn", zh="投诉人撤回投诉", en="Withdrawn by the complainant")
class Withdrawn(Event):
    by: str
    reason_id: UUID | None = None


@event("complaint.reopened", zh="重新处理（第 {number} 轮）", en="Reopened (round {number})")
class Reopened(Event):
    number: int
    reason_id: UUID


@event("complaint.merged", zh="并入另一投诉", en="Merged into another complaint")
class Merged(Event):
    into_id: UUID
    reason_id: UUID


@event("complaint.unmerged", zh="撤销合并", en="Merge undone")
class Unmerged(Event):
    into_id: UUID
    reason_id: UUID


@event("complaint.split", zh="拆分出新的投诉", en="A part was split off into a new complaint")
class Split(Event):
    new_id: UUID
    items: int
    reason_id: UUID


@event("complaint.linked", zh="与另一工单关联", en="Linked with another case")
class Linked(Event):
    to_id: UUID


@event("complaint.unlinked", zh="取消与另一工单的关联", en="Link with another case removed")
class Unlinked(Event):
    to_id: UUID


@event("complaint.appealed", zh="{by}申诉：{ground}", en="The {by} appealed: {ground}")
class Appealed(Event):
    appeal_id: UUID
    by: str
    ground: str
    text_id: UUID


@event("complaint.appeal_decided", zh="申诉决定：{outcome}", en="Appeal decided: {outcome}")
class AppealDecided(Event):
    appeal_id: UUID
    outcome: str
    text_id: UUID


@event("complaint.corrected", zh="更正登记项：{field}", en="Entry corrected: {field}")
class Corrected(Event):
    field: str
    before: str
    after: str
    reason_id: UUID


@event("complaint.redacted", zh="删除文本中的个人信息", en="Personal data taken out of a text")
class Redacted(Event):
    text_id: UUID
    reason_id: UUID


@event("complaint.read", zh="查看案卷", en="Case file read")
class Read(Event):
    purpose: str
