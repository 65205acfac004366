"""Complaining on a phone: page by page, a file over a bad line, a draft that survives the reload."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from PIL import Image
from playwright.sync_api import expect

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.evidence.models import Item
from bihuan.journal import time
from bihuan.personal.models import Draft

from .conftest import AT
from .test_pages_consumer import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MATTER = "水壶漏水，已经第三次"


@pytest.fixture
def committed(transactional_db: None) -> Iterator[stage.Stage]:
    """A stage that the live server sees too."""
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    yield stage.build(at=AT, count=6)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_deployment SET kind = 'production', frozen_at = NULL")
    time._kinds.clear()


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """A photograph of several pieces."""
    noise = Image.effect_noise((1400, 1100), 90).convert("RGB")
    body = io.BytesIO()
    noise.save(body, "JPEG", quality=95)
    path = tmp_path / "水壶.jpg"
    path.write_bytes(body.getvalue())
    return str(path)


@pytest.fixture
def phone(committed: stage.Stage, page: Any, live_server: Any) -> Any:
    """The consumer's own phone, signed in."""
    cookie = signed_in(committed.who("consumer")).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url},
        ]
    )
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def on(page: Any) -> str:
    """The title of the page of the wizard that is seen."""
    return str(page.locator("[data-bh-page] h2:visible").inner_text())


def until(page: Any, condition: str) -> None:
    """Wait for something that no selector tells; the page's own policy forbids wait_for_function."""
    for _ in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def go_on(page: Any) -> None:
    page.click("[data-bh-next]")


def test_a_complaint_with_a_bad_connection_and_a_reload(
    committed: stage.Stage, phone: Any, picture: str
) -> None:
    errors: list[str] = []
    phone.on("pageerror", lambda error: errors.append(str(error)))
    phone.goto("/complain")
    assert "Which order" in on(phone)
    phone.check(f'input[name=order][value="{committed.orders[0]["number"]}"]')
    go_on(phone)
    phone.check('input[name=type][value="quality"]', force=True)
    phone.fill("textarea[name=matter_text]", MATTER)
    go_on(phone)
    phone.check('input[name=demand][value="refund"]', force=True)
    go_on(phone)
    _upload_over_a_bad_line(phone, picture)
    phone.fill("input[name^='caption:']", "壶底裂开")
    go_on(phone)
    phone.wait_for_function("document.querySelectorAll('.bh-condition-given').length === 5")
    phone.wait_for_function(
        "document.querySelector('[data-bh-draft-state]').textContent.includes('Draft kept')"
    )
    phone.reload()
    # a reload that overtakes the last keeping fills in from the browser, keeps it and reloads
    phone.wait_for_selector("input[name=kept_files]:checked", state="attached")
    expect(phone.locator("input[name=kept_files]:checked")).to_have_count(1)
    expect(phone.locator("[data-bh-draft-found]")).to_be_visible()
    expect(phone.locator("textarea[name=matter_text]")).to_have_value(MATTER)
    for _ in range(4):
        go_on(phone)
    phone.click("text=Send the complaint")
    phone.wait_for_url("**/received")
    case = Case.objects.get()
    assert (case.state, Item.objects.get().subject_id) == ("accepted", case.id)
    assert not Draft.objects.exists()
    assert errors == []


def test_what_was_typed_without_an_account_is_kept_in_the_browser(committed: stage.Stage, page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/complain")
    go_on(page)
    page.fill("textarea[name=matter_text]", MATTER)
    until(page, "Object.keys(localStorage).some(key => key.startsWith('bh-typed-complaint'))")
    page.reload()
    expect(page.locator("[data-bh-found-here]")).to_be_visible()
    expect(page.locator("textarea[name=matter_text]")).to_have_value(MATTER)
    page.click("[data-bh-found-here] [data-bh-throw-away]")
    expect(page.locator("textarea[name=matter_text]")).to_have_value("")
    assert not Draft.objects.exists()


def _upload_over_a_bad_line(page: Any, picture: str) -> None:
    """The second and third piece are lost on their way; it goes on by itself where it stopped."""
    sent: list[str] = []

    def piece(route: Any) -> None:
        sent.append(route.request.url)
        if len(sent) in (2, 3):
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/evidence/pieces/*?offset=*", piece)
    page.set_input_files("input[type=file][name=photos]", picture)
    page.wait_for_selector("input[name=kept_files]", state="attached", timeout=30_000)
    places = [int(url.rsplit("=", 1)[1]) for url in sent]
    assert len(places) > 3
    assert places[1] == places[2] == places[3] > 0
    assert len(set(places)) == len(places) - 2
