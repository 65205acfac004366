from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bihuan.accounts.models import Person
from bihuan.cases.models import Case
from bihuan.clocks.models import Clock
from bihuan.complaints.models import FollowUp
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.norms import actions as norms
from bihuan.notices.models import Notice
from bihuan.project.cli import import_complaints
from bihuan.project.imports import BadFile
from bihuan.project.models import TakenComplaint

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 12, tzinfo=ZONE)
PAST = {
    "received_at": "2026-03-02 10:00", "accepted_at": "2026-03-02 15:00",
    "acceptance_told_at": "2026-03-02 15:05", "findings_at": "2026-03-10 09:00",
    "finding": "substantiated", "findings_text": "商家漏发一件", "handled_at": "2026-03-11 09:00",
    "outcome": "agreed", "told_at": "2026-03-11 10:00", "followed_up_at": "2026-03-13 10:00", "score": 4,
    "closed_at": "2026-03-14 10:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _drill(db: None) -> None:
    time.mark_deployment("drill")
    time.set_drill_time(NOW)
    norms.load_rulebooks(actor=PROGRAM, at=NOW)


def row(number: str = "K1", **more: Any) -> dict[str, Any]:
    return {
        "external_id": number, "consumer": {"reference": "b-1"}, "type": "quality", "matter": "少发一件",
        "demand": "refund", "demand_amount": 6550,
    } | more  # fmt: skip


def run(tmp_path: Path, *rows: Any, mode: str = "historical", options: tuple[str, ...] = ()) -> int:
    path = tmp_path / "complaints.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return run_file(path, mode, *options)


def run_file(path: Path, mode: str, *options: str) -> int:
    parser = argparse.ArgumentParser()
    import_complaints.add_parser(parser.add_subparsers())
    return import_complaints.run(parser.parse_args(["complaints", str(path), "--mode", mode, *options]))


def test_a_past_case_is_closed_its_clocks_marked_and_nobody_hears_of_it(tmp_path: Path) -> None:
    assert run(tmp_path, row(**PAST)) == 0
    case = Case.objects.get()
    assert (case.state, case.imported, case.is_open) == ("closed", True, False)
    assert case.closed_at == datetime(2026, 3, 14, 10, tzinfo=ZONE)
    assert (Notice.objects.count(), FollowUp.objects.get().score) == (0, 4)
    assert set(Clock.objects.values_list("imported", flat=True)) == {True}
    found = dict(Clock.objects.values_list("clause_id", "verdict"))
    # 3 working days from Monday 2 March end on Thursday 5 March 24:00; the findings came on the 10th
    assert found["PCN-3.2.3"] == "late"
    assert found["PCN-3.1.3.a"] == "met"


def test_events_stand_at_their_times(tmp_path: Path) -> None:
    run(tmp_path, row(**PAST))
    at = dict(Entry.objects.filter(subject_kind="case").values_list("event", "occurred_at"))
    assert at["complaint.received"] == datetime(2026, 3, 2, 10, tzinfo=ZONE)
    assert at["complaint.result_told"] == datetime(2026, 3, 11, 10, tzinfo=ZONE)


def test_an_unfinished_past_case_stays_open(tmp_path: Path) -> None:
    run(tmp_path, row(received_at="2026-05-30T10:00:00+08:00", accepted_at="2026-05-30T11:00:00+08:00"))
    case = Case.objects.get()
    assert (case.state, case.is_open, case.next_step) == ("accepted", True, "open_investigation")


def test_a_live_row_is_a_real_intake(tmp_path: Path) -> None:
    assert run(tmp_path, row(received_at="2026-06-01 09:00"), mode="live") == 0
    case = Case.objects.get()
    assert (case.imported, case.received_at) == (False, datetime(2026, 6, 1, 9, tzinfo=ZONE))
    assert Notice.objects.count() == 1
    assert set(Clock.objects.values_list("imported", flat=True)) == {False}


BAD = [
    (row("B1", type="wonder"), "type"),
    (row("B2", **PAST | {"closed_at": "2026-03-01 10:00"}), "closed_at"),
    (row("B3", **PAST | {"closed_at": "2027-03-01 10:00"}), "closed_at"),
    (row("B4"), "receipt"),
    (row("B5", **PAST | {"score": 6}), "score"),
    (row("B6", **PAST | {"finding": "guilty"}), "finding"),
    (row("B7", received_at="2026-03-02 10:00", consumer=None), "complainant"),
    (row("B8", received_at="2026-03-02 10:00", matter="a\u0000"), "NUL"),
    (row("B9", received_at="2026-03-02 10:00", state="closed"), "state"),
    (row("x" * 81, received_at="2026-03-02 10:00"), "external_id"),
    ("[1]", "JSON object"),
    (row("B10", received_at="2026-03-02 10:00", matter="\ud800"), "matter"),
]  # fmt: skip


def test_bad_rows_are_told_by_line_and_good_ones_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = Person.objects.count()
    good = [row("G1", **PAST), row("G2", **PAST)]
    assert run(tmp_path, good[0], *(bad for bad, _ in BAD), good[1], options=("--json",)) == 1
    said = capsys.readouterr()
    for number, (line, (_, word)) in enumerate(zip(said.err.splitlines(), BAD, strict=True), 2):
        assert line.startswith(f"line {number}: ")
        assert word in line
    assert json.loads(said.out) == {
        "mode": "historical", "dry_run": False, "new": 2, "unchanged": 0, "left_out": len(BAD),
    }  # fmt: skip
    assert (Case.objects.count(), Person.objects.count()) == (2, people + 1)


def test_repeating_adds_nothing_and_a_changed_row_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, row(**PAST))
    assert run(tmp_path, row(**PAST), row("K2", **PAST)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Complaints: 1 new, 1 unchanged, 0 left out"
    assert run(tmp_path, row(**PAST | {"score": 1})) == 1
    assert "taken before with other content" in capsys.readouterr().err
    assert (Case.objects.count(), TakenComplaint.objects.count()) == (2, 2)


def test_a_live_row_has_no_past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, row(**PAST), mode="live") == 1
    assert "accepted_at" in capsys.readouterr().err
    assert not Case.objects.exists()


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Entry.objects.count()
    assert run(tmp_path, row(**PAST), row("K2"), options=("--dry-run",)) == 1
    assert capsys.readouterr().out == "Dry run, nothing written: 1 new, 0 unchanged, 1 left out\n"
    assert (Case.objects.count(), Entry.objects.count(), TakenComplaint.objects.count()) == (0, before, 0)


def test_csv_in_chinese(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "外部编号,收到时间,消费者手机,类型,投诉内容,诉求,诉求金额,渠道\n"
        "K1,2026-03-02 10:00,13800138000,物流配送,晚了两天,退款,12.50,电话\n"
        "K2,2026-03-02 10:00,13800138000,物流配送,晚了两天,退款,12.505,电话\n",
        "utf-8",
    )
    assert run_file(path, "historical") == 1
    case = Case.objects.get()
    assert (case.type, case.channel, case.complaint.demand_amount) == ("delivery", "telephone", 1250)


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    for head in ("外部编号,类型\nK1,物流", "external_id,type,matter,demand,wonder\n1,2,3,4,5"):
        path.write_text(head, "utf-8")
        with pytest.raises(BadFile):
            run_file(path, "live")
