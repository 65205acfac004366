"""Due times of many starts at once, over numpy arrays of microseconds since 1970-01-01T00:00Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bihuan.engine.due import due_at
from bihuan.engine.duration import SECONDS, Duration, Unit
from bihuan.engine.errors import Invalid
from bihuan.engine.workdays import WorkCalendar

Micros = NDArray[np.int64]
BLOCK = 1 << 15
DAY_US = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
# Zones whose offset has been the same since the instant given: China had summer time until 1991.
FIXED = {
    "Asia/Shanghai": (8 * 3600, datetime(1992, 1, 1, tzinfo=UTC)),
    "UTC": (0, datetime.min.replace(tzinfo=UTC)),
}
LATEST = datetime(9990, 1, 1, tzinfo=UTC)


class NoBatch(Invalid):
    """A unit that the array form does not count."""

    code = "batch.unit"
    message = "The limit {limit} can't be counted in batches."
    remedy = "Use s, m, h, d or wd, or count one by one."


def due_batch(starts: Micros, limit: Duration, calendar: WorkCalendar) -> Micros:
    """Due instants for s, m, h, d, wd without rolling; int64 in, int64 out, same shape and order.

    Equal to ``due_at`` for every element. Raises NoBatch, and BeyondCalendar as ``due_at`` does.
    """
    if limit.unit not in (Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.WORKDAY):
        raise NoBatch(field="limit", limit=str(limit))
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    flat = starts.reshape(-1)
    result = np.empty_like(flat)
    for place in range(0, flat.size, BLOCK):
        result[place : place + BLOCK] = _block(flat[place : place + BLOCK], limit, calendar)
    return result.reshape(starts.shape)


def provisional_batch(starts: Micros, dues: Micros, calendar: WorkCalendar) -> NDArray[np.bool_]:
    """For working-day limits: whether each count touched a year without arrangement."""
    firsts = _years(_local_days(starts, calendar) + 1)
    lasts = _years(_local_days(dues, calendar) - 1)
    span = range(int(min(firsts.min(), lasts.min())), int(lasts.max()) + 1) if firsts.size else range(0)
    missing = np.array([0, *(year not in calendar.years for year in span)]).cumsum()
    base = span.start
    found: NDArray[np.bool_] = missing[lasts - base + 1] > missing[np.minimum(firsts, lasts) - base]
    return found


def micros(at: datetime) -> int:
    """Microseconds since the epoch of an aware instant."""
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(value: int) -> datetime:
    """The instant in UTC of microseconds since the epoch."""
    return EPOCH + timedelta(microseconds=int(value))


def _block(starts: Micros, limit: Duration, calendar: WorkCalendar) -> Micros:
    offset, since = FIXED.get(calendar.tz, (0, LATEST))
    low, high = int(starts.min()), int(starts.max())
    simple = micros(since) <= low and high <= micros(LATEST) - limit.value * DAY_US * 2
    if not simple:
        return _one_by_one(starts, limit, calendar)
    if limit.unit in SECONDS:
        return starts + limit.seconds * 1_000_000
    shift = offset * 1_000_000
    days = (starts + shift) // DAY_US
    if limit.unit is Unit.DAY:
        return (days + (limit.value + 1)) * DAY_US - shift
    found = _workdays(days, limit.value, calendar)
    if found is None:
        return _one_by_one(starts, limit, calendar)
    return (found + 1) * DAY_US - shift


def _workdays(days: Micros, count: int, calendar: WorkCalendar) -> Micros | None:
    """Epoch day of the last working day; None when the prepared window is left."""
    if not count:
        return days
    base = calendar.base - EPOCH_ORDINAL
    places = days - base
    ranks, table = calendar.arrays
    if int(places.min()) < 0 or int(places.max()) >= ranks.size:
        return None
    wanted = ranks[places] + (count - 1)
    if int(wanted.max()) >= table.size:
        return None
    return table[wanted] - EPOCH_ORDINAL


def _one_by_one(starts: Micros, limit: Duration, calendar: WorkCalendar) -> Micros:
    values = [micros(due_at(instant(value), limit, calendar).at) for value in starts]
    return np.array(values, dtype=np.int64)


def _local_days(values: Micros, calendar: WorkCalendar) -> Micros:
    offset, since = FIXED.get(calendar.tz, (0, LATEST))
    if values.size and int(values.min()) >= micros(since):
        return (values + offset * 1_000_000) // DAY_US
    days = [instant(value).astimezone(calendar.zone).toordinal() - EPOCH_ORDINAL for value in values]
    return np.array(days, dtype=np.int64)


def _years(days: Micros) -> Micros:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
