"""Against figures that others computed and published, and what must hold whatever the load.

Sources: README of the R package ErlangC 0.1.0 (CRAN) and README of the Python package pyworkforce;
both take 100 calls in half an hour, 180 s each, 80 % answered within 20 s.
"""

from __future__ import annotations

from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.erlang import BadLoad, Demand, answered, delayed, mean_wait, need


def test_the_published_example_with_fourteen_people() -> None:
    assert isclose(delayed(10, 14), 0.1741319335950498, rel_tol=1e-12)
    assert isclose(answered(10, 14, minutes=3, within=20), 0.8883500191794669, rel_tol=1e-12)
    assert isclose(mean_wait(10, 14, minutes=3), 7.83593701177724, rel_tol=1e-12)


def test_the_published_example_with_eleven_people() -> None:
    assert round(delayed(10, 11), 7) == 0.6821182
    assert round(answered(10, 11, minutes=3, within=20), 7) == 0.3896138


def test_fourteen_at_work_are_twenty_on_shift_with_three_tenths_away() -> None:
    found = need(Demand(arrivals=200, minutes=3, within=20, share=0.8, occupancy=0.85, away=0.3))
    assert (found.erlangs, found.busy, found.people) == (10, 14, 20)
    assert found.answered is not None
    assert round(found.answered, 5) == 0.88835


def test_work_that_may_wait_needs_only_its_hours() -> None:
    found = need(Demand(arrivals=6, minutes=17, occupancy=0.85))
    assert (round(found.busy, 9), found.people, found.answered) == (2.0, 2, None)
    assert need(Demand(arrivals=0, minutes=17)).people == 0


def test_a_load_as_large_as_the_people_waits_for_ever() -> None:
    assert (delayed(5, 5), answered(5, 5, minutes=3, within=20), mean_wait(5, 5, minutes=3)) == (1, 0, inf)
    assert (delayed(0, 0), answered(0, 0, minutes=3, within=20), mean_wait(0, 0, minutes=3)) == (0, 1, 0)


@pytest.mark.parametrize(
    "wrong", [{"arrivals": -1}, {"minutes": 0}, {"share": 1}, {"occupancy": 0}, {"away": 1}, {"within": -1}]
)
def test_a_load_that_cannot_be_one_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadLoad) as refused:
        need(Demand(**{"arrivals": 1, "minutes": 1, **wrong}))
    assert (refused.value.data["field"], refused.value.clause) == (next(iter(wrong)), "ASM-2.3")


@given(st.floats(0.01, 200), st.integers(1, 260))
def test_one_more_person_never_makes_more_wait(load: float, people: int) -> None:
    assert 0 <= delayed(load, people + 1) <= delayed(load, people) <= 1
