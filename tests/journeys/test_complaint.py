"""A complaint from the first word to the appeal, lived by all who have a part in it, each in a browser."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from bihuan.complaints.workflow import STATES

from .conftest import ON_THE_WAY, Person, fill

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("program"), pytest.mark.timeout(900),
]  # fmt: skip
MATTER = "耳机右侧没有声音，重新配对也没有用"


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("photo") / "耳机.jpg"
    Image.new("RGB", (300, 200), (90, 120, 150)).save(path)
    return str(path)


def test_from_the_first_word_to_the_appeal(
    person: Callable[..., Person], cast: dict[str, str], photo: str
) -> None:
    """Supplement, extension told in time, counter-offer, mediation, result, appeal; and the auditor looks."""
    consumer = person(ON_THE_WAY).sign_in_by_phone("/complain")
    case = complain(consumer, cast["order"])
    agent, supervisor = person().sign_in("agent", "/desk"), person().sign_in("supervisor", "/desk/board")
    merchant = person().sign_in(cast["merchant"], "/partner")
    supplement(supervisor, consumer, case, photo)
    take_up(supervisor, agent, case)
    investigate(agent, merchant, consumer, case)
    extend(agent, supervisor, consumer, case)
    settle(agent, consumer, merchant, case)
    mediate(agent, person().sign_in("manager", "/desk/board"), consumer, case)
    carry_out(agent, consumer)
    appeal(consumer, person().sign_in("other_supervisor", "/desk"), case)
    audit(person().sign_in("auditor", "/oversight/audit"), case)


def complain(consumer: Person, order: str) -> str:
    """Without the photograph that is needed; the id of the case."""
    page = consumer.page
    chosen = page.locator(f'input[name=order][value="{order}"]')
    chosen.evaluate("box => box.click()")  # it may stand among the older ones, folded up
    page.click("[data-bh-next]")
    page.locator("input[name=type][value=quality]").check(force=True)
    page.fill("textarea[name=matter_text]", MATTER)
    page.click("[data-bh-next]")
    page.locator("input[name=demand][value=refund]").check(force=True)
    page.click("[data-bh-next]")
    page.click("[data-bh-next]")
    page.get_by_role("button", name="提交投诉").click()
    page.wait_for_url("**/received")
    expect(page.locator("dd.bh-code")).to_have_count(2)
    page.get_by_role("link", name="查看投诉").click()
    page.wait_for_url("**/my/*")
    return page.url.split("/")[-1]


def open_case(who: Person, case: str) -> None:
    who.page.goto(f"/desk/{case}")
    expect(who.page.locator(".bh-case-head")).to_be_visible()


def is_in(who: Person, state: str) -> None:
    """The head of the page says so, by itself if need be."""
    expect(who.page.locator("#live-head .badge").filter(has_text=STATES[state][0]).first).to_be_visible()


def supplement(supervisor: Person, consumer: Person, case: str, photo: str) -> None:
    """What is missing is asked for; the consumer sees it without loading anew, and adds it."""
    open_case(supervisor, case)
    supervisor.step("request_supplement", missing="evidence", reason="请补充能听出故障的视频或照片")
    is_in(supervisor, "supplementing")
    consumer.sees("请补充材料")
    form = consumer.page.locator("form.bh-step-form").first
    form.locator("input[type=file]").set_input_files(photo)
    expect(form.locator("input[name=kept_files]")).to_be_attached()
    consumer.answer(form)
    is_in(consumer, "accepted")
    is_in(supervisor, "accepted")


def take_up(supervisor: Person, agent: Person, case: str) -> None:
    """Whoever got it by rule: the supervisor gives it to the agent, who begins."""
    open_case(supervisor, case)
    supervisor.step("assign", owner_id="客服 小陈")
    open_case(agent, case)
    expect(agent.page.locator("#live-head")).to_contain_text("客服 小陈")
    agent.step("open_investigation")
    is_in(agent, "investigating")


def investigate(agent: Person, merchant: Person, consumer: Person, case: str) -> None:
    """The merchant is asked, and answers; the consumer asks how long, and the agent sees it at once."""
    due = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=2)
    agent.step(
        "request_evidence", party="merchant", what="", reason="请说明该批次的检测情况",
        due_at=due.strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    merchant.page.goto(f"/partner/{case}")
    merchant.sees("需要您说明")
    merchant.answer(
        merchant.page.locator("form.bh-step-form").first, reason="该批次已抽检，右侧发声单元存在虚焊"
    )
    merchant.sees("目前不需要您做什么。")
    consumer.page.fill("#write-text", "请问大概需要多久？")
    consumer.page.locator(".bh-composer button[type=submit]").click()
    agent.sees("请问大概需要多久？", "#panel-talk")


def extend(agent: Person, supervisor: Person, consumer: Person, case: str) -> None:
    """Asked by the agent, approved by the supervisor on the board, told before the end: in effect."""
    open_case(agent, case)
    agent.step("ask_extension", to="special", reason="需送第三方检测，最早后天出具报告")
    agent.sees("待批准")
    supervisor.page.goto("/desk/board")
    supervisor.page.locator(f'a[href*="{case}/steps/approve_extension"]').first.click()
    supervisor.send_dialog(extension_id="")
    agent.is_told("已生效")
    consumer.is_told("延长")


def settle(agent: Person, consumer: Person, merchant: Person, case: str) -> None:
    """An offer, and a counter-offer that the merchant does not accept."""
    agent.step("decide_liability", party="merchant", ground="product_quality", reason="商家确认虚焊")
    agent.step("record_findings", result="substantiated", reason="检测说明与照片一致")
    is_in(agent, "settling")
    agent.step("offer", kind="repair", text="为您免费更换右侧发声单元，往返运费由商家承担")
    consumer.sees("我们向您提出了处理方案")
    consumer.page.get_by_role("link", name="提出我的方案").first.click()
    consumer.page.wait_for_url("**/steps/counter*")
    form = consumer.page.locator("main form.bh-step-form")
    consumer.answer(form, kind="refund", amount="300", text="不想再修了，希望退一部分款")
    consumer.page.wait_for_url(f"**/my/{case}")
    merchant.page.goto(f"/partner/{case}")
    merchant.sees("消费者提出方案")
    merchant.page.locator("summary", has_text="不接受").first.click()
    with merchant.page.expect_navigation():
        merchant.page.get_by_role("button", name="确认不接受").click()
    merchant.sees("目前不需要您做什么。")


def mediate(agent: Person, manager: Person, consumer: Person, case: str) -> None:
    """A third party brings them together; what it found is offered, approved above, and accepted."""
    open_case(agent, case)
    agent.step("open_mediation", body="consumer_association")
    is_in(agent, "mediating")
    is_in(consumer, "mediating")
    agent.step("close_mediation", outcome="agreed", reason="双方同意退款三百元")
    is_in(agent, "settling")
    agent.step("offer", kind="refund", amount="300", text="按调解结果退款 300 元，原路退回")
    manager.page.goto("/desk/board")
    manager.page.locator(f'a[href*="{case}/steps/approve_offer"]').first.click()
    manager.send_dialog(offer_id="")
    consumer.is_told("我们向您提出了处理方案")
    consumer.page.locator("summary", has_text="接受方案").first.click()
    with consumer.page.expect_navigation():
        consumer.page.get_by_role("button", name="确认接受").click()
    is_in(consumer, "executing")
    is_in(agent, "executing")


def carry_out(agent: Person, consumer: Person) -> None:
    agent.page.reload()
    agent.step("execute", remedy_id="", reference="退款 300 元")
    is_in(agent, "handled")  # by itself, once the refund is on its way
    by = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=3)
    agent.step(
        "tell_result", reason="已退款三百元", corrective="该批次已停售并复检", money_by=str(by)
    )  # fmt: skip
    is_in(consumer, "told")
    consumer.sees("已退款三百元")


def appeal(consumer: Person, somebody_new: Person, case: str) -> None:
    """The consumer is not content; somebody new decides, and the case is taken up again."""
    consumer.page.goto(f"/my/{case}/steps/appeal")
    consumer.answer(consumer.page.locator("main form.bh-step-form"), ground="", reason="退款没有到账")
    consumer.page.wait_for_url(f"**/my/{case}")
    open_case(somebody_new, case)
    somebody_new.step("decide_appeal", outcome="upheld", reason="退款凭证缺失，重新核实")
    expect(somebody_new.page.locator("#live-head")).to_contain_text("第 2 轮")
    is_in(somebody_new, "accepted")
    is_in(consumer, "accepted")


def audit(auditor: Person, case: str) -> None:
    """The case is in a sample of everything; its bundle agrees with its manifest; so does the journal."""
    page = auditor.page
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    form = page.locator("form.ov-ask")
    days = {"from": str(today - timedelta(days=3)), "to": str(today + timedelta(days=40))}
    fill(form, {**days, "wanted": form.locator("[name=wanted]").get_attribute("max") or "", "seed": "2026"})
    form.locator("button[type=submit]").click()
    page.wait_for_url("**/oversight/audit/*-*")
    row = page.locator(f'tr:has(a[href$="{case}"])')
    with page.expect_download() as download:
        row.get_by_role("button").click()
    journal = checked(download.value.path())
    assert '"complaint.received"' in journal
    assert '"complaint.appeal_decided"' in journal
    row.get_by_role("link").first.click()
    page.wait_for_url(f"**/oversight/case/{case}*")
    page.goto("/oversight/journal")
    page.get_by_role("button", name="核验全部履历").click()
    expect(page.locator("#verification .ov-verdict .bg-green-lt")).to_be_visible()


def checked(path: Path) -> str:
    """The journal of a bundle in which every file is as its manifest says."""
    with zipfile.ZipFile(path) as bundle:
        for file in json.loads(bundle.read("manifest.json"))["files"]:
            assert hashlib.sha256(bundle.read(file["name"])).hexdigest() == file["sha256"], file["name"]
        return bundle.read("journal.jsonl").decode()
