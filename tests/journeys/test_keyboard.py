"""A morning at the desk without a mouse: inbox, case, steps, an answer, a note, aside, the next one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bihuan.project.demo import PASSWORD

from .conftest import Person

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("program"), pytest.mark.timeout(900),
]  # fmt: skip
REACHED = "selector => Boolean(document.activeElement && document.activeElement.matches(selector))"
CASE = re.compile(r"/desk/[0-9a-f-]{36}(\?|$)")
STANDING = """() => Array.from(document.querySelectorAll("[data-bh-row]")).indexOf(
    document.activeElement && document.activeElement.closest("[data-bh-row]"))"""
FAR = 250
"""More presses of Tab than any page of the desk needs."""


def reach(page: Page, selector: str) -> None:
    """Tab until it has the focus."""
    for _ in range(FAR):
        if page.evaluate(REACHED, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def press(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Enter")


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/desk")
    reach(page, "input[name=login]")
    page.keyboard.type("agent")
    reach(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    expect(page.locator("[data-bh-row]").first).to_be_visible()


def test_a_morning_without_a_mouse(person: Callable[..., Person]) -> None:
    page = person().page
    sign_in(page)
    walk(page)
    tell_progress(page)
    answer(page)
    note(page)
    evidence_and_clock(page)
    aside(page)
    go_elsewhere(page)


def walk(page: Page) -> None:
    """To the first complaint of the list, one too far and back, and into it.

    As a person does: one looks where one stands, and tries again where the list came anew under one's hands.
    """
    for _ in range(4):
        links = page.locator("[data-bh-row] a[data-bh-open]")
        goal = next(n for n, one in enumerate(links.all()) if CASE.search(one.get_attribute("href") or ""))
        stand(page, goal + 1)
        stand(page, goal)
        page.keyboard.press("Enter")
        try:
            page.wait_for_url(CASE, timeout=20_000)
        except PlaywrightTimeout:
            continue
        return
    raise AssertionError(f"Enter opens no complaint; the page is still {page.url}")


def stand(page: Page, row: int) -> None:
    """With j and k, until that row has the focus."""
    for _ in range(FAR):
        here = page.evaluate(STANDING)
        if here == row:
            return
        page.keyboard.press("j" if here < row else "k")
    raise AssertionError(f"row {row} is not reached with j and k")


def tell_progress(page: Page) -> None:
    """A step of a closed group: opened, its form left with Escape, opened again and sent."""
    door = 'a[href$="/steps/tell_progress"]'
    press(page, f"details:has({door}) > summary")
    press(page, door)
    form = page.locator("#bh-dialog form")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#bh-dialog")).to_be_hidden()
    expect(page.locator(door)).to_be_focused()
    page.keyboard.press("Enter")
    expect(form).to_be_visible()
    reach(page, "#bh-dialog textarea")
    page.keyboard.type("已收到商家说明，正在核对检测报告")
    with page.expect_navigation():
        press(page, "#bh-dialog button[type=submit]")
    expect(page.locator("#bh-dialog")).to_be_hidden()


def answer(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.locator("#text-consumer")).to_be_focused()
    page.keyboard.type("您好，报告预计后天出具")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-talk")).to_contain_text("您好，报告预计后天出具")


def note(page: Page) -> None:
    """With a colleague and a clause, both picked with the arrows."""
    page.keyboard.press("i")
    expect(page.locator("#text-internal")).to_be_focused()
    page.keyboard.type("请 @老周")
    expect(page.locator("#bh-offers [aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("看 [[pcn-3.2.3")
    expect(page.locator("#bh-offers [data-bh-insert^='«PCN-3.2.3 ']").first).to_be_visible()
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-talk .bh-cited").last).to_be_visible()


def evidence_and_clock(page: Page) -> None:
    """The tabs by arrows, a clock explained and closed, the help."""
    reach(page, "#tab-talk")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-talk")).to_have_attribute("aria-selected", "false")
    press(page, ".bh-case-lead a[data-bh-dialog]")
    expect(page.locator("#bh-dialog .bh-steps li").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#bh-dialog")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#bh-dialog .bh-keylist").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#bh-dialog")).to_be_hidden()


def aside(page: Page) -> None:
    """Put aside until tomorrow; the next row of the view comes."""
    here = page.url
    page.keyboard.press("z")
    reach(page, "#one-until")
    page.keyboard.press("Home")
    with page.expect_navigation():
        press(page, "details.bhd-pop[open] button[type=submit]")
    assert page.url != here


def go_elsewhere(page: Page) -> None:
    """The palette leads to a view, a tick and the keys to several cases at once."""
    page.keyboard.press("Control+k")
    page.keyboard.type("登记")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/new")
    reach(page, "main input, main select, main textarea")
