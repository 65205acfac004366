"""From a figure to its rows to the reason, by keyboard and on a narrow screen; then without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from bihuan.complaints import stage
from bihuan.complaints.tests.play import submit
from bihuan.complaints.tests.test_browser_desk import PASSWORD, committed
from bihuan.compliance import whatif
from bihuan.compliance.pages import what_if

__all__ = ["committed"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_a_figure_to_the_reason(
    committed: stage.Stage, page: Any, chromium: Any, live_server: Any
) -> None:
    number = submit(committed).number
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Security Policy" in said.text else None)
    page.set_viewport_size({"width": 390, "height": 800})
    _enter(page)
    page.locator(".ov-sum-cells a").first.press("Enter")
    page.wait_for_url("**/oversight/clocks?*")
    expect(page.locator("main")).to_contain_text(number)
    _fits(page)
    page.locator("a[data-bh-dialog]").first.press("Enter")
    page.wait_for_selector("#bh-dialog[open] .bh-steps li")
    page.keyboard.press("Escape")
    page.goto("/oversight/journal")
    _fits(page)
    assert errors == []
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    _enter(plain)
    plain.locator(".ov-sum-cells a").first.click()
    plain.wait_for_url("**/oversight/clocks?*")
    plain.locator("a[data-bh-dialog]").first.click()
    expect(plain.locator("main article")).to_contain_text(number)
    plain.goto("/oversight/journal")
    plain.click("form.ov-verify button")
    expect(plain.locator("#verification")).to_contain_text("排队中")
    plain.context.close()


def test_a_long_count_goes_on_by_itself_and_without_scripts_by_a_button(
    committed: stage.Stage, page: Any, chromium: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        submit(committed)
    monkeypatch.setattr(whatif, "BATCH", 1)
    monkeypatch.setattr(what_if, "SECONDS", 0.0)
    asked = "/oversight/what-if?clause=PCN-3.1.3.a&of=PCN-3.1.3.a&limit=1h&period=this_month"
    page.set_viewport_size({"width": 390, "height": 800})
    _enter(page)
    page.goto(asked)
    page.wait_for_selector("#what-if-result:not(:has(.ov-running)) .ov-then-figures")
    assert page.locator(".ov-then-figures dd").last.inner_text().strip() == "3"
    _fits(page)
    page.select_option("#clause", "PCN-3.3.3")
    page.wait_for_selector("input[name=limit_complex]")
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    _enter(plain)
    plain.goto(asked)
    for _ in range(2):
        with plain.expect_navigation():
            plain.click(".ov-running button")
    expect(plain.locator(".ov-running")).to_have_count(0)
    assert plain.locator(".ov-then-figures dd").last.inner_text().strip() == "3"
    plain.context.close()


def _enter(page: Any) -> None:
    page.goto("/sign-in?next=/oversight")
    page.fill("input[name=login], input[name=username]", "auditor")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".ov-sum")


def _fits(page: Any) -> None:
    """Nothing makes the page wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
