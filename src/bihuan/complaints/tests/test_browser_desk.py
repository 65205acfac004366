"""One case at the desk in a browser, from the inbox to handled, by keyboard where it is meant to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from bihuan.cases.models import Case
from bihuan.complaints import stage, steps
from bihuan.journal import time
from bihuan.project.drain import drain

from .conftest import AT
from .play import submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PASSWORD = "desk-in-a-browser"


@pytest.fixture
def committed(transactional_db: None) -> Iterator[stage.Stage]:
    """A stage that the live server sees too."""
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    yield stage.build(at=AT, count=6, password=PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_deployment SET kind = 'production', frozen_at = NULL")
    time._kinds.clear()


def test_from_inbox_to_handled(committed: stage.Stage, page: Any) -> None:
    case_id = submit(committed).case_id
    _assign(committed, case_id, AT)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if _is_defect(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/sign-in?next=/desk")
    page.fill("input[name=login], input[name=username]", "agent")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("[data-bh-row]")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/desk/{case_id}?" in url)
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight + 1")
    _refused(page)
    _step(page, "open_investigation", {})
    _step(
        page, "decide_liability", {"party": "merchant", "ground": "product_quality", "reason": "检测不合格"}
    )
    _step(page, "record_findings", {"result": "substantiated", "reason": "核对照片后属实"})
    _step(page, "offer", {"kind": "apology", "text": "就此事向您诚恳道歉"})
    _accept(committed, case_id)
    page.reload()
    _step(page, "execute", {"remedy_id": None, "reference": "道歉信 1"})
    _step(page, "handle", {})
    assert Case.objects.get(id=case_id).state == "handled"
    assert "处理完毕" in page.inner_text(".bh-case-head")
    assert complaints == []


def _is_defect(said: Any) -> bool:
    """An error of a script or of the security policy; the one refusal of the walk is meant."""
    return said.type == "error" and "422" not in said.text


def _step(page: Any, name: str, given: dict[str, str | None]) -> None:
    """Open the step's form in the dialog, fill it in, send it."""
    link = page.locator(f'.bh-next a[href$="/steps/{name}"]')
    if not link.is_visible():
        page.locator(f'.bh-step-group:has(a[href$="/steps/{name}"]) summary').click()
    link.click()
    form = page.locator("#bh-dialog form")
    form.wait_for()
    for field, value in given.items():
        box = form.locator(f'[name="{field}"]')
        if box.evaluate("box => box.tagName") == "SELECT":
            if value:
                box.select_option(value)
            elif not box.input_value():  # a single choice stands there already
                box.select_option(index=1)
        else:
            box.fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def _refused(page: Any) -> None:
    """Sent without its fields, the form stays, says what is missing and loses nothing; Esc leaves it."""
    page.locator(".bh-step-group", has_text="投诉人").locator("summary").click()
    page.locator('.bh-next a[href$="/steps/promise"]').click()
    form = page.locator("#bh-dialog form")
    form.locator("[name=text]").fill("明天答复您")
    form.locator("button[type=submit]").click()
    page.wait_for_selector("#error-due_at")
    assert page.locator("#bh-dialog [name=text]").input_value() == "明天答复您"
    page.locator("#bh-dialog button[data-bh-close]").click()


def _assign(on: stage.Stage, case_id: Any, at: datetime) -> None:
    drain(at=at)
    owner = {"owner_id": str(on.who("agent").id)}
    steps.take(name="assign", case_id=case_id, actor=on.who("supervisor"), at=at, data=owner)
    drain(at=at)


def _accept(on: stage.Stage, case_id: Any) -> None:
    offer = Case.objects.get(id=case_id).complaint.offers.get()
    given = {"offer_id": str(offer.id)}
    steps.take(name="accept_offer", case_id=case_id, actor=on.who("consumer"), at=AT, data=given)
