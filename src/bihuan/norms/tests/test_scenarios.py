"""Scenarios of the rulebooks: run, and told where they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.engine.clock import Calendars
from bihuan.norms import arrangement, reading
from bihuan.norms.scenarios import Ran, run_all
from bihuan.norms.tests.books import write_book

CALENDARS = Calendars(work=arrangement.combined(arrangement.shipped()))
SHIPPED = list(run_all(reading.read(), CALENDARS))


@pytest.mark.parametrize("ran", SHIPPED, ids=lambda ran: ran.place)
def test_a_shipped_scenario_comes_out_as_written(ran: Ran) -> None:
    assert ran.mismatches == ()


def test_a_scenario_fails_when_its_clause_is_wrong(tmp_path: Path) -> None:
    write_book(tmp_path, limit="23h")
    (ran,) = run_all(reading.read(None, tmp_path), CALENDARS)
    assert (ran.ok, ran.place) == (False, "pcn/scenarios/one.yaml:1")
    assert "due_at is 2026-03-03T09:00:00+08:00" in ran.mismatches[0]


def test_a_scenario_passes_when_its_clause_is_right(tmp_path: Path) -> None:
    write_book(tmp_path)
    (ran,) = run_all(reading.read(None, tmp_path), CALENDARS)
    assert (ran.ok, ran.mismatches) == (True, ())
