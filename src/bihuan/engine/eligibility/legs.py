"""One right on which a demand may stand: its steps, its period, its freight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from bihuan.engine.due import Roll
from bihuan.engine.eligibility.facts import Promise
from bihuan.engine.eligibility.words import sentence
from bihuan.engine.facts import FrozenDict

State = Literal["open", "closed", "person"]
Result = Literal["yes", "no", "unknown", "note"]
NOTHING: Mapping[str, Any] = FrozenDict()


class RefusalGround(StrEnum):
    """The only grounds on which the program refuses (law.md X2); there is no place for any other."""

    EXCLUDED_GOODS = "excluded_goods"
    CONFIRMED_EXCLUSION = "confirmed_exclusion"
    NOT_INTACT = "not_intact"
    OUT_OF_TIME = "out_of_time"
    ABUSIVE = "abusive_fraud_claim"


class Step(NamedTuple):
    """One thing looked at: ``code``, what it came to, the clause behind it and the facts used."""

    code: str
    result: Result
    article: str
    data: Mapping[str, Any] = NOTHING

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return sentence(self.code, self.data, "zh")

    @property
    def en(self) -> str:
        """The sentence in English."""
        return sentence(self.code, self.data, "en")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A period by its last day, which ends at 24:00 in ``zone`` (``ends_at``, 00:00 of the next).

    ``unrolled`` is the last day without ``roll``: both are kept, the law leaves it open (C-06).
    ``provisional``: it touches a year whose holidays are not published.
    """

    code: str
    article: str
    last_day: date
    unrolled: date
    roll: Roll
    zone: ZoneInfo
    provisional: bool = False

    @property
    def ends_at(self) -> datetime:
        """24:00 of the last day."""
        return datetime.fromordinal(self.last_day.toordinal() + 1).replace(tzinfo=self.zone)


@dataclass(frozen=True, slots=True)
class Freight:
    """Who pays the way there and back: consumer, merchant, platform or "" (no such way).

    ``limit``: the most that a promiser pays for the way back, in fen; None without limit.
    """

    out: str = ""
    back: str = ""
    limit: int | None = None


class Leg(NamedTuple):
    """One right on which the demand may stand, by law, norm or promise, and whether it is open.

    ``conditions`` bind what follows (goods intact on receipt …). ``formula`` computes the money (remedies).
    """

    code: str
    basis: str
    article: str
    state: State
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    deadline: Deadline | None = None
    freight: Freight = Freight()
    conditions: tuple[str, ...] = ()
    formula: str = ""
    promise: Promise | None = None
    closed_by: RefusalGround | None = None
    closed_facts: Mapping[str, Any] = NOTHING
