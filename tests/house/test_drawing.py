"""The drawn workflow is the one the program runs."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_drawing_is_current() -> None:
    spec = importlib.util.spec_from_file_location("draw_workflow", ROOT / "tools" / "draw_workflow.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8") == tool.drawn()
