"""An instant as doors take it from outside: with its zone, and so far from the ends of the calendar that
every zone and the database can bear it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError

FIRST, LAST = 1900, 2200
_PROBLEM: Final = "A time between the years 1900 and 2200 is needed."


def _bearable(moment: datetime) -> datetime:
    if not FIRST <= moment.year < LAST:
        raise PydanticCustomError("time_range", _PROBLEM)
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_bearable)]
