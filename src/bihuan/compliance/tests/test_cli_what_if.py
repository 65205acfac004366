"""`bihuan what-if`: the figures of the page on the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.compliance.tests.lives import CLAUSE, drill, rules
from bihuan.compliance.tests.test_what_if import digest_of_everything, six
from bihuan.engine.clause import ClauseInvalid
from bihuan.engine.errors import Invalid
from bihuan.project.cli import whatif as command

pytestmark = pytest.mark.django_db
PERIOD = ["--from", "2026-09-01", "--to", "2026-10-01"]


@pytest.fixture(autouse=True)
def _drill(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with drill(tmp_path, monkeypatch):
        rules(tmp_path)
        yield


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    return command.run(parser.parse_args(["what-if", *words, *PERIOD]))


def test_it_prints_the_figures_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    six()
    before = digest_of_everything()
    assert run(CLAUSE, "8h", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["clocks"], said["missed_as_it_was"], said["would_be_missed"]) == (6, 3, 6)
    assert said["moves"]["met>late"] == 1
    assert digest_of_everything() == before
    run(CLAUSE, "8h")
    assert "Behaviour held constant" in capsys.readouterr().out


def test_classes_and_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules(tmp_path, limit="{by: complexity, general: 3wd, complex: 5wd}")
    assert run(CLAUSE, "general=1wd", "complex=2wd", "--fact", "complexity=complex", "--json") == 0
    assert json.loads(capsys.readouterr().out)["clocks"] == 0


@pytest.mark.parametrize(("words", "error"), [(["8"], ClauseInvalid), (["8h", "--fact", "x"], Invalid)])
def test_what_cannot_be_read_is_refused(words: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        run(CLAUSE, *words)
