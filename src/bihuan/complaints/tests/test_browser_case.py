"""A note with mention and citation by keyboard, and a draft that survives leaving at once, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from bihuan.complaints import stage
from bihuan.conversations.models import Draft, Message
from bihuan.notices.models import Notice
from bihuan.project.drain import drain

from .conftest import AT
from .play import submit
from .test_browser_desk import PASSWORD, _assign, committed

__all__ = ["committed"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_note_by_keyboard_and_a_draft_that_survives(committed: stage.Stage, page: Any) -> None:
    case_id = submit(committed).case_id
    _assign(committed, case_id, AT)
    _enter(page, "agent", f"/desk/{case_id}")
    page.keyboard.press("i")
    page.keyboard.type("请 @老周")
    page.wait_for_selector("#bh-offers [aria-selected=true]")
    page.keyboard.press("Enter")
    page.keyboard.type("核对 [[pcn-3.2.3")
    page.wait_for_selector("#bh-offers [data-bh-insert^='«PCN-3.2.3 ']")
    page.keyboard.press("Enter")
    expect(page.locator("#text-internal")).to_have_value("请 @主管 老周 核对 «PCN-3.2.3 投诉调查时限» ")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    drain(at=AT)
    assert Message.objects.get().thread.audience == "internal"
    assert Notice.objects.get(kind="mention").recipient_id == committed.who("supervisor").id
    assert page.get_attribute(".bh-said .bh-cited", "href") == "/rules/PCN-3.2.3"
    page.keyboard.press("r")
    page.keyboard.type("没等保存就离开")
    page.goto("/desk")
    page.goto(f"/desk/{case_id}")
    expect(page.locator("#text-consumer")).to_have_value("没等保存就离开")
    assert Draft.objects.get().audience == "consumer"


def _enter(page: Any, name: str, path: str) -> None:
    page.goto(f"/sign-in?next={path}")
    page.fill("input[name=login], input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{path}")
