"""Every scenario of the third family, played through the real actions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bihuan.complaints import stage
from bihuan.journal import time
from bihuan.project import acts

BOOKS = Path(stage.__file__).parents[1] / "rulebooks"
AT = datetime(2026, 2, 27, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def scenarios() -> list[Any]:
    found = []
    for path in sorted(BOOKS.glob("*/scenarios/*.yaml")):
        for number, document in enumerate(yaml.safe_load_all(path.read_text(encoding="utf-8")), 1):
            if document and "acts" in document:
                found.append(pytest.param(document, id=f"{path.stem}-{number}"))
    return found


@pytest.fixture(scope="module")
def set_stage(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            time.mark_deployment("drill")
            time.set_drill_time(AT)
            yield stage.build(at=AT, count=6)
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", scenarios())
def test_acts(set_stage: stage.Stage, scenario: Any) -> None:
    assert acts.play(scenario, set_stage) == []
