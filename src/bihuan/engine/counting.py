"""Ends and warnings of a clock with its holds, each in the clock's own unit.

A day (of either kind) counts when the clock runs at its 24:00. So a hold within one day adds
nothing, and a hold over nights adds the days whose end it covers: natural days to d, mo, y and dated
limits, working days to wd, seconds to natural time, business seconds to bh.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bihuan.engine.clausetypes import Clause, Warn
from bihuan.engine.clocktypes import Calendars, Hold, day_counted
from bihuan.engine.due import NoHours, add_seconds, due_at, end_of, last_day, rolled
from bihuan.engine.duration import Duration, Unit, parse_duration
from bihuan.engine.hours import BusinessHours
from bihuan.engine.workdays import WorkCalendar

DAY = 86_400


class Count:
    """One limit counted from one start under one clause and one set of calendars."""

    __slots__ = ("_first", "calendars", "clause", "duration", "in_days", "limit", "start", "work")

    def __init__(self, start: datetime, limit: str, clause: Clause, calendars: Calendars) -> None:
        self.start, self.limit, self.clause, self.calendars = start, limit, clause, calendars
        self.work: WorkCalendar = calendars.work
        self.duration: Duration | None = None if limit.startswith("@") else parse_duration(limit)
        self.in_days: bool = day_counted(limit)
        self._first: int | None = None

    @property
    def first(self) -> int:
        """Ordinal of the day of the start, which is not counted."""
        if self._first is None:
            self._first = self.start.astimezone(self.work.zone).toordinal()
        return self._first

    def hours(self) -> BusinessHours:
        """The clause's business hours. Raises NoHours."""
        found = self.calendars.named(self.clause.hours)
        if found is None:
            raise NoHours(field="hours", limit=self.limit, clause=self.clause.id)
        return found

    def end(self, held: Sequence[Hold] = ()) -> tuple[datetime, bool]:
        """The end with these holds, and whether it is provisional. Raises NoHours, BeyondCalendar."""
        duration = self.duration
        if duration is None:
            return self._dated(held), False
        if not held:
            due = due_at(self.start, duration, self.work, self._maybe_hours(duration), self.clause.roll)
            return due.at, due.provisional
        return self._held_end(duration, sum(self.units(hold) for hold in held))

    def units(self, hold: Hold) -> int | float:
        """What one finished hold adds: seconds, days, working days or business seconds; 0 while open."""
        begin, until = hold
        if until is None or until <= begin:
            return 0
        duration = self.duration
        if not self.in_days:
            if duration and duration.unit is Unit.BUSINESS_HOUR:
                return self.hours().elapsed(begin, until)
            return (until - begin).total_seconds()
        zone = self.work.zone
        first = max(begin.astimezone(zone).date(), date.fromordinal(self.first + 1))
        last = until.astimezone(zone).date()
        if duration and duration.unit is Unit.WORKDAY:
            return self.work.workdays_between(first, last)
        return max((last - first).days, 0)

    def reach(self, percent: int, held: Sequence[Hold]) -> datetime:
        """When this share of the limit is used up, holds before that moment not counted."""
        moment, extra = self._moment(percent, 0), 0.0
        if not held:
            return moment
        for hold in held:
            if hold[1] is not None and hold[0] <= moment:
                extra += self.units(hold)
                moment = self._moment(percent, extra)
        return moment

    def before_end(self, end: datetime, before: Duration) -> datetime:
        """The instant a duration before the end."""
        if before.unit is Unit.BUSINESS_HOUR:
            return self.hours().subtract(end, before.seconds)
        if not before.day_counted:
            return add_seconds(end, -before.seconds, self.work)
        local = end.astimezone(self.work.zone)
        day = local.date() - timedelta(days=1)
        if before.unit is Unit.WORKDAY:
            earlier = self.work.add_workdays(day, -before.value)
        else:
            days = {Unit.DAY: 1, Unit.MONTH: 30, Unit.YEAR: 365}[before.unit]
            earlier = day - timedelta(days=days * before.value)
        return datetime.combine(earlier + timedelta(days=1), local.time(), self.work.zone)

    def after_end(self, end: datetime, after: Duration) -> datetime:
        """The instant a duration after the end; from 24:00 of a day the next day is the first counted."""
        anchor = end
        if after.day_counted and self.in_days:
            anchor = end - timedelta(microseconds=1)
        return due_at(anchor, after, self.work, self.calendars.named(self.clause.hours)).at

    def _maybe_hours(self, duration: Duration) -> BusinessHours | None:
        return self.hours() if duration.unit is Unit.BUSINESS_HOUR else None

    def _dated(self, held: Sequence[Hold]) -> datetime:
        text, extra = self.limit[1:], sum(self.units(hold) for hold in held)
        if self.in_days:
            return end_of(date.fromisoformat(text).toordinal() + int(extra), self.work)
        return add_seconds(datetime.fromisoformat(text), extra, self.work)

    def _held_end(self, duration: Duration, extra: float) -> tuple[datetime, bool]:
        if duration.unit in (Unit.DAY, Unit.WORKDAY):
            longer = Duration(duration.value + int(extra), duration.unit)
            due = due_at(self.start, longer, self.work, roll=self.clause.roll)
            return due.at, due.provisional
        if duration.day_counted:
            raw = last_day(due_at(self.start, duration, self.work).at, self.work).toordinal() + int(extra)
            last, provisional = rolled(raw, self.work, self.clause.roll)
            return end_of(last, self.work), provisional
        if duration.unit is Unit.BUSINESS_HOUR:
            hours = self.hours()
            at = hours.add(self.start, duration.seconds + extra)
            return at, hours.is_provisional(self.start.astimezone(hours.zone).date(), at.date())
        return add_seconds(self.start, duration.seconds + extra, self.work), False

    def _moment(self, percent: int, extra: float) -> datetime:
        """``percent`` of the limit plus ``extra`` of its units after the start."""
        duration = self.duration
        if duration is not None and duration.unit in (Unit.DAY, Unit.WORKDAY):
            whole, rest = divmod(duration.value * percent, 100)
            return self._day_moment(duration.unit, whole + int(extra), rest * DAY // 100)
        if duration is not None and duration.unit is Unit.BUSINESS_HOUR:
            return self.hours().add(self.start, duration.seconds * percent // 100 + extra)
        if duration is not None and not duration.day_counted:
            return add_seconds(self.start, duration.seconds * percent / 100 + extra, self.work)
        total = (self.end()[0] - self.start).total_seconds()
        unit = DAY if self.in_days else 1
        return add_seconds(self.start, total * percent // 100 + extra * unit, self.work)

    def _day_moment(self, unit: Unit, whole: int, seconds: int) -> datetime:
        """After ``whole`` counted days and so many seconds of the next counted one."""
        first = self.first
        if not seconds:
            last = first + whole if unit is Unit.DAY else self.work.shift(first, whole)
            return max(end_of(last, self.work), self.start)
        day = first + whole + 1 if unit is Unit.DAY else self.work.shift(first, whole + 1)
        return add_seconds(end_of(day - 1, self.work), seconds, self.work)


def warnings(count: Count, due: datetime, held: Sequence[Hold]) -> list[tuple[datetime, Warn]]:
    """The clause's warnings with their instants, in order; those not after the start are left out."""
    rows = []
    for warn in count.clause.warn:
        if warn.percent is not None:
            moment = count.reach(warn.percent, held)
        else:
            moment = count.before_end(due, warn.before) if warn.before else due
        if count.start < moment < due:
            rows.append((moment, warn))
    if len(rows) > 1:
        rows.sort(key=lambda row: row[0])
    return rows


def escalations(count: Count, due: datetime) -> list[tuple[datetime, str, str]]:
    """(instant, level, role) of everything told after the breach, in order."""
    rows = [
        (count.after_end(due, step.after), step.text, step.role)
        for step in count.clause.escalate
        if step.after is not None
    ]
    rows.sort(key=lambda row: row[0])
    return rows


def in_utc(moment: datetime) -> str:
    """ISO text of an instant in UTC, for records."""
    return moment.astimezone(UTC).isoformat()
