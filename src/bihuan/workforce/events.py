"""What happens to a worker, to a unit of the organisation, and to the figures of staffing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("workforce.hired", zh="入职", en="Hired")
class Hired(Event):
    education: str
    skills: list[str]


@event("workforce.education_set", zh="学历登记：{education}", en="Education set: {education}")
class EducationSet(Event):
    education: str


@event("workforce.skills_set", zh="技能登记：{skills}", en="Skills set: {skills}")
class SkillsSet(Event):
    skills: list[str]


@event(
    "workforce.certificate_issued",
    zh="发放上岗证（版本 {version}，至 {until_at}）",
    en="Certificate issued ({version}, until {until_at})",
)
class CertificateIssued(Event):
    version: str
    from_at: datetime
    until_at: datetime


@event("workforce.certificate_revoked", zh="吊销上岗证（{reason}）", en="Certificate revoked ({reason})")
class CertificateRevoked(Event):
    reason: str
    reason_id: UUID | None = None


@event("workforce.shift_planned", zh="排班 {from_at}–{until_at}", en="Shift planned {from_at}–{until_at}")
class ShiftPlanned(Event):
    from_at: datetime
    until_at: datetime


@event("workforce.status_set", zh="状态：{status}", en="Status: {status}")
class StatusSet(Event):
    status: str


@event(
    "workforce.absence_recorded",
    zh="缺勤（{absence}）{from_at}–{until_at}",
    en="Absence ({absence}) {from_at}–{until_at}",
)
class AbsenceRecorded(Event):
    absence: str
    from_at: datetime
    until_at: datetime
    reason_id: UUID | None = None


@event("workforce.shift_cancelled", zh="取消排班", en="Shift cancelled")
class ShiftCancelled(Event):
    from_at: datetime
    until_at: datetime
    reason_id: UUID | None = None


@event("workforce.absence_ended", zh="缺勤提前结束于 {until_at}", en="Absence ended early, at {until_at}")
class AbsenceEnded(Event):
    absence: str
    from_at: datetime
    until_at: datetime
    reason_id: UUID | None = None


@event("workforce.capacity_set", zh="可承办工单数：{capacity}", en="Capacity set: {capacity}")
class CapacitySet(Event):
    capacity: int
    round_the_clock: bool


@event(
    "workforce.certificate_warned",
    zh="上岗证将于 {until_at} 到期（剩余不足 {days} 天）",
    en="Certificate ends at {until_at} (less than {days} days)",
)
class CertificateWarned(Event):
    version: str
    until_at: datetime
    days: int


@event("workforce.left", zh="离职", en="Left")
class Left(Event):
    reason: str
    reason_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class UnitEvent(Event):
    """What happened to a unit; its name and duties stand in its rows and texts."""

    reason_id: UUID | None = None


@event("unit.opened", zh="设立机构，自 {from_at} 起", en="Unit opened, from {from_at}")
class UnitOpened(UnitEvent):
    parent_id: UUID | None = None
    department: str | None = None
    head_id: UUID | None = None
    teams: list[str]
    from_at: datetime


@event("unit.changed", zh="机构变更，自 {from_at} 起", en="Unit changed, from {from_at}")
class UnitChanged(UnitEvent):
    parent_id: UUID | None = None
    department: str | None = None
    head_id: UUID | None = None
    teams: list[str]
    from_at: datetime


@event("unit.closed", zh="撤销机构，至 {until_at} 止", en="Unit closed, until {until_at}")
class UnitClosed(UnitEvent):
    until_at: datetime


@event(
    "staffing.effort_set",
    zh="自 {from_date} 起，{work} 每件按 {minutes} 分钟计",
    en="From {from_date} on, a case of {work} counts as {minutes} minutes of work",
)
class EffortSet(Event):
    """``minutes`` None: the platform's own figure is taken back."""

    work: str
    minutes: int | None = None
    from_date: date
    reason_id: UUID
