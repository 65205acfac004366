"""The timeline speaks: words for codes, yuan for fen, 24:00 for the end of a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from bihuan.cases.labels import told
from bihuan.complaints import queries, stage

from .conftest import AT
from .play import owned, pass_to, take

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 6, tzinfo=SHANGHAI).isoformat()


@pytest.mark.parametrize(
    ("event", "data", "zh", "en"),
    [
        (
            "clock.warned",
            {"clause": "PCN-3.2.3", "level": "50%", "due_at": MIDNIGHT},
            "时限预警：PCN-3.2.3（50%），截止 2026-03-05 24:00",
            "Warning: PCN-3.2.3 (50%), due 2026-03-05 24:00",
        ),
        (
            "clock.escalated",
            {"clause": "PCN-3.2.3", "level": "1wd", "role": "manager", "due_at": MIDNIGHT},
            "超期升级：PCN-3.2.3（超期1个工作日）→ 经理",
            "Escalated: PCN-3.2.3 (1 working day overdue) to manager",
        ),
        (
            "complaint.offered",
            {"by": "merchant", "kind": "refund", "amount": 1285050},
            "商家提出方案 退款（¥12,850.50）",
            "The merchant offered refund (¥12,850.50)",
        ),
        ("complaint.options_computed", {"rules": ["R1", "R4"]}, "计算可选方案：2 种", "Options computed: 2"),
        ("complaint.refused", {"ground": "duplicate"}, "不予受理：重复投诉", "Refused: duplicate"),
    ],
)
def test_sentences(event: str, data: dict[str, object], zh: str, en: str) -> None:
    assert (told(event, data, "zh"), told(event, data, "en")) == (zh, en)


def test_no_code_is_left_in_a_played_case(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "agent", case_id, AT, "open_investigation", first_step="draw_records")
    due = (AT + timedelta(days=1)).isoformat()
    take(played, "agent", case_id, AT, "promise", due_at=due, text="明天告知")
    take(
        played, "agent", case_id, AT, "open_step", kind="data", department="technical", due_at=due,
    )  # fmt: skip
    pass_to(AT + timedelta(days=12))
    lines = queries.file_for(played.who("agent"), case_id, at=AT).timeline
    assert len(lines) > 10
    for line in lines:
        assert not re.search(r"[a-z]+_[a-z]+|\b(?:staff|program|agent|supervisor|consumer)\b", line.zh), (
            line.zh
        )
        assert " 00:00" not in line.zh + line.en
        assert not re.search(r"[a-z]+_[a-z]+|\d(?:wd|bh|mo)\b|[\u4e00-\u9fff]", line.en), line.en


def test_people_are_called_in_the_language_of_the_page(played: stage.Stage) -> None:
    case_id = owned(played)
    for language, word in (("en", "Consumer #"), ("zh-hans", "消费者 #")):
        with translation.override(language):
            lines = queries.file_for(played.who("agent"), case_id, at=AT).timeline
        received = next(line for line in lines if line.event == "complaint.received")
        assert received.by_label.startswith(word)
