"""What happens to a worker."""

from __future__ import annotations

from datetime import datetime

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


@event("workforce.left", zh="离职", en="Left")
class Left(Event):
    reason: str
