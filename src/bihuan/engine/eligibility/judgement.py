"""What a judgement holds: steps, the legs on which a demand may stand, deadlines, freight, refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bihuan.engine.due import Roll
from bihuan.engine.eligibility.facts import Ask, Good, Promise
from bihuan.engine.eligibility.labels import MISSING
from bihuan.engine.eligibility.words import sentence
from bihuan.engine.grounds import ROUTES

DEEMED_DAYS = 15
Outcome = Literal["eligible", "not_eligible", "person"]
State = Literal["open", "closed", "person"]
Result = Literal["yes", "no", "unknown", "note"]


class RefusalGround(StrEnum):
    """The only grounds on which the program refuses (law.md X2); there is no place for any other."""

    EXCLUDED_GOODS = "excluded_goods"
    CONFIRMED_EXCLUSION = "confirmed_exclusion"
    NOT_INTACT = "not_intact"
    OUT_OF_TIME = "out_of_time"
    ABUSIVE = "abusive_fraud_claim"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing looked at: ``code``, what it came to, the clause behind it and the facts used."""

    code: str
    result: Result
    article: str
    data: Mapping[str, Any] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class Leg:
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
    closed_facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A lawful ground with its clause, the facts that ``grounds.refusal_ground`` checks, and the routes."""

    ground: RefusalGround
    article: str
    facts: Mapping[str, Any]
    routes: tuple[str, ...] = ROUTES
    clause: str = "PCN-3.3.2.c"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something else that is open: another demand, or an agreement.

    ``needs``: ``shown`` a flaw, ``timely`` a flaw told within reasonable time, ``consent``, ``agreement``.
    """

    code: str
    want: str
    ground: str
    article: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What the outcome would be were a fact ``value``, and the facts ``also`` needed settled in favour."""

    fact: str
    value: Any
    outcome: str
    also: tuple[str, ...] = ()


Further = Callable[[], tuple[tuple[Alternative, ...], tuple[Change, ...]]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a demand is due by law, norm or promise; equal facts give equal judgements (PCN-1.3).

    ``steps`` in the order looked at; ``legs`` all that were tried, ``best`` the open one that is best for the
    consumer. ``missing``: facts that a person must find. ``pays_first``: who owes the consumer first.
    ``burden``: who must prove. ``zone``: where days begin and end.
    """

    outcome: Outcome
    ask: Ask
    good: Good
    steps: tuple[Step, ...]
    legs: tuple[Leg, ...]
    best: Leg | None
    missing: tuple[str, ...]
    refusal: Refusal | None
    zone: ZoneInfo
    pays_first: str
    burden: str
    flags: tuple[str, ...]
    further: Further = field(compare=False, repr=False)

    @property
    def deemed_refusal(self) -> Deadline:
        """The period after which silence counts as refusal: a duty, so it never rolls (L-11)."""
        day = self.ask.asked + timedelta(days=DEEMED_DAYS)
        return Deadline("deemed_refusal", "L-11", day, day, "none", self.zone)

    @property
    def open_legs(self) -> tuple[Leg, ...]:
        """All rights that are open."""
        return tuple(leg for leg in self.legs if leg.state == "open")

    @property
    def freight(self) -> Freight:
        """Who pays which way under the best leg."""
        return self.best.freight if self.best else Freight()

    @property
    def conditions(self) -> tuple[str, ...]:
        """What binds the best leg."""
        return self.best.conditions if self.best else ()

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Every period that was counted, the deemed refusal last."""
        found = [leg.deadline for leg in self.legs if leg.deadline is not None]
        return (*found, self.deemed_refusal)

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """What else is open; never empty where the demand is not eligible."""
        return self.further()[0]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What would change the outcome: each judged anew with that fact."""
        return self.further()[1]

    @property
    def routes(self) -> tuple[str, ...]:
        """Where else the consumer may turn; named with every answer that is not a plain yes."""
        return () if self.outcome == "eligible" else ROUTES

    @property
    def articles(self) -> tuple[str, ...]:
        """Clauses behind the steps, each once, in order."""
        return tuple(dict.fromkeys(step.article for step in self.steps if step.article))

    def missing_words(self, language: str) -> tuple[str, ...]:
        """The missing facts in words, ``zh`` or ``en``."""
        return tuple(MISSING[name][language != "zh"] for name in self.missing)
