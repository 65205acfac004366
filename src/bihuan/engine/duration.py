"""Lengths of time that keep their unit.

Natural time, natural days, working days, months and business hours are different things; none is
ever converted into another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bihuan.engine.errors import Invalid


class Unit(StrEnum):
    """Units of a limit, by the suffix that stands in a clause file."""

    SECOND = "s"
    MINUTE = "m"
    HOUR = "h"
    DAY = "d"
    WORKDAY = "wd"
    MONTH = "mo"
    YEAR = "y"
    BUSINESS_HOUR = "bh"


SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.BUSINESS_HOUR: 3600}
DAY_COUNTED = frozenset({Unit.DAY, Unit.WORKDAY, Unit.MONTH, Unit.YEAR})
LARGEST = 9_999_999_999
_FORM = re.compile(r"(0|[1-9][0-9]{0,9})(s|m|h|d|wd|mo|y|bh)")


class BadDuration(Invalid):
    """A length of time that is not a whole number followed by one of the known units."""

    code = "duration.invalid"
    message = "'{text}' is not a length of time."
    remedy = "Write a whole number and a unit without a space: 30s 5m 24h 7d 3wd 6mo 1y 4bh."


@dataclass(frozen=True, slots=True)
class Duration:
    """``value`` (0 to 9,999,999,999) whole units. Raises BadDuration for anything else."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not whole or not 0 <= self.value <= LARGEST or not isinstance(self.unit, Unit):
            raise BadDuration(field="duration", text=f"{self.value}{self.unit}")

    def __str__(self) -> str:
        return f"{self.value}{self.unit}"

    @property
    def day_counted(self) -> bool:
        """True for d, wd, mo, y: the day of the start is not counted and the end is 24:00."""
        return self.unit in DAY_COUNTED

    @property
    def seconds(self) -> int:
        """Seconds of natural or of business time (s, m, h, bh); BadDuration for the other units."""
        if self.unit not in SECONDS:
            raise BadDuration("'{text}' has no fixed number of seconds.", field="duration", text=str(self))
        return self.value * SECONDS[self.unit]


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> Duration:
    """Read ``3wd`` and its like; ``str()`` gives the same text back. Raises BadDuration."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadDuration(field="duration", text=text)
    return Duration(int(found[1]), Unit(found[2]))
