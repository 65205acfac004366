"""Durations keep their unit and come back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.duration import BadDuration, Duration, Unit, parse_duration


@given(st.integers(0, 9_999_999_999), st.sampled_from(Unit))
def test_text_and_value_are_each_others_inverse(value: int, unit: Unit) -> None:
    duration = Duration(value, unit)
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    "text", ["", "3", "wd", "3 wd", "-3wd", "+3d", "03d", "3.5h", "3WD", "3w", "3d\n", "٣d", "1e3s", "3wdx"]
)
def test_anything_else_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadDuration) as caught:
        parse_duration(text)
    assert "3wd" in caught.value.remedy_text()
    assert caught.value.data["text"] == text


@pytest.mark.parametrize("value", [-1, True, 1.0, "3", 10_000_000_000])
def test_a_value_that_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(BadDuration):
        Duration(value, Unit.DAY)  # type: ignore[arg-type]


def test_only_fixed_units_have_seconds() -> None:
    assert parse_duration("5m").seconds == 300
    assert parse_duration("4bh").seconds == 14_400
    with pytest.raises(BadDuration):
        _ = parse_duration("1d").seconds


def test_units_that_end_at_midnight() -> None:
    assert [unit.value for unit in Unit if Duration(1, unit).day_counted] == ["d", "wd", "mo", "y"]
