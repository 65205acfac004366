"""The array form gives what the scalar form gives."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.batch import NoBatch, due_batch, instant, micros, provisional_batch
from bihuan.engine.calendar import WorkCalendar
from bihuan.engine.due import due_at
from bihuan.engine.duration import Duration, Unit, parse_duration
from bihuan.engine.tests.known import CAL, at, moments

UNITS = st.sampled_from([Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.WORKDAY])
MOMENTS = moments(1985, 2045)
LIMITS = st.builds(Duration, st.integers(0, 400), UNITS)


@settings(max_examples=150, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=30), LIMITS)
def test_batch_equals_scalar(starts: list[datetime], limit: Duration) -> None:
    array = np.array([micros(start) for start in starts], dtype=np.int64)
    expected = [micros(due_at(start, limit, CAL).at) for start in starts]
    assert due_batch(array, limit, CAL).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=20), st.integers(1, 400))
def test_provisional_in_batch_equals_scalar(starts: list[datetime], count: int) -> None:
    limit = Duration(count, Unit.WORKDAY)
    array = np.array([micros(start) for start in starts], dtype=np.int64)
    found = provisional_batch(array, due_batch(array, limit, CAL), CAL)
    assert found.tolist() == [due_at(start, limit, CAL).provisional for start in starts]


def test_other_time_zones_are_counted_too() -> None:
    calendar = WorkCalendar("ny", frozenset(), frozenset(), tz="America/New_York")
    start = datetime(2026, 3, 7, 12, tzinfo=ZoneInfo("America/New_York"))
    (value,) = due_batch(np.array([micros(start)]), parse_duration("1d"), calendar)
    assert instant(value) == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_shape_is_kept_and_nothing_is_fine() -> None:
    starts = np.full((3, 2), micros(at("2026-10-09 10:00")))
    assert due_batch(starts, parse_duration("1wd"), CAL).shape == (3, 2)
    assert due_batch(np.array([], dtype=np.int64), parse_duration("1wd"), CAL).size == 0
    assert instant(due_batch(starts, parse_duration("1wd"), CAL)[2, 1]) == at("2026-10-11 00:00")


@pytest.mark.parametrize("limit", ["1mo", "1y", "1bh"])
def test_other_units_are_refused(limit: str) -> None:
    with pytest.raises(NoBatch):
        due_batch(np.array([0]), parse_duration(limit), CAL)
