"""What is known when after-sales is asked for: the demand, the goods and what was promised.

``None`` means unknown. An unknown fact never refuses anybody: it leads to a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.engine.clausetypes import local_day
from bihuan.engine.due import NaiveTime
from bihuan.engine.errors import Invalid
from bihuan.engine.grounds import ABUSES, CONFIRMED_GOODS

WANTS = ("return", "exchange", "repair", "refund_only", "resend", "price_protection")
FLAWS = ("quality", "not_as_described", "fake", "certified_defect", "wrong_item", "damaged_in_transit")
GROUNDS = ("no_reason", *FLAWS, "missing_item", "lost", "late", "not_performed", "price_drop")
KINDS = (
    "custom",
    "perishable",
    "digital",
    "newspaper",
    "food",
    "cosmetics",
    "medical",
    "electronics",
    "textile",
    "durable",
    "ordinary",
)
STATES = ("not_shipped", "on_the_way", "signed")
ROUTES = ("same_city", "domestic", "international")
TRACES = ("seal_broken", "tampered", "activated", "data_left", "tag_removed", "soiled", "damaged")
PROMISERS = ("merchant", "platform")
PROMISES = (
    "return",
    "exchange",
    "quality_return",
    "warranty",
    "free_return",
    "price_protection",
    "refund_only",
    "late",
    "times",
)
FIRST_YEAR, LAST_YEAR = 1949, 2999
MOST_MONTHS, MOST_DAYS, MOST_FEN = 1_200, 36_600, 10**12


class BadAsk(Invalid):
    """A fact of a form that no judgement can use."""

    code = "eligibility.facts"
    message = "'{field}' is not usable: {problem}."
    remedy = "Give the fact in the form that docs/eligibility.md names, or leave it unknown."


@dataclass(frozen=True, slots=True)
class Ask:
    """One demand for one order line: what is wanted, why, and the dates (instants become Shanghai days).

    ``asked`` is the day on which the notice was sent. ``state`` follows from ``shipped`` and ``signed`` when
    not given. ``shown``: what the consumer says is proven (True), disproved by whoever had to (False).
    ``serious``: the contract's purpose fails (Civil Code 563). ``timely``: told within reasonable time of
    finding it. ``abuse``: a person's finding, one of L-15.
    ``unsafe``: found to endanger people or goods (R-01). Raises BadAsk, NaiveTime.
    """

    want: str
    ground: str
    asked: date
    ordered: date | None = None
    shipped: date | None = None
    signed: date | None = None
    state: str = ""
    shown: bool | None = None
    serious: bool | None = None
    timely: bool | None = None
    certified: bool | None = None
    route: str = "domestic"
    chose_carrier: bool | None = False
    abuse: str = ""
    self_run: bool = False
    merchant_known: bool = True
    platform_knew: bool = False
    unsafe: bool = False
    asked_of: str = "merchant"

    def __post_init__(self) -> None:
        _word("want", self.want, WANTS)
        _word("ground", self.ground, GROUNDS)
        _word("route", self.route, ROUTES)
        _word("abuse", self.abuse, ("", *ABUSES))
        _word("asked_of", self.asked_of, PROMISERS)
        _flags(self, ("self_run", "merchant_known", "platform_knew", "unsafe"))
        _flags(self, ("shown", "serious", "timely", "certified", "chose_carrier"), unknown=True)
        _dates(self, ("asked", "ordered", "shipped", "signed"))
        if self.asked is None:
            raise BadAsk(field="asked", problem="the day of the demand is missing")
        _word("state", self.state, ("", *STATES))
        object.__setattr__(self, "state", self.state or self._derived())

    def _derived(self) -> str:
        if self.signed is not None:
            return "signed"
        return "not_shipped" if self.shipped is None else "on_the_way"


@dataclass(frozen=True, slots=True)
class Good:
    """The goods of one order line. ``kind`` "" is unknown.

    ``opened``: unsealed, for digital goods also downloaded. ``used``: beyond inspection and reasonable
    testing, as said, not as found. ``intact`` and ``traces`` are findings of an inspection. ``confirmed``:
    the class of L-05 that the buyer confirmed for this purchase, "" none, None unknown. ``repair_days``: days
    spent in repair, not counted (L-12). ``warranty_from``: the day of installation, where it counts.
    """

    kind: str = ""
    opened: bool | None = None
    used: bool | None = None
    intact: bool | None = None
    traces: tuple[str, ...] = ()
    confirmed: str | None = ""
    preticked: bool | None = False
    making_begun: bool | None = None
    gift: bool = False
    prepaid: bool = False
    prepaid_exception: bool | None = None
    warranty_months: int | None = None
    warranty_from: date | None = None
    replaced: date | None = None
    repair_days: int = 0

    def __post_init__(self) -> None:
        _word("kind", self.kind, ("", *KINDS))
        if self.confirmed is not None:
            _word("confirmed", self.confirmed, ("", *CONFIRMED_GOODS))
        object.__setattr__(self, "traces", tuple(self.traces))
        for trace in self.traces:
            _word("traces", trace, TRACES)
        _flags(self, ("gift", "prepaid"))
        names = ("opened", "used", "intact", "preticked", "making_begun", "prepaid_exception")
        _flags(self, names, unknown=True)
        _number("warranty_months", self.warranty_months, MOST_MONTHS)
        if self.repair_days is None:
            raise BadAsk(field="repair_days", problem="it is a whole number of days")
        _number("repair_days", self.repair_days, MOST_DAYS)
        _dates(self, ("warranty_from", "replaced"))

    @property
    def condition(self) -> tuple[Any, ...]:
        """What a return without reason looks at, in the order in which ``Good`` takes it."""
        return (
            self.kind,
            self.opened,
            self.used,
            self.intact,
            self.traces,
            self.confirmed,
            self.preticked,
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """What merchant or platform promised beyond the law (ASM-4.3): data, never a reason to refuse.

    ``goods`` and ``grounds`` narrow it (empty: all); ``excluded_too``: it covers goods of L-04 and L-05 as
    well. It holds for orders from ``since`` until before ``until``. ``amount`` is in fen. ``ref`` names it.
    """

    by: str
    kind: str
    days: int | None = None
    months: int | None = None
    amount: int | None = None
    times: int | None = None
    goods: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    excluded_too: bool = False
    since: date | None = None
    until: date | None = None
    ref: str = ""
    order: tuple[Any, ...] = field(init=False, compare=False, repr=False, default=())

    def __post_init__(self) -> None:
        _word("by", self.by, PROMISERS)
        _word("kind", self.kind, PROMISES)
        object.__setattr__(self, "goods", tuple(self.goods))
        object.__setattr__(self, "grounds", tuple(self.grounds))
        _each("goods", self.goods, KINDS)
        _each("grounds", self.grounds, GROUNDS)
        _flags(self, ("excluded_too",))
        _number("days", self.days, MOST_DAYS)
        _number("months", self.months, MOST_MONTHS)
        _number("times", self.times, 1_000)
        _number("amount", self.amount, MOST_FEN)
        _dates(self, ("since", "until"))
        needs = NEEDED.get(self.kind, ())
        if needs and all(getattr(self, name) is None for name in needs):
            raise BadAsk(field=needs[0], problem=f"a promise '{self.kind}' says {' or '.join(needs)}")
        object.__setattr__(self, "order", self._order())

    def _order(self) -> tuple[Any, ...]:
        numbers = (self.days, self.months, self.amount, self.times)
        whole = tuple(-1 if number is None else number for number in numbers)
        dates = (str(self.since or ""), str(self.until or ""))
        return (self.kind, self.by, *whole, self.excluded_too, self.goods, self.grounds, *dates, self.ref)


NEEDED = {
    "return": ("days",),
    "exchange": ("days",),
    "quality_return": ("days",),
    "warranty": ("months", "days"),
    "price_protection": ("days",),
    "late": ("amount",),
    "times": ("times",),
}


def _word(name: str, value: Any, allowed: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        known = ", ".join(word for word in allowed if word)
        raise BadAsk(field=name, problem=f"{value!r} is none of {known}")


def _each(name: str, values: tuple[str, ...], allowed: Iterable[str]) -> None:
    for value in values:
        _word(name, value, allowed)


def _flags(of: Any, names: tuple[str, ...], *, unknown: bool = False) -> None:
    for name in names:
        value = getattr(of, name)
        if not isinstance(value, bool) and not (unknown and value is None):
            raise BadAsk(field=name, problem=f"it is true or false{' or unknown' * unknown}, not {value!r}")


def _number(name: str, value: Any, most: int) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadAsk(field=name, problem=f"it is a whole number from 0 to {most}, not {value!r}")


def _dates(of: Any, names: tuple[str, ...]) -> None:
    for name in names:
        value = getattr(of, name)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise NaiveTime(field=name, at=value.isoformat())
            object.__setattr__(of, name, local_day(value))
        elif value is not None and not isinstance(value, date):
            raise BadAsk(field=name, problem=f"it is a date, not {value!r}")
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise BadAsk(field=name, problem=f"the year {value.year} is none of any order")
