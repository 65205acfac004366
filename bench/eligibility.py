"""How fast after-sales demands are judged: JSON on the last line, a table before it.

A mix of 2,000 demands as shops see them (seeded); each is judged with all its steps. The floor is the bare
question that every judgement contains, ``signed + 7 days >= asked``, measured in the same run.
Run: python bench/eligibility.py
"""

from __future__ import annotations

import json
import os
import platform
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bihuan.engine.calendar import WorkCalendar
from bihuan.engine.eligibility import Ask, Good, Promise, as_record, judge

COUNT = 2_000
TARGET = 50_000.0
WEEK = timedelta(days=7)
FIRST = date(2026, 1, 1)
# share of a hundred, what is wanted, why
DEMANDS = [
    (44, "return", "no_reason"),
    (18, "return", "quality"),
    (7, "exchange", "quality"),
    (6, "repair", "quality"),
    (5, "return", "not_as_described"),
    (4, "refund_only", "lost"),
    (4, "return", "damaged_in_transit"),
    (3, "resend", "missing_item"),
    (3, "exchange", "wrong_item"),
    (3, "refund_only", "no_reason"),
    (2, "price_protection", "price_drop"),
    (1, "return", "fake"),
]
KINDS = ["textile"] * 30 + ["ordinary"] * 30 + ["electronics"] * 12 + ["food"] * 10 + ["cosmetics"] * 8
KINDS += ["durable"] * 4 + ["perishable"] * 3 + ["custom", "digital", "medical"]
PROMISES = [
    Promise("merchant", "return", days=30),
    Promise("platform", "free_return", amount=1_200),
    Promise("platform", "price_protection", days=15),
    Promise("merchant", "warranty", months=24),
]


def main() -> None:
    calendar = _calendar()
    mix = [_demand(random.Random(number)) for number in range(COUNT)]
    results = [
        _row("judgements, the mix", _rate(lambda: _judge(mix, calendar)), "a second", _floor(mix), TARGET),
        _row(
            "records with alternatives and changes",
            _rate(lambda: _keep(mix[:200], calendar), 200),
            "a second",
            0,
        ),
        *_each(mix, calendar),
    ]
    for row in results:
        floor = (
            f"floor {row['floor']:>14,.0f}  ratio {row['value'] / row['floor']:.4f}" if row["floor"] else ""
        )
        print(f"{row['name']:<42}{row['value']:>12,.0f} {row['unit']:<10}{floor}")
    print("outcomes", _outcomes(mix, calendar), "load", [round(one, 2) for one in os.getloadavg()])
    about = {"python": platform.python_version(), "machine": platform.machine(), "demands": COUNT}
    print(json.dumps({"bench": "eligibility", **about, "results": results}))


Demand = tuple[Ask, Good, tuple[Promise, ...]]


def _demand(dice: random.Random) -> Demand:
    want, ground = dice.choices([row[1:] for row in DEMANDS], [row[0] for row in DEMANDS])[0]
    ordered = FIRST + timedelta(days=dice.randrange(320))
    shipped = ordered + timedelta(days=dice.randrange(4)) if dice.random() < 0.94 else None
    signed = shipped + timedelta(days=dice.randrange(1, 9)) if shipped and dice.random() < 0.9 else None
    asked = (signed or shipped or ordered) + timedelta(days=int(dice.expovariate(0.2)))
    ask = Ask(
        want,
        ground,
        asked,
        ordered=ordered,
        shipped=shipped,
        signed=None if ground == "lost" else signed,
        shown=dice.choice((True, None, None)),
        timely=dice.choice((True, None)),
    )
    kind = dice.choice(KINDS)
    good = Good(
        kind,
        opened=dice.choice((True, None)),
        confirmed="opened_affects_safety" if kind == "cosmetics" and dice.random() < 0.5 else "",
        warranty_months=12 if kind in ("electronics", "durable") else None,
    )
    return ask, good, tuple(dice.sample(PROMISES, dice.choice((0, 0, 1, 2))))


def _judge(mix: list[Demand], calendar: WorkCalendar) -> None:
    for ask, good, promises in mix:
        judge(ask, good, promises, calendar).steps  # noqa: B018


def _keep(mix: list[Demand], calendar: WorkCalendar) -> None:
    for ask, good, promises in mix:
        as_record(judge(ask, good, promises, calendar))


def _floor(mix: list[Demand]) -> float:
    pairs = [(ask.signed or ask.asked, ask.asked) for ask, _, _ in mix]

    def bare() -> None:
        for signed, asked in pairs:
            signed + WEEK >= asked  # noqa: B015

    return _rate(bare)


def _rate(work: Callable[[], object], count: int = COUNT, rounds: int = 9) -> float:
    """Calls a second of CPU time, best of the rounds (what else runs only adds)."""
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return count / min(spent)


def _each(mix: list[Demand], calendar: WorkCalendar) -> list[dict[str, Any]]:
    """The same by kind of demand, for those who look where the time goes."""
    rows = []
    for _, want, ground in DEMANDS[:5]:
        some = [one for one in mix if (one[0].want, one[0].ground) == (want, ground)]
        rate = _rate(lambda some=some: _judge(some, calendar), len(some))
        rows.append(_row(f"  {want}, {ground}", rate, "a second", 0))
    return rows


def _outcomes(mix: list[Demand], calendar: WorkCalendar) -> dict[str, int]:
    found: dict[str, int] = {}
    for ask, good, promises in mix:
        outcome = judge(ask, good, promises, calendar).outcome
        found[outcome] = found.get(outcome, 0) + 1
    return found


def _row(name: str, value: float, unit: str, floor: float, target: float | None = None) -> dict[str, Any]:
    row = {"name": name, "value": value, "unit": unit, "floor": floor}
    return {**row, "floor_is": "date + 7 days >= date", "target": target} if target else row


def _calendar() -> WorkCalendar:
    off = {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 2, day) for day in range(15, 24)}
    work = frozenset({date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)})
    return WorkCalendar("bench", frozenset(off), work, years=frozenset({2026}))


if __name__ == "__main__":
    main()
