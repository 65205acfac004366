"""Response and handling times by kind come from the clocks that measure them (ISH-2.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import AT, played, set_stage
from bihuan.complaints.tests.play import owned, take
from bihuan.compliance import times
from bihuan.compliance.figures import Filters
from bihuan.compliance.tests.site import text_of
from bihuan.compliance.tests.test_pages_case import browser
from bihuan.engine.errors import NotAllowed

__all__ = ["played", "set_stage"]
PERIOD: dict[str, Any] = {
    "start": AT - timedelta(days=1), "end": AT + timedelta(days=30), "at": AT, "filters": Filters(),
}  # fmt: skip


def answered(played: stage.Stage, hours: int, **more: Any) -> None:
    case_id = owned(played, **more)
    at = AT + timedelta(hours=hours)
    take(played, "agent", case_id, at, "send_message", text="已收到，正在核实批次")


def test_half_and_nine_of_ten_by_type(played: stage.Stage) -> None:
    for hours in (1, 2, 3):
        answered(played, hours)
    answered(played, 5, type="service")
    owned(played)
    found = {kind.type: kind for kind in times.by_kind(actor=played.who("manager"), **PERIOD)}
    assert found["quality"].response == times.Taken(3, timedelta(hours=2), timedelta(hours=2, minutes=48))
    assert found["service"].response == times.Taken(1, timedelta(hours=5), timedelta(hours=5))
    assert found["quality"].handling is None


def test_those_without_figures_see_none(played: stage.Stage) -> None:
    with pytest.raises(NotAllowed):
        times.by_kind(actor=played.who("consumer"), **PERIOD)


def test_the_page_shows_them_and_leads_to_the_clocks(played: stage.Stage, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []
    answered(played, 2)
    page = text_of(browser(played, "auditor"), "/oversight?from=2026-03-01&to=2026-03-31")
    part = page.split('id="times"')[1].split("</section>")[0]
    assert "product quality" in part
    assert "2 h 0 min" in part
    assert "clause=ISH-1.2.b.first" in part
