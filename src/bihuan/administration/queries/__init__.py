"""Every read of the room that belongs to nobody else."""

from bihuan.administration.queries.backups import Files, backup_for, backups, files, last_good
from bihuan.administration.queries.health import Sign, signs
from bihuan.administration.queries.jobs import Job, counted, job_for, jobs, workers
from bihuan.administration.queries.retention import Kept, retention

__all__ = [
    "Files",
    "Job",
    "Kept",
    "Sign",
    "backup_for",
    "backups",
    "counted",
    "files",
    "job_for",
    "jobs",
    "last_good",
    "retention",
    "signs",
    "workers",
]
