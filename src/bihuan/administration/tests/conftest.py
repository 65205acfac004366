"""The room in a database marked as a drill's, at a fixed time, with one small rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.norms import actions as norms
from bihuan.norms import cache, checking, reading
from bihuan.norms.tests.books import KNOWN, write_book

AT = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def room(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Path]:
    """Only PCN-3.4.b is in force; nobody needs a second factor; backups go into an empty folder."""
    settings.MFA_REQUIRED_ROLES = []
    settings.BACKUP_ROOT = tmp_path / "backups"
    monkeypatch.setattr(reading, "SHIPPED", tmp_path / "books")
    monkeypatch.setattr(checking, "known", lambda: KNOWN)
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    write_book(tmp_path / "books")
    norms.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)
    yield tmp_path
    time._kinds.clear()
    cache.forget()
