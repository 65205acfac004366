"""Carrying out planned actions on a case, each by itself, and what each came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.automation import plans
from bihuan.complaints import steps
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import Actor


@dataclass(frozen=True, slots=True)
class Result:
    """What one action came to. A refusal keeps its sentence and what would make it pass, untranslated."""

    action: str
    state: str
    """``done``, ``refused``, or ``left``: not tried after a refusal."""
    code: str = ""
    msgid: str = ""
    remedy: str = ""
    clause: str = ""
    data: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def take(
    planned: Mapping[str, Any], *, case_id: UUID, inputs: Mapping[str, str], actor: Actor, at: datetime
) -> Result:
    """One step in a transaction of its own; a refusal is a result."""
    name = str(planned["step"])
    try:
        with transaction.atomic():
            data = plans.resolved(planned.get("data", {}), inputs, at=at)
            steps.take(name=name, case_id=case_id, actor=actor, at=at, data=data)
    except BihuanError as error:
        return refused(name, error)
    return Result(name, "done")


def refused(action: str, error: BihuanError) -> Result:
    """An error as it is kept."""
    return Result(
        action=action,
        state="refused",
        code=error.error_code,
        msgid=error.msgid,
        remedy=error.remedy_msgid,
        clause=error.clause or "",
        data={name: str(value)[:120] for name, value in error.data.items()},
    )
