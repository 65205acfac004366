"""Taking a step with a complaint from a page; every site of it does it so."""

from __future__ import annotations

from typing import Final

from bihuan.cases.pages.stepping import StepPages
from bihuan.complaints import queries, steps
from bihuan.complaints.fields import WORDS
from bihuan.complaints.pages.pickers import pickers

PAGES: Final = StepPages(
    table=steps.TABLE,
    words=WORDS,
    file_for=queries.file_for,
    pickers=pickers,
    known=("type", "urgency", "severity", "complexity"),
)
