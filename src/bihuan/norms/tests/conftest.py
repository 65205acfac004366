"""Rulebooks of a test's own instead of the shipped ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.norms import cache, reading


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that stands for the shipped rulebooks."""
    monkeypatch.setattr(reading, "SHIPPED", tmp_path)
    cache.forget()
    yield tmp_path
    cache.forget()
