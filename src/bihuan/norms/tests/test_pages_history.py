"""The page of a clause: every text ever in force with its differences, times off, examples in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.norms import actions, queries
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, tzinfo=UTC)
ID = "PCN-3.4.b"
LAWYER = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"officer_legal"}))


def load() -> None:
    actions.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)


def page(path: str = f"/rules/{ID}", language: str = "zh-hans", status: int = 200) -> str:
    found = Client().get(path, headers={"Accept-Language": language})
    assert found.status_code == status, found.content.decode()[:500]
    return found.content.decode()


def test_every_text_with_what_it_changed(shelf: Path) -> None:
    write_book(shelf)
    load()
    write_book(shelf, limit="24h\n  2027-01-01: 12h")
    load()
    write_book(shelf, limit="24h\n  2027-01-01: 12h", text={"zh": "12小时内告知。", "en": "Told soon."})
    load()
    text = page()
    assert text.index("文字调整") < text.index("新数值，自生效日起适用") < text.index("首次载入")
    assert "<del>24</del><ins>12</ins>小时内告知。" in text
    assert "<del>2026-01-01：24小时</del>" in text
    assert "<ins>2026-01-01：24小时；2027-01-01：12小时</ins>" in text
    assert "Told <del>within 24 h</del><ins>soon</ins>." in page(language="en")


def test_a_former_text_has_its_own_page(shelf: Path) -> None:
    write_book(shelf)
    load()
    old = queries.clause(ID).hash
    write_book(shelf, limit="12h")
    load()
    text = page(f"/rules/{ID}/text/{old}")
    assert "此为旧文本" in text
    assert "24小时" in text
    assert "此为旧文本" not in page(f"/rules/{ID}/text/{queries.clause(ID).hash}")
    page(f"/rules/{ID}/text/{'0' * 64}", status=404)
    page(f"/rules/PCN-9/text/{old}", status=404)


def test_a_clause_that_is_gone_keeps_its_page(shelf: Path) -> None:
    path = write_book(shelf)
    load()
    path.unlink()
    (shelf / "pcn" / "scenarios" / "one.yaml").unlink()
    load()
    assert "已不在任何规范库中" in page()
    page("/rules/PCN-9", status=404)


def test_times_switched_off_stand_with_their_reason(shelf: Path) -> None:
    write_book(shelf)
    load()
    actions.switch_off(clause_id=ID, reason="另有合同约定", actor=LAWYER, at=AT)
    assert page().count("另有合同约定") == 2
    actions.switch_on(clause_id=ID, actor=LAWYER, at=AT)
    text = page()
    assert text.count("另有合同约定") == 1
    assert "2026-11-01 08:00 – 2026-11-01 08:00" in text


@pytest.mark.parametrize(
    ("clause", "zh", "en"),
    [
        (
            "PCN-1.2",
            ("<strong>消费者</strong> 提交投诉", "被拒绝"),
            ("<strong>The consumer</strong>", "refused"),
        ),
        ("L-14", ("欺诈的赔偿", "¥166.67", "惩罚性赔偿", "¥500.01"), ("Remedy for fraud", "¥166.67")),
        ("CRP-2.3.c", ("处理权限", "客服：¥200.00；主管：¥2,000.00"), ("Authority to settle",)),
        ("PCN-3.2.1", ("责任比例", "商家：70；第三方：30"), ("shares",)),
    ],
)
def test_examples_read_as_sentences(clause: str, zh: tuple[str, ...], en: tuple[str, ...]) -> None:
    for language, words in (("zh-hans", zh), ("en", en)):
        text = page(f"/rules/{clause}", language)
        for word in words:
            assert word in text, (language, word)


def test_no_code_is_left_in_an_example_in_chinese() -> None:
    """Names and values of examples are words; what is kept as it is are numbers, texts and clause ids."""
    from bihuan.norms import telling

    left: set[Any] = set()
    for document in queries.library().scenarios():
        shown = telling.scenario(document.value, "zh")
        rows = [*shown["facts"], *(row for one in shown["expect"] if one.get("whole") for row in one["rows"])]
        for act in shown["acts"]:
            rows += [*act.given, *act.comes]
            left |= {name for name in (act.who, act.does) if name.isascii()}
        left |= {name for name, _ in rows if name.isascii()}
        left |= {value for _, value in rows if "_" in value and value.isascii() and "." not in value}
    assert left == set()
