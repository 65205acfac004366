"""Work that may wait: done by who can, late when it has waited too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.backlog import course

QUALITY, REFUND, EVERY = frozenset({"quality"}), frozenset({"refund"}), frozenset({"any"})


def test_the_night_waits_for_the_morning() -> None:
    found = course([{"quality": 0.5}, {"quality": 0.5}, {}], [[], [], [QUALITY]], patience=4)
    assert (found.missing, found.needed) == ((0, 0, 0), (0, 0, 1))
    assert [hour.waiting for hour in found.hours] == [0.5, 1.0, 0.0]


def test_what_waited_too_long_is_late_once() -> None:
    found = course([{"quality": 1.2}, {}, {}], [[], [], []], patience=1)
    assert found.missing == (0, 2, 0)
    assert (dict(found.hours[1].late), found.skills) == ({"quality": 1.2}, ("quality",))


def test_without_patience_it_is_late_in_its_own_hour() -> None:
    found = course([{"refund": 1.5}], [[REFUND]], patience=0)
    assert (found.missing, found.needed, found.hours[0].done) == ((1,), (2,), 1.0)


def test_a_skill_that_nobody_there_has_is_short() -> None:
    found = course([{"quality": 0.5, "refund": 0.5}], [[QUALITY, QUALITY]], patience=0)
    assert (found.missing, found.skills) == ((1,), ("refund",))


def test_who_can_do_everything_takes_what_is_left() -> None:
    found = course([{"quality": 1.0, "refund": 1.0}], [[EVERY, QUALITY]], patience=0)
    assert found.missing == (0,)


@given(
    st.lists(st.fixed_dictionaries({"quality": st.floats(0, 5), "refund": st.floats(0, 5)}), max_size=12),
    st.integers(0, 5),
    st.integers(0, 6),
)
def test_no_work_is_lost(work: list[dict[str, float]], people: int, patience: int) -> None:
    found = course(work, [[EVERY] * people for _ in work], patience=patience)
    came = sum(sum(hour.values()) for hour in work)
    late = sum(sum(hour.late.values()) for hour in found.hours)
    left = found.hours[-1].waiting if found.hours else 0.0
    assert abs(came - sum(hour.done for hour in found.hours) - late - left) < 1e-6
