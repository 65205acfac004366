"""The desk in a browser: palette, ticks that survive a new table, several at once, a case by its number."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.tests.play import submit
from bihuan.complaints.tests.test_browser_desk import PASSWORD, committed
from bihuan.project.drain import drain

from .conftest import AT

__all__ = ["committed"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_walk_by_keyboard(committed: stage.Stage, page: Any) -> None:
    cases = [submit(committed) for _ in range(3)]
    drain(at=AT)
    Case.objects.update(owner_id=None)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    _enter(page)
    _go_by_palette(page)
    _take_two(page)
    assert Case.objects.filter(owner_id=committed.who("agent").id).count() == 2
    _open_by_number(page, cases[2].number)
    assert faults == []


def _enter(page: Any) -> None:
    page.goto("/sign-in?next=/desk")
    page.fill("input[name=login], input[name=username]", "agent")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".bhd-views")
    assert page.locator(".bhd-bulk").is_hidden()


def _go_by_palette(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("待领取")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?view=unowned")
    expect(page.locator("[data-bh-row]")).to_have_count(3)


def _take_two(page: Any) -> None:
    """Ticked by key, kept when the table is loaded anew by a filter, taken together."""
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.select_option("[data-bhd-filters] select[name=type]", "quality")
    page.wait_for_url("**type=quality**")
    expect(page.locator("[data-bhd-ticked]")).to_have_text("2")
    page.click(".bhd-bulk > button[value=take]")
    page.wait_for_selector(".bhd-result")
    expect(page.locator(".bhd-sums")).to_contain_text("2 件已完成")
    page.click(".bhd-result a.btn")
    page.wait_for_url("**/desk?view=unowned&**type=quality**")
    expect(page.locator("[data-bh-row]")).to_have_count(1)


def _open_by_number(page: Any, number: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(number.lower())
    page.keyboard.press("Enter")
    page.wait_for_selector(".bh-case-head")
    assert number in page.inner_text(".bh-case-head")
