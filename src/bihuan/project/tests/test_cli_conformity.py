"""`bihuan calendar import` and `bihuan conformity`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest

from bihuan.compliance.tests.clocks import stopped
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM
from bihuan.norms import actions as rules
from bihuan.norms import cache, reading
from bihuan.norms import queries as norms
from bihuan.norms.tests.books import KNOWN, write_book
from bihuan.project.cli import calendar, conformity

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 20, tzinfo=UTC)
PERIOD = ("conformity", "--from", "2026-03-01", "--to", "2026-04-01")


@pytest.fixture(autouse=True)
def _book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reading, "SHIPPED", tmp_path)
    write_book(tmp_path)
    rules.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)
    yield
    cache.forget()


def bihuan(module: ModuleType, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_parser(parser.add_subparsers())
    code: int = module.run(parser.parse_args(words))
    return code


def test_a_year_is_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "2027.json"
    file.write_text(
        '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}', "utf-8"
    )
    assert bihuan(calendar, "calendar", "import", str(file)) == 0
    assert capsys.readouterr().out.startswith("2027: version 1 is in force")
    assert norms.is_published(date(2027, 1, 1))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"year": 2027, "days": []}', '{"year": "x"}'])
def test_a_faulty_file_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "year.json"
    file.write_text(text, "utf-8")
    with pytest.raises(Invalid):
        bihuan(calendar, "calendar", "import", str(file))
    assert not norms.is_published(date(2027, 1, 1))


def test_the_report_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    stopped(AT, "met")
    stopped(AT, "late")
    assert bihuan(conformity, *PERIOD, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (line,) = found["clauses"]
    assert (line["clause"], line["met"], line["late"], line["rate"]) == ("PCN-3.4.b", 1, 1, 0.5)
    assert found["from"] == "2026-03-01T00:00:00+08:00"


def test_the_report_as_a_table_and_the_clocks_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    late = stopped(AT, "late")
    rules.switch_off(clause_id="PCN-3.4.b", reason="另有约定", actor=PROGRAM, at=AT)
    assert bihuan(conformity, *PERIOD) == 0
    said = capsys.readouterr().out
    assert "0.0%" in said
    assert "switched off from 2026-03-20: 另有约定" in said
    assert bihuan(conformity, *PERIOD, "--clause", "PCN-3.4.b", "--outcome", "late") == 0
    assert json.loads(capsys.readouterr().out)["id"] == str(late.subject_id)
