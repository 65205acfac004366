"""Who is responsible and what happened: liability, investigation, steps, evidence, findings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("complaint.major_recognised", zh="认定为重大投诉（{reason}）", en="Recognised as major ({reason})")
class MajorRecognised(Event):
    reason: str
    reason_id: UUID | None = None


@event(
    "complaint.major_reported",
    zh="已上报并启动应急预案 {plan}",
    en="Reported upward, emergency plan {plan} started",
)
class MajorReported(Event):
    plan: str
    to_id: UUID


@event("complaint.liability_decided", zh="责任认定：{party}（{ground}）", en="Liability: {party} ({ground})")
class LiabilityDecided(Event):
    party: str
    shares: dict[str, int]
    ground: str
    reason_id: UUID
    revision: int


@event("complaint.liability_objected", zh="对责任认定提出异议（{by}）", en="Liability objected to (by {by})")
class LiabilityObjected(Event):
    by: str
    text_id: UUID


@event(
    "complaint.investigation_opened",
    zh="启动调查，首个步骤 {first_step}",
    en="Investigation opened, first step {first_step}",
)
class InvestigationOpened(Event):
    owner_id: UUID
    first_step: str


@event(
    "complaint.step_opened",
    zh="调查步骤 {step} 交 {department}，截止 {due_at}",
    en="Step {step} given to {department}, due {due_at}",
)
class StepOpened(Event):
    step_id: UUID
    step: str
    department: str
    due_at: datetime
    owner_id: UUID | None = None


@event(
    "complaint.step_handed_over",
    zh="步骤转交 {department}（第 {count} 次）",
    en="Step passed on to {department} (number {count})",
)
class StepHandedOver(Event):
    step_id: UUID
    department: str
    count: int
    reason_id: UUID


@event("complaint.step_done", zh="步骤 {step} 完成：{outcome}", en="Step {step} done: {outcome}")
class StepDone(Event):
    step_id: UUID
    step: str
    outcome: str
    text_id: UUID


@event(
    "complaint.records_drawn", zh="调取记录：{kinds}（{count} 条）", en="Records drawn in: {kinds} ({count})"
)
class RecordsDrawn(Event):
    kinds: list[str]
    count: int


@event(
    "complaint.evidence_requested",
    zh="向{party}要求举证，截止 {due_at}",
    en="Evidence asked of the {party}, due {due_at}",
)
class EvidenceRequested(Event):
    request_id: UUID
    party: str
    due_at: datetime
    what: str
    text_id: UUID


@event(
    "complaint.evidence_answered", zh="{party}已举证／答复", en="The {party} answered the evidence request"
)
class EvidenceAnswered(Event):
    request_id: UUID
    party: str
    text_id: UUID
    items: int


@event(
    "complaint.default_warned",
    zh="逾期认定前最后通知（{party}）",
    en="Last notice before a default finding ({party})",
)
class DefaultWarned(Event):
    request_id: UUID
    party: str
    notice_id: UUID | None = None


@event(
    "complaint.default_found",
    zh="{party}逾期未答复，按现有证据认定",
    en="The {party} did not answer: found on the evidence there is",
)
class DefaultFound(Event):
    request_id: UUID
    party: str


@event("complaint.evidence_added", zh="证据入卷（{party}）", en="Evidence joined the case ({party})")
class EvidenceAdded(Event):
    evidence_id: UUID
    sha256: str
    party: str


@event("complaint.progress_told", zh="已告知进展（{channel}）", en="Progress told ({channel})")
class ProgressTold(Event):
    notice_id: UUID
    channel: str


@event("complaint.findings_recorded", zh="调查结论：{result}", en="Findings recorded: {result}")
class FindingsRecorded(Event):
    result: str
    text_id: UUID
    digest: str


@event("complaint.stage_skipped", zh="越过阶段 {stage}", en="Stage {stage} passed over")
class StageSkipped(Event):
    stage: str
    reason_id: UUID


@event("complaint.counsel_joined", zh="法务介入", en="Legal counsel joined")
class CounselJoined(Event):
    counsel_id: UUID
    reason: str


@event(
    "complaint.referred",
    zh="外部转办 {reference}（{authority}），截止 {due_at}",
    en="External reference {reference} ({authority}), due {due_at}",
)
class Referred(Event):
    reference: str
    authority: str
    due_at: datetime


@event(
    "complaint.reference_answered",
    zh="已回复外部转办 {reference}",
    en="External reference {reference} answered",
)
class ReferenceAnswered(Event):
    reference: str
    text_id: UUID
