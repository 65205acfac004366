"""What is done here that belongs to nobody else: jobs, backups, what the pictures of the processes show."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("job.retried", zh="后台任务 {job} 重新执行（{task}）", en="Job {job} starts again ({task})")
class JobRetried(Event):
    job: int
    task: str
    reason_id: UUID | None = None


@event("job.given_up", zh="放弃后台任务 {job}（{task}）", en="Job {job} given up ({task})")
class JobGivenUp(Event):
    job: int
    task: str
    reason_id: UUID | None = None


@event("backup.requested", zh="请求备份", en="Backup requested")
class BackupRequested(Event):
    with_keys: bool
    reason_id: UUID | None = None


@event(
    "backup.ended", zh="备份完成并核对：{members} 个文件", en="Backup written and verified: {members} files"
)
class BackupEnded(Event):
    members: int
    size: int
    sha256: str


@event("backup.failed", zh="备份未能完成：{reason}", en="Backup failed: {reason}")
class BackupFailed(Event):
    reason: str


@event(
    "process.shown",
    zh="流程图内容：{process}，{states} 个状态，{steps} 个步骤",
    en="Picture of the process {process}: {states} states, {steps} steps",
)
class ProcessShown(Event):
    """``digest`` is the SHA-256 of the table that the picture is made of, so that a change shows."""

    process: str
    states: int
    steps: int
    digest: str


@event(
    "staffing.foreseen",
    zh="未来 {days} 天人员配置：缺人 {short} 小时，最多缺 {most} 人",
    en="Staffing of the next {days} days: {short} hours short, at most {most} people missing",
)
class StaffingForeseen(Event):
    """``short``: hours in which people are missing; ``kinds``: the kinds of case that are short."""

    days: int
    short: int
    most: int
    kinds: list[str]


@event(
    "organisation.reviewed",
    zh="组织核查：{units} 个机构，{gaps} 项缺口",
    en="Organisation looked through: {units} units, {gaps} gaps",
)
class OrganisationReviewed(Event):
    """``codes`` of what is missing, without saying of whom."""

    units: int
    gaps: int
    codes: list[str]
