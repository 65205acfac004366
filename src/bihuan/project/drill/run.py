"""Running a drill in a database that is marked as one: stage, lives, the worker's round, the end."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO, cast

from bihuan.aftersales.jobs import attend as attend_aftersales
from bihuan.clocks.firing import fire_due
from bihuan.complaints import stage
from bihuan.complaints.jobs import attend
from bihuan.engine.errors import Invalid
from bihuan.journal.time import mark_deployment, set_drill_time
from bihuan.project.drain import drain
from bihuan.project.drill.aftercare import order
from bihuan.project.drill.clockwork import Clockwork
from bihuan.project.drill.lives import World, complaint
from bihuan.project.drill.orders import ZONE, Row, tally

ROUND = timedelta(minutes=30)
"""How often the worker's round comes in simulated time; it decides no verdict."""
TAIL = timedelta(days=25)
"""After the last day, so that cases can come to their end."""
ROUND_OF_ORDERS = timedelta(hours=2)
TAIL_OF_ORDERS = timedelta(days=40)
RULES_FROM = datetime(2026, 1, 1, tzinfo=ZONE)
"""Before this day the rulebooks have no values; orders from before it are known from the start."""


@dataclass(frozen=True)
class Plan:
    """What to run: texts, number of cases, days over which they come in, seed, first day."""

    texts: Path
    cases: int
    days: int
    seed: int
    start: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    start: datetime
    end: datetime
    acts: int
    tally: Counter[str]


def run(plan: Plan, *, progress: Callable[[datetime, int], None]) -> Outcome:
    """Play the drill to its end; the database must be empty. Raises Invalid for a file without texts."""
    chance = random.Random(plan.seed)  # noqa: S311 (people are simulated, nothing is secret)
    texts = _texts(plan.texts, plan.cases, chance)
    mark_deployment("drill")
    set_drill_time(plan.start)
    on = stage.build(at=plan.start, seed=plan.seed, count=max(60, plan.cases))
    drain(at=plan.start)
    world = World(on=on, chance=chance, now=plan.start)
    end = plan.start + timedelta(days=plan.days) + TAIL

    def turn(at: datetime) -> None:
        world.now = at
        set_drill_time(at)

    works = Clockwork(turn=turn, after=lambda at: _follow(at))
    for text in texts:
        at = plan.start + timedelta(seconds=chance.randrange(plan.days * 86_400))
        works.add(complaint(world, text, at), at)
    works.add(_rounds(plan.start, end, world), plan.start + ROUND)
    try:
        acts = works.run(end, progress)
    except KeyboardInterrupt:  # what happened so far is a whole: every act is its own transaction
        return Outcome(plan.start, world.now, works.acts, world.tally)
    return Outcome(plan.start, end, acts, world.tally)


def run_orders(plan: Plan, rows: Sequence[Row], *, progress: Callable[[datetime, int], None]) -> Outcome:
    """Play orders from their purchase on: what is late, missing or rated low leads to after-sales.

    The days of ``plan`` do not matter: the orders bring their own. The database must be empty.
    """
    chance = random.Random(plan.seed)  # noqa: S311 (people are simulated, nothing is secret)
    start = max(rows[0].ordered_at, RULES_FROM)
    end = max(row.delivered_at or row.promised_at for row in rows) + TAIL_OF_ORDERS
    mark_deployment("drill")
    set_drill_time(start)
    on = stage.build(at=start, seed=plan.seed, count=60)
    drain(at=start)
    world = World(on=on, chance=chance, now=start)
    world.tally.update(tally(rows))

    def turn(at: datetime) -> None:
        world.now = at
        set_drill_time(at)

    works = Clockwork(turn=turn, after=lambda at: _follow(at))
    for row in rows:
        works.add(order(world, row), max(row.ordered_at, start))
    works.add(_rounds(start, end, world, ROUND_OF_ORDERS), start + ROUND_OF_ORDERS)
    try:
        acts = works.run(end, progress)
    except KeyboardInterrupt:
        return Outcome(start, world.now, works.acts, world.tally)
    return Outcome(start, end, acts, world.tally)


def _follow(at: datetime) -> None:
    drain(at=at)


def _rounds(start: datetime, end: datetime, world: World, step: timedelta = ROUND) -> Iterator[datetime]:
    """The worker: warnings, breaches, escalations, reminders, last notices, default findings."""
    at = start + step
    while at < end:
        fired = fire_due(at=at)
        while fired.rows:
            world.tally["clock events"] += fired.said
            fired = fire_due(at=at)
        attend(at=at)
        attend_aftersales(at=at)
        at += step
        yield at


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8"))
    return path.open(encoding="utf-8")


def _texts(path: Path, count: int, chance: random.Random) -> list[str]:
    found = []
    with _opened(path) as lines:
        for line in lines:
            row = json.loads(line)
            text = str(row.get("text", "")).strip().strip("\ufeff")
            if len(text) >= 4 and row.get("positive", 0) in (0, "0"):
                found.append(_clean(text))
    if not found:
        raise Invalid(
            "The file holds no lines with a text.", field="texts",
            remedy='Give JSON lines such as {"text": "…"}; lines marked positive are left out.',
        )  # fmt: skip
    return [chance.choice(found) for _ in range(count)]


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and c != "\ufffd")[:5000]
