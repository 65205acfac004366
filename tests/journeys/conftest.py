"""People at their own browsers, who know nothing but the pages of the running program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bihuan.project.demo import PASSWORD, PHONE

PATIENCE = 60_000
"""Milliseconds that a page may take on a machine that does other things too."""
ON_THE_WAY, AT_A_DESK = (390, 844), (1440, 900)


_stays_signed_in: list[Any] = []
"""What the consumer's telephone keeps: its cookies."""


class Person:
    """Somebody at a browser; ``faults`` are errors of scripts and of the security policy."""

    def __init__(self, chromium: Any, url: str, size: tuple[int, int]) -> None:
        self.context = chromium.new_context(
            base_url=url, viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
            timezone_id="Asia/Shanghai", accept_downloads=True, reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def sign_in(self, name: str, path: str) -> Person:
        """With the password of the demo, and then at this page."""
        self.page.goto(f"/sign-in?next={path}")
        self.page.fill("input[name=login]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"**{path}")
        return self

    def sign_in_by_phone(self, path: str) -> Person:
        """With the code that the demo shows on the page; a telephone that did so before stays signed in.

        One number is sent one code a minute and five an hour, so that the journeys of a run share the first.
        """
        if _stays_signed_in:
            self.context.add_cookies(_stays_signed_in)
            self.page.goto(path)
            return self
        self.page.goto(f"/sign-in/phone?next={path}")
        self.page.fill("main input[name=phone]", PHONE)
        self.page.click("main button[type=submit]")
        self.page.fill("main input[name=code]", self.page.locator("main .alert strong").inner_text())
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"**{path}")
        _stays_signed_in.extend(self.context.cookies())
        return self

    def sees(self, words: str, where: str = "main") -> None:
        """Now, or as soon as the page shows it by itself."""
        expect(self.page.locator(where).get_by_text(words).locator("visible=true").first).to_be_visible()

    def is_told(self, words: str) -> None:
        """What a job brings about: the page is asked again until it says so."""
        for _ in range(30):
            if self.page.locator("main").get_by_text(words).count():
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(f"{words} never came: {self.page.inner_text('main')}")

    def step(self, name: str, **given: str) -> None:
        """A step of the case that is open at the desk: its button, its form in the dialog, sent, and done."""
        link = self.page.locator(f'main a[href*="/steps/{name}"]').first
        expect(link).to_be_attached()
        if not link.is_visible():
            self.page.locator(f'details:not([open]):has(a[href*="/steps/{name}"]) > summary').first.click()
        link.click()
        self.send_dialog(**given)

    def send_dialog(self, **given: str) -> None:
        """The form in the dialog, filled in and sent; the page comes again."""
        form = self.page.locator("#bh-dialog form")
        expect(form).to_be_visible()
        self.answer(form, **given)
        expect(self.page.locator("#bh-dialog")).to_be_hidden()

    def answer(self, form: Locator, **given: str) -> None:
        """A form, filled in and sent; the page comes again, or what the form says is the failure."""
        fill(form, given)
        try:
            with self.page.expect_navigation():
                form.locator("button[type=submit]").click()
        except PlaywrightTimeout as error:
            raise AssertionError(form.inner_text()) from error


def fill(form: Locator, given: dict[str, str]) -> None:
    """Whatever kind of field it is; an empty value takes the first that can be chosen."""
    for name, value in given.items():
        box = form.locator(f'[name="{name}"]').first
        expect(box).to_be_attached()
        kind = box.evaluate("box => box.tagName === 'SELECT' ? 'select' : box.type")
        if kind == "select":
            if value:
                box.select_option(value)
            elif not box.input_value():  # a single choice stands there already
                box.select_option(index=1)
        elif kind in ("radio", "checkbox"):
            chosen = form.locator(f'[name="{name}"][value="{value}"]') if value else box
            chosen.check(force=True)
        else:
            box.fill(value)


@pytest.fixture(scope="session")
def cast(program: Any) -> dict[str, str]:
    """The consumer's order, and who works at its shop."""
    return dict(program.run(Path(__file__).parent / "cast.py"))


@pytest.fixture
def person(chromium: Any, program: Any) -> Iterator[Callable[..., Person]]:
    """``person()`` at a desk, ``person(ON_THE_WAY)`` with a telephone; no script may have failed."""
    people: list[Person] = []

    def arrive(size: tuple[int, int] = AT_A_DESK) -> Person:
        people.append(Person(chromium, program.url, size))
        return people[-1]

    yield arrive
    faults = [fault for each in people for fault in each.faults if not re.search("422|409", fault)]
    for each in people:
        each.context.close()
    assert faults == []
