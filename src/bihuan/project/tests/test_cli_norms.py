"""`bihuan norms`: without a database, clear words, exit codes."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from bihuan.engine.errors import BihuanError
from bihuan.engine.remedies import BadFacts
from bihuan.project.cli import norms


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """As in a new process, whatever language a page of another test spoke."""
    with translation.override("zh-hans"):
        yield


def bihuan(*words: str) -> int:
    parser = argparse.ArgumentParser()
    norms.add_parser(parser.add_subparsers())
    return norms.run(parser.parse_args(["norms", *words]))


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert bihuan("list", "--book", "pcn", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["book"] for row in rows} == {"pcn"}
    assert "PCN-3.2.3" in {row["id"] for row in rows}
    assert bihuan("show", "PCN-3.2.3") == 0
    assert "投诉调查时限" in capsys.readouterr().out


def test_due_from_a_file_reports_bad_lines(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('nonsense\n{"clause":"PCN-3.4.b","start":"2026-03-02T10:00:00+08:00"}\n', "utf-8")
    assert bihuan("due", "--batch", str(file)) == 1
    said = capsysbinary.readouterr()
    bad, good = [json.loads(line) for line in said.out.splitlines()]
    assert (bad["line"], good["due_at"]) == (1, "2026-03-03T10:00:00+08:00")
    assert said.err.startswith(b"line 1: it is not JSON")


def test_due_from_standard_input_with_another_year(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [{"name": "元旦", "date": "2027-01-04", "isOffDay": True}]
    (tmp_path / "2027.json").write_text(json.dumps({"year": 2027, "days": days}), "utf-8")
    line = b'{"clause":"PCN-3.2.3","start":"2026-12-30T10:00:00+08:00","facts":{"complexity":"general"}}\n'
    found: list[Any] = []
    for more in ((), ("--calendar", str(tmp_path / "2027.json"))):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
        assert bihuan("due", "--batch", "-", *more) == 0
        row = json.loads(capsysbinary.readouterr().out)
        found.append((row["due_at"][:10], row["provisional"]))
    # without the arrangement: Thu 31, Fri 1, Mon 4; with it the 1st (a holiday proper) and the 4th are off
    assert found == [("2027-01-05", True), ("2027-01-07", False)]


def test_explain_names_the_days_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--start", "2026-09-30T10:00:00+08:00", "--facts", '{"complexity": "complex"}')
    assert bihuan("explain", "PCN-3.2.3", *words, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["due_at"] == "2026-10-14T00:00:00+08:00"
    codes = [step["code"] for step in found["steps"]]
    assert (codes.count("counted"), codes.count("skipped")) == (5, 8)


@pytest.mark.parametrize(
    ("rule", "facts", "total"),
    [
        ("R1", {"price": 16667}, 66668),
        ("R1", {"price": 9900}, 59900),
        ("R2", {"price": 10001, "producer": True}, 110011),
        ("L-14", {"price": 128000, "fraud": True}, 512000),
        (
            "R7",
            {"price": 30000, "promised_times": 10, "promise_includes_refund": True},
            300000,
        ),
    ],
)
def test_remedies_in_fen(
    rule: str, facts: dict[str, Any], total: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bihuan("remedy", rule, "--facts", json.dumps(facts)) == 0
    assert json.loads(capsys.readouterr().out)["total"] == total


def test_a_finding_that_was_not_given_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    bihuan("remedy", "R1", "--facts", '{"price": 16667}')
    found = json.loads(capsys.readouterr().out)
    assert (found["needs_human"], found["articles"]) == (["fraud"], ["L-14"])


def test_what_cannot_be_done_is_refused() -> None:
    for words in (
        ("show", "PCN-0"),
        ("remedy", "R9", "--facts", "{}"),
        ("remedy", "R1", "--facts", "{"),
        ("remedy", "R1", "--facts", "[]"),
        ("explain", "PCN-1.2", "--start", "2026-01-01T00:00:00Z"),
        ("explain", "PCN-3.4.b", "--start", "2026-01-01"),
        ("due", "--batch", "/nowhere/at/all"),
    ):
        with pytest.raises(BihuanError):
            bihuan(*words)
    with pytest.raises(BadFacts):
        bihuan("remedy", "R1", "--facts", '{"price": -1}')


def test_coverage_counts_the_five_norms(capsys: pytest.CaptureFixture[str]) -> None:
    assert bihuan("coverage", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["by_book"]) == {"pcn", "ish", "fis", "crp", "asm"}
    assert found["clauses"] == sum(row["clauses"] for row in found["by_book"].values()) == 197
    assert found["carried"] + len(found["missing"]) == found["clauses"]


def test_every_shipped_scenario_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert bihuan("scenarios") == 0
    assert ", 0 failed;" in capsys.readouterr().out
