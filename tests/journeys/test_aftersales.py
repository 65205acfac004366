"""A return from the application to the money, through a dispute; and a complaint made of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from bihuan.aftersales.workflow import STATES

from .conftest import ON_THE_WAY, Person

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("program"), pytest.mark.timeout(900),
]  # fmt: skip
HERE = Path(__file__).parent
FLAW = "右边袖子的接缝穿了两次就裂开了"


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("photo") / "大衣.jpg"
    Image.new("RGB", (300, 200), (140, 110, 80)).save(path)
    return str(path)


def test_from_the_application_to_the_money(
    person: Callable[..., Person], cast: dict[str, str], photo: str, program: Any
) -> None:
    """Approved, sent back, found worn, questioned, decided, paid; and opened as a complaint."""
    consumer = person(ON_THE_WAY).sign_in_by_phone(f"/orders/{cast['coat']}")
    case = apply(consumer, cast["coat"], photo)
    merchant = person().sign_in(cast["tailor"], "/partner/aftersales")
    send_back(merchant, consumer, case)
    question(merchant, consumer, case, photo)
    decide(person().sign_in("supervisor", "/desk"), consumer, case)
    assert program.run(HERE / "arrived.py") >= 1
    consumer.is_told("已退还给您")
    complain_of_it(consumer)


def apply(consumer: Person, order: str, photo: str) -> str:
    """From the page of the order; the id of the case."""
    page = consumer.page
    page.locator('main a[href^="/aftersales/new"]:visible').first.click()
    page.wait_for_url("**/aftersales/new*")
    part = page.locator(f'.bh-order:has(input[name=order][value="{order}"])')
    expect(part.locator("input[name=order]")).to_be_checked()
    part.locator("input[name=line]").first.check()
    page.click("[data-bh-next]")
    page.locator("input[name=kind][value=return]").check(force=True)
    page.locator("input[name=ground][value=quality]").check(force=True)
    page.click("[data-bh-next]")
    page.fill("textarea[name=text]", FLAW)
    page.click("[data-bh-next]")
    page.set_input_files("input[name=photos]", photo)
    expect(page.locator("input[name=kept_files]").first).to_be_attached()
    page.locator("input[name=shows][value=photo]").check()
    page.click("[data-bh-next]")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/my/aftersales/*")
    is_in(consumer, "deciding")
    return page.url.split("/")[-1]


def is_in(who: Person, state: str) -> None:
    """The head of the page says so, by itself if need be."""
    expect(who.page.locator("#live-head .badge").filter(has_text=STATES[state][0]).first).to_be_visible()


def does(merchant: Person, case: str, name: str, photo: str = "", **given: str) -> None:
    """A step from the page of the case, its form filled in on a page of its own."""
    merchant.page.goto(f"/partner/aftersales/{case}")
    merchant.page.locator(f'main a[href$="/steps/{name}"]').first.click()
    merchant.page.wait_for_url(f"**/steps/{name}")
    form = merchant.page.locator("main form.bh-step-form")
    if photo:
        form.locator("input[type=file]").set_input_files(photo)
        expect(form.locator("input[name=kept_files]")).to_be_attached()
    merchant.answer(form, **given)
    merchant.page.wait_for_url(f"**/partner/aftersales/{case}")


def send_back(merchant: Person, consumer: Person, case: str) -> None:
    """Approved, with an address; the parcel is told by its number."""
    does(merchant, case, "approve")
    is_in(consumer, "approved")
    does(
        merchant, case, "give_address", recipient="退货组", phone="19900009001", region="浙江省杭州市",
        address="一号仓",
    )  # fmt: skip
    consumer.sees("一号仓")
    form = consumer.page.locator("form.bh-step-form").first
    consumer.answer(form, carrier="迅捷速运", tracking_number="SXJ0001")
    is_in(consumer, "returning")


def question(merchant: Person, consumer: Person, case: str, photo: str) -> None:
    """The merchant would hold back fifty yuan; the consumer does not agree."""
    does(merchant, case, "receive")
    row = "findings.1:1"
    found = {f"{row}.finding": "worn", f"{row}.deduction": "50", "text": "领口有粉底"}
    does(merchant, case, "inspect", photo, **found)
    is_in(consumer, "disputed")
    consumer.sees("领口有粉底")
    consumer.sees("50.00")
    consumer.page.get_by_role("link", name="不认可验货结果").first.click()
    consumer.page.wait_for_url("**/steps/object_finding")
    consumer.answer(consumer.page.locator("main form.bh-step-form"), reason="寄出前已清洁，照片为证")
    consumer.page.wait_for_url(f"**/my/aftersales/{case}")


def decide(supervisor: Person, consumer: Person, case: str) -> None:
    """A person of the platform; the whole price goes back."""
    supervisor.page.goto(f"/desk/aftersales/{case}")
    supervisor.step("settle", outcome="granted", reason="照片显示寄出时完好，粉底无法确认来自消费者")
    consumer.is_told("¥699.00")


def complain_of_it(consumer: Person) -> None:
    """What was said and shown stands in the complaint already."""
    consumer.page.get_by_role("button", name="转为投诉").click()
    consumer.page.wait_for_url("**/my/*-*")
    consumer.sees(FLAW)
    expect(consumer.page.locator("main")).to_contain_text("大衣.jpg")
