"""Backups: when, how large, verified, and whether the files are still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from bihuan.accounts.permissions import require
from bihuan.administration.models import Backup, BackupState
from bihuan.administration.permissions import RoomPermission
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor


@dataclass(frozen=True, slots=True)
class Files:
    """A file of the backup folder that no row knows: written by the command line."""

    name: str
    size: int
    written_at: datetime


def backups(actor: Actor, *, limit: int = 50) -> list[Backup]:
    """The latest first."""
    require(actor, RoomPermission.SYSTEM)
    return list(Backup.objects.order_by("-asked_at", "-id")[:limit])


def backup_for(actor: Actor, backup_id: UUID) -> Backup:
    """One backup. Raises NotFound."""
    require(actor, RoomPermission.SYSTEM)
    found = Backup.objects.filter(id=backup_id).first()
    if found is None:
        raise NotFound(kind="backup", id=str(backup_id))
    return found


def last_good(actor: Actor) -> Backup | None:
    """The latest one that was written and verified."""
    require(actor, RoomPermission.SYSTEM)
    return Backup.objects.filter(state=BackupState.ENDED).order_by("-ended_at").first()


def files(actor: Actor) -> dict[str, Files]:
    """What lies in the backup folder now, by name."""
    require(actor, RoomPermission.SYSTEM)
    folder = Path(settings.BACKUP_ROOT)
    if not folder.is_dir():
        return {}
    found = [path for path in folder.iterdir() if path.suffix == ".tar" and path.is_file()]
    return {path.name: _file(path) for path in found}


def _file(path: Path) -> Files:
    stat = path.stat()
    return Files(path.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))
