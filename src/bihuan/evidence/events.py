"""What happens to a piece of evidence; subject ``evidence``. Joining a case is the case's event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "evidence.uploaded",
    zh="上传证据（{party}，{media_type}，{size} 字节）",
    en="Evidence uploaded ({party}, {media_type}, {size} bytes)",
)
class EvidenceUploaded(Event):
    sha256: str
    public_sha256: str | None = None
    size: int
    media_type: str
    party: str
    source: str
    case_id: UUID | None = None


@event("evidence.taken_over", zh="证据随案转入另一工单", en="Evidence taken over into another case")
class EvidenceTakenOver(Event):
    """The same content handed into a second case that was opened from the first."""

    from_id: UUID
    case_id: UUID
    sha256: str


@event("evidence.sealed", zh="证据封存（{sha256}）", en="Evidence sealed ({sha256})")
class EvidenceSealed(Event):
    case_id: UUID
    sha256: str
    size: int


@event("evidence.viewed", zh="查看证据", en="Evidence viewed")
class EvidenceViewed(Event):
    case_id: UUID | None = None
    original: bool
    reason: str | None = None


@event("evidence.exported", zh="证据导出（{reason}）", en="Evidence exported ({reason})")
class EvidenceExported(Event):
    case_id: UUID
    sha256: str
    original: bool
    reason: str


@event("evidence.damaged", zh="证据文件与登记的摘要不符", en="The evidence file does not match its digest")
class EvidenceDamaged(Event):
    case_id: UUID | None = None
    sha256: str
    found: str
    """Digest of what is there now, or ``missing``."""


@event("evidence.discarded", zh="未被任何工单引用的文件已清除", en="A file that no case claimed was removed")
class EvidenceDiscarded(Event):
    sha256: str
    uploaded_at: datetime
