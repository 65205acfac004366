"""Holiday arrangements: the shipped years, the public form, the holidays proper."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bihuan.engine.calendar import BadCalendar
from bihuan.norms.arrangement import combined, from_public_json, shipped
from bihuan.norms.statutory import statutory_days


def test_the_shipped_years_reach_from_2004_to_2026() -> None:
    assert [year.year for year in shipped()][:23] == list(range(2004, 2027))


def test_2026_has_248_working_days() -> None:
    calendar = combined(shipped())
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(map(calendar.is_workday, days)) == 248
    assert calendar.is_workday(date(2026, 9, 20))
    assert calendar.kind(date(2026, 9, 20)) == "makeup"
    assert calendar.names[date(2026, 10, 6)] == "国庆节"


def test_2027_is_not_published() -> None:
    calendar = combined(shipped())
    assert calendar.is_provisional(date(2026, 12, 30), date(2027, 1, 4))
    assert not calendar.is_provisional(date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("year", "count"), [(2004, 10), (2008, 11), (2014, 11), (2020, 10), (2025, 13), (2026, 13)]
)
def test_holidays_proper(year: int, count: int) -> None:
    # 2020: 国庆节 and 中秋节 fell on one day
    assert len(statutory_days(year)) == count


def test_new_years_eve_is_statutory_in_some_years_only() -> None:
    assert date(2013, 2, 9) in statutory_days(2013)
    assert date(2014, 1, 30) not in statutory_days(2014)
    assert date(2026, 2, 16) in statutory_days(2026)


def test_every_holiday_proper_was_a_day_off() -> None:
    calendar = combined(shipped())
    days = [day for year in range(2004, 2027) for day in statutory_days(year)]
    assert [day for day in days if calendar.is_workday(day)] == []


def test_the_public_form_is_read() -> None:
    year = from_public_json(
        {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True},
                                {"name": "元旦", "date": "2027-01-03", "isOffDay": False}]}
    )  # fmt: skip
    days = {day["date"]: (day["isOffDay"], day["statutory"]) for day in year.days}
    assert days["2027-01-01"] == (True, True)
    assert days["2027-01-03"] == (False, False)
    assert days["2027-10-01"] == (True, True)


def test_a_year_without_days_is_refused() -> None:
    with pytest.raises(BadCalendar, match="not empty"):
        from_public_json({"year": 2027, "days": []})


def test_the_version_follows_the_content() -> None:
    years = list(shipped())
    assert combined(years).version == combined(years[::-1]).version
    assert combined(years[:-1]).version != combined(years).version
    assert combined(years, {"desk": 1}).version != combined(years, {"desk": 2}).version
