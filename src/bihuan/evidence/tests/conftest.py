from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bihuan.evidence import readers
from bihuan.journal.actor import Actor


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    """An evidence folder of its own for each test."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture(autouse=True)
def case_readers(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, set[UUID]]:
    """Case id → people who may read it; stands for the module that owns cases."""
    allowed: dict[UUID, set[UUID]] = {}

    def reader(actor: Actor, case_id: UUID) -> bool:
        return actor.id in allowed.get(case_id, set())

    monkeypatch.setattr(readers, "_READERS", [reader])
    return allowed


def files(root: Path) -> list[Path]:
    return [p for p in root.rglob("*") if p.is_file()]
