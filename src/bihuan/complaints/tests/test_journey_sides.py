"""One complaint seen by those who do not work here: a consumer on a phone, then the merchant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

from bihuan.cases.models import Case
from bihuan.complaints import actions, stage
from bihuan.complaints.models import Complaint
from bihuan.evidence.models import Item
from bihuan.journal import time
from bihuan.journal.actor import Actor

from .conftest import AT
from .test_pages_consumer import signed_in

SHOTS = os.environ.get("BIHUAN_SHOTS", "")
"""A folder for pictures of every step, for those who work on the pages."""


@pytest.fixture
def on_stage(transactional_db: None) -> Iterator[stage.Stage]:
    time._kinds.clear()
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    yield stage.build(at=AT, count=6)
    time._kinds.clear()


def enter(page: Any, actor: Actor, language: str = "en") -> None:
    """Give the browser a session of the person."""
    key = signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value
    values = {settings.SESSION_COOKIE_NAME: key, settings.LANGUAGE_COOKIE_NAME: language}
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in values.items()]
    )


def shoot(page: Any, name: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is wider than the window"
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def complain(page: Any, folder: Path) -> UUID:
    """Fill the form in as a person would, with a file that is sent at once; the id of the case."""
    Image.new("RGB", (300, 200), (180, 60, 50)).save(folder / "leak.jpg")
    page.goto("/complain")
    page.locator("input[name=order]").first.check()
    page.locator("input[name=line]").first.check()
    page.click("[data-bh-next]")
    page.locator("input[name=type][value=quality]").check()
    page.fill("textarea[name=matter_text]", "The kettle leaks at its foot since the second day.")
    page.click("[data-bh-next]")
    page.locator("input[name=demand][value=refund]").check()
    page.click("[data-bh-next]")
    page.set_input_files("input[type=file]", folder / "leak.jpg")
    page.wait_for_selector("input[name=kept_files]", state="attached")
    page.click("[data-bh-next]")
    page.locator(".bh-condition-given").nth(4).wait_for()
    shoot(page, "form")
    page.click("text=Send the complaint")
    page.wait_for_url("**/received")
    shoot(page, "received")
    expect(page.locator("dd.bh-code")).to_have_count(2)
    return Case.objects.get().id


def ask_and_offer(on: stage.Stage, case_id: UUID) -> None:
    """What the desk does: take, ask the merchant, find, offer."""
    asked = {"case_id": case_id, "actor": on.who("agent"), "at": AT}
    actions.take(**asked)
    actions.open_investigation(**asked)
    actions.request_evidence(
        **asked, party="merchant", what="inspection_report", reason="请说明出厂检验情况并提供报告",
        due_at=AT + timedelta(days=3),
    )  # fmt: skip


def offer(on: stage.Stage, case_id: UUID) -> None:
    asked = {"case_id": case_id, "actor": on.who("agent"), "at": AT}
    actions.decide_liability(
        **asked, party="merchant", ground="product_quality", reason="壶底开裂，检验报告缺项"
    )
    actions.record_findings(**asked, result="substantiated", reason="核对照片和报告后属实")
    facts = {"price": 12800, "fraud": True}
    rule = max(actions.compute_options(**asked, facts=facts), key=lambda o: o.total).rule
    options = Complaint.objects.get().options.get(rule=rule)
    actions.offer(
        **asked, kind="compensation", amount=options.total, text="按规定为您赔偿，三日内到账", rule=rule
    )
    held = Complaint.objects.get().offers.filter(state="held").first()
    if held is not None:
        actions.approve_offer(case_id=case_id, actor=on.who("manager"), at=AT, offer_id=held.id)


def merchant_answers(page: Any, on: stage.Stage, case_id: UUID, folder: Path) -> None:
    enter(page, on.who("merchant"))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/partner?shown=asked")
    shoot(page, "board")
    page.click("a[data-bh-open]")
    page.wait_for_url(f"**/partner/{case_id}*")
    shoot(page, "asked")
    page.fill("textarea[name=reason]", "检验合格，报告见附件。")
    page.set_input_files("form.bh-step-form input[type=file]", folder / "leak.jpg")
    page.wait_for_selector("form.bh-step-form input[name=kept_files]", state="attached")
    page.click("form.bh-step-form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Nothing is asked of you now.")
    shoot(page, "answered")


def test_a_consumer_on_a_phone_and_the_merchant(page: Any, on_stage: stage.Stage, tmp_path: Path) -> None:
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, on_stage.who("consumer"))
    case_id = complain(page, tmp_path)
    ask_and_offer(on_stage, case_id)
    merchant_answers(page, on_stage, case_id, tmp_path)
    assert Item.objects.filter(subject_id=case_id).count() == 2
    offer(on_stage, case_id)

    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, on_stage.who("consumer"))
    page.goto(f"/my/{case_id}")
    shoot(page, "offer")
    page.click("summary:has-text('Accept')")
    shoot(page, "accepting")
    page.click("button:has-text('Yes, accept')")
    expect(page.locator("main")).to_contain_text("being carried out")
    assert Case.objects.get().state == "executing"
    shoot(page, "executing")
    assert errors == []


def test_by_number_and_code_without_javascript(
    chromium: Any, live_server: Any, on_stage: stage.Stage, tmp_path: Path
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-US")
    page = context.new_page()
    actor = on_stage.who("consumer")
    new = actions.NewComplaint(
        channel="site", consumer_id=actor.id, matter_text="少发一件", type="delivery", demand="resend"
    )
    done = actions.submit(actor=actor, at=AT, new=new)
    actions.request_supplement(
        case_id=done.case_id,
        actor=on_stage.who("supervisor"),
        at=AT,
        missing=("evidence",),
        reason="请补充照片",
    )
    page.goto("/follow")
    page.fill("input[name=number]", done.number)
    page.fill("input[name=code]", done.code)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**/my/{done.case_id}")
    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    page.set_input_files("form.bh-step-form input[type=file]", tmp_path / "a.png")
    page.fill("form.bh-step-form input[name=transaction_record]", "4200001234")
    shoot(page, "supplement")
    with page.expect_navigation():
        page.click("form.bh-step-form button[type=submit]")
    assert Case.objects.get().state != "supplementing"
    assert Item.objects.get().subject_id == done.case_id
    context.close()
