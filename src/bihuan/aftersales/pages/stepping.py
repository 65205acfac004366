"""Taking a step with an after-sales case from a page; every site of it does it so."""

from __future__ import annotations

from typing import Any, Final

from bihuan.aftersales import queries, steps
from bihuan.aftersales.fields import WORDS
from bihuan.aftersales.pages.pickers import pickers
from bihuan.cases.pages.stepping import StepPages


def finish(step: str, data: dict[str, Any]) -> dict[str, Any]:
    """Ticked materials and the files of the same form become files by material."""
    ticked = data.pop("materials_given", None)
    if step == "give_materials" and ticked:
        data["materials_given"] = {code: data.get("evidence_ids", []) for code in ticked}
        data.pop("evidence_ids", None)
    return data


PAGES: Final = StepPages(
    table=steps.TABLE,
    words=WORDS,
    file_for=queries.file_for,
    pickers=pickers,
    finish=finish,
)
