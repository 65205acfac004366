"""What this module says happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("verification.requested", zh="请求核验履历", en="Verification of the journal requested")
class VerificationRequested(Event):
    pass


@event(
    "verification.ended",
    zh="履历核验完毕：{entries} 条记录、{anchors} 个锚点，发现 {faults} 处问题",
    en="Journal verified: {entries} entries, {anchors} anchors, {faults} faults",
)
class VerificationEnded(Event):
    entries: int
    subjects: int
    anchors: int
    faults: int


@event(
    "verification.failed",
    zh="履历核验未能完成：{reason}",
    en="Verification could not be carried out: {reason}",
)
class VerificationFailed(Event):
    reason: str


@event(
    "audit.sample_drawn",
    zh="抽取审计样本：{cases} 件（种子 {seed}）",
    en="Audit sample drawn: {cases} cases (seed {seed})",
)
class SampleDrawn(Event):
    """``digest`` is that of the drawn list."""

    seed: int
    start: datetime
    end: datetime
    wanted: int
    cases: int
    digest: str
    clause: str | None = None
    book: str | None = None


@event("audit.case_opened", zh="审计查阅样本案件", en="Case of the sample opened")
class SampleCaseOpened(Event):
    case_id: UUID
    stratum: str


@event(
    "audit.bundle_taken",
    zh="审计下载证据包（{files} 个文件）",
    en="Evidence bundle of a sampled case taken ({files} files)",
)
class BundleTaken(Event):
    """``sha256`` is that of the ZIP as it was handed out."""

    case_id: UUID
    sha256: str
    size: int
    files: int
