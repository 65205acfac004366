"""What this module says happened."""

from __future__ import annotations

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
