"""Whatever pages and refusals say is said in Chinese too, once, with the same fields."""

from __future__ import annotations

import gettext as catalogues
import subprocess
import sys
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext, trans_real

from bihuan.engine.workflow import ReasonMissing

TOOL = Path(__file__).resolve().parents[2] / "tools" / "messages.py"


def run(step: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), step], capture_output=True, text=True, check=False)


def test_every_text_has_one_finished_translation() -> None:
    checked = run("check")
    assert checked.returncode == 0, checked.stdout


def test_the_compiled_catalogue_speaks_chinese() -> None:
    assert run("compile").returncode == 0
    trans_real._translations.clear()  # what was read before it was compiled
    catalogues._translations.clear()
    with translation.override("zh-hans"):
        assert gettext(ReasonMissing.message) == "步骤“{step}”须说明理由。"
    with translation.override("en"):
        assert gettext(ReasonMissing.message) == ReasonMissing.message
