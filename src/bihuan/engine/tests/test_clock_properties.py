"""What holds for all starts, limits and holds."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.calendar import BusinessHours
from bihuan.engine.clock import Calendars, Change, Happening, advance, is_past
from bihuan.engine.due import ROLLS, due_at
from bihuan.engine.duration import Duration, Unit, parse_duration
from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.tests.build import CALS, Case, clause
from bihuan.engine.tests.known import CAL, moments

DESK = BusinessHours({day: [("09:00", "12:00"), ("13:00", "18:00")] for day in range(5)}, calendar=CAL)
DESKS = Calendars(CAL, {"desk": DESK})
STARTS = moments(2025, 2028)
LIMITS = st.builds(Duration, st.integers(1, 40), st.sampled_from(Unit))
SECONDS = st.integers(0, 40 * 86_400)
PAUSE = {"pauses_on": "complaint.step_opened", "resumes_on": "complaint.step_done"}


@settings(max_examples=200, deadline=None)
@given(STARTS, SECONDS, LIMITS, st.sampled_from(ROLLS))
def test_a_later_start_never_ends_earlier(start: datetime, later: int, limit: Duration, roll: Any) -> None:
    first = due_at(start, limit, CAL, DESK, roll)
    second = due_at(start + timedelta(seconds=later), limit, CAL, DESK, roll)
    assert first.at <= second.at


@settings(max_examples=200, deadline=None)
@given(STARTS, LIMITS, st.integers(0, 10), st.sampled_from(ROLLS))
def test_a_longer_limit_never_ends_earlier(start: datetime, limit: Duration, more: int, roll: Any) -> None:
    longer = Duration(limit.value + more, limit.unit)
    assert due_at(start, limit, CAL, DESK, roll).at <= due_at(start, longer, CAL, DESK, roll).at
    assert due_at(start, limit, CAL, DESK, roll).at > start


@settings(max_examples=200, deadline=None)
@given(STARTS, st.integers(1, 30))
def test_the_last_working_day_is_one_and_the_count_is_right(start: datetime, count: int) -> None:
    due = due_at(start, Duration(count, Unit.WORKDAY), CAL)
    last = due.at.date() - timedelta(days=1)
    assert CAL.is_workday(last)
    assert CAL.workdays_between(start.date() + timedelta(days=1), due.at.date()) == count
    assert sum(step.code == "counted" for step in due.steps) == count


def held_clock(limit: str, start: datetime, holds: list[tuple[datetime, datetime]]) -> Any:
    case = Case(
        clause(since="2000-01-01", limit={"2000-01-01": limit}, hours="desk", **PAUSE), calendars=DESKS
    )
    events = [("accepted", start)]
    for begin, end in holds:
        events += [("step_opened", begin), ("step_done", end)]
    for name, moment in events:
        case.say(name, moment)
    return case.clock


@settings(max_examples=150, deadline=None)
@given(STARTS, LIMITS, st.integers(0, 100), st.integers(0, 20 * 86_400))
def test_a_hold_shifts_the_end_by_its_own_units(
    start: datetime, limit: Duration, part: int, span: int
) -> None:
    free = due_at(start, limit, CAL, DESK).at
    begin = start + (free - start) * part / 101
    end = begin + timedelta(seconds=span)
    clock = held_clock(str(limit), start, [(begin, end)])
    if limit.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
        assert clock.due_at - free == end - begin
    elif limit.unit is Unit.BUSINESS_HOUR:
        whole, held = DESK.elapsed(start, clock.due_at), DESK.elapsed(begin, end)
        assert round(whole - held, 6) == limit.seconds
    else:
        assert timedelta(0) <= clock.due_at - free
    if end.date() == begin.date() and limit.day_counted:
        assert clock.due_at == free


@settings(max_examples=100, deadline=None)
@given(STARTS, st.integers(2, 20), st.integers(0, 10**6), st.integers(0, 10**6))
def test_one_hold_split_in_two_adds_the_same(start: datetime, days: int, one: int, two: int) -> None:
    middle, end = start + timedelta(seconds=one), start + timedelta(seconds=one + two)
    limit = f"{days + 30}wd"
    whole = held_clock(limit, start, [(start, end)])
    split = held_clock(limit, start, [(start, middle), (middle, end)])
    assert whole.due_at == split.due_at


RULES = [
    clause(id=f"X-{number}.1", since="2000-01-01", limit={"2000-01-01": limit}, stops_on=stops)
    for number, (limit, stops) in enumerate(
        [("24h", "complaint.handled"), ("3wd", "complaint.findings_recorded"), ("7d", "complaint.handled")]
    )
]
EVENTS = st.lists(st.sampled_from(["accepted", "handled", "findings_recorded", "noted"]), max_size=12)


def replay(names: list[str], start: datetime, rules: list[Any], shuffle: bool) -> set[Any]:
    clocks: dict[Any, Any] = {}
    index = RuleIndex(rules)
    for hour, name in enumerate(names):
        moment = start + timedelta(hours=9 * hour)
        current = list(clocks.values())
        if shuffle:
            random.Random(hour).shuffle(current)
        changes: list[Change] = advance(current, Happening(f"complaint.{name}", moment, moment), index, CALS)
        clocks.update({change.after.identity: change.after for change in changes})
    return set(clocks.values())


@settings(max_examples=150, deadline=None)
@given(EVENTS, STARTS)
def test_neither_the_order_of_clocks_nor_of_clauses_matters(names: list[str], start: datetime) -> None:
    assert replay(names, start, RULES, False) == replay(names, start, RULES[::-1], True)


@settings(max_examples=150, deadline=None)
@given(STARTS, LIMITS, st.integers(-100_000, 100_000))
def test_met_and_past_say_the_same(start: datetime, limit: Duration, around: int) -> None:
    free = due_at(start, limit, CAL, DESK).at
    stop = max(free + timedelta(seconds=around), start)
    clock = held_clock(str(limit), start, [])
    assert clock.due_at == free
    case = Case(clause(since="2000-01-01", limit={"2000-01-01": str(limit)}, hours="desk"), calendars=DESKS)
    case.say("accepted", start)
    past = is_past(case.clock, stop)
    case.say("findings_recorded", stop)
    assert (case.clock.verdict == "late") is past


@settings(max_examples=100, deadline=None)
@given(STARTS, LIMITS, st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True))
def test_warnings_lie_in_order_between_start_and_end(
    start: datetime, limit: Duration, shares: list[int]
) -> None:
    rule = clause(
        since="2000-01-01",
        limit={"2000-01-01": str(limit)},
        hours="desk",
        warn=[f"{share}%" for share in shares],
    )
    case = Case(rule, calendars=DESKS)
    case.say("accepted", start)
    marks = [start, *case.clock.warn_at, case.clock.due_at]
    assert marks == sorted(marks)
    assert parse_duration(case.clock.limit) == limit
