"""How fast the engine counts: JSON on the last line, a table before it.

Each figure stands beside a floor measured in the same run, so that machines can be compared.
Run: python bench/engine.py
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from bihuan.engine.batch import due_batch, micros
from bihuan.engine.calendar import BusinessHours, WorkCalendar
from bihuan.engine.clause import Clause, parse_clause
from bihuan.engine.clock import Calendars, Clock, Happening, advance
from bihuan.engine.due import due_at
from bihuan.engine.duration import Duration, Unit, parse_duration
from bihuan.engine.rulebook import RuleIndex

CLAUSES = 250
STAGES = 25
START = datetime(2026, 9, 24, 10, tzinfo=UTC)
LIMITS = ["24h", "72h", "3wd", "5wd", "10wd", "15m", "7d", "15d", "60d", "6mo"]
FACTS = {"flow": "complaint", "type": "quality", "complexity": "complex"}
CLASSES = {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"}


def main() -> None:
    calendar = _calendar()
    results = [*_advance(calendar), *_scalar(calendar), _batch(calendar)]
    for row in results:
        print(f"{row['name']:<46}{row['value']:>16,.1f} {row['unit']:<18}floor {row['floor']:>16,.1f}")
    about = {"python": platform.python_version(), "machine": platform.machine(), "numpy": np.__version__}
    print(json.dumps({"bench": "engine", **about, "results": results}))


def _calendar() -> WorkCalendar:
    off = {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 9, day) for day in (25, 26, 27)}
    work = frozenset({date(2026, 9, 20), date(2026, 10, 10)})
    return WorkCalendar("bench", frozenset(off), work, years=frozenset(range(2004, 2027)))


def _clause(number: int) -> Clause:
    """Clause ``number``: a tenth start on the stage's event, stop two stages later."""
    stage = number % STAGES
    limit: Any = CLASSES if number % 4 == 0 else LIMITS[number % len(LIMITS)]
    text = {"zh": f"条款{number}", "en": f"clause {number}"}
    return parse_clause(
        {
            "id": f"BEN-{number}.1",
            "title": text,
            "text": text,
            "source": {"section": str(number)},
            "nature": "norm",
            "verified": True,
            "status": "carried",
            "kind": "deadline",
            "since": "2026-01-01",
            "applies": {"flow": "complaint", "type": ["quality", "service"]},
            "starts_on": f"complaint.stage_{stage}",
            "stops_on": f"complaint.stage_{(stage + 2) % STAGES}",
            "cancels_on": "complaint.withdrawn",
            "limit": {"2026-01-01": limit},
            "warn": ["50%", "80%"],
            "escalate": {"breach": "supervisor", "1wd": "manager"},
        }
    )


def _measure(work: Callable[[], object], times: int, rounds: int = 7) -> float:
    """CPU seconds of one of ``times`` calls, best of the rounds (what else runs only adds)."""
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        for _ in range(times):
            work()
        spent.append((time.process_time() - begin) / times)
    return min(spent)


def _row(name: str, value: float, unit: str, floor: float, what: str, **more: float) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "floor": floor, "floor_is": what, **more}


def _life(index: RuleIndex, calendars: Calendars) -> list[Clock]:
    """One case through all stages: each event starts about ten clocks and stops ten."""
    clocks: dict[tuple[Any, ...], Clock] = {}
    for stage in range(STAGES):
        moment = START + timedelta(hours=3 * stage)
        event = Happening(f"complaint.stage_{stage}", moment, moment, facts=FACTS)
        for change in advance(list(clocks.values()), event, index, calendars):
            clocks[change.after.identity] = change.after
    return list(clocks.values())


def _advance(calendar: WorkCalendar) -> list[dict[str, Any]]:
    index = RuleIndex(_clause(number) for number in range(CLAUSES))
    calendars = Calendars(calendar, {"desk": BusinessHours({0: [("09:00", "18:00")]})})
    clocks = len(_life(index, calendars))
    whole = _measure(lambda: _life(index, calendars), 20) / STAGES
    first = Happening("complaint.stage_0", START, START, facts=FACTS)
    intake = _measure(lambda: advance([], first, index, calendars), 500)
    unnamed = Happening("complaint.unnamed", START, START)
    still = _life(index, calendars)
    idle = _measure(lambda: advance(still, unnamed, index, calendars), 500)
    floor = _measure(lambda: START + timedelta(hours=1), 20_000) * clocks / STAGES
    started = len(advance([], first, index, calendars))
    return [
        _row(
            f"advance, intake that starts {started} clocks",
            intake * 1e6,
            "µs CPU an event",
            floor * 1e6,
            "one datetime addition for each clock started",
            target=200.0,
            clauses=float(CLAUSES),
        ),
        _row(
            f"advance over a life, {clocks / STAGES:.0f} started and stopped each",
            whole * 1e6,
            "µs CPU an event",
            floor * 1e6,
            "one datetime addition for each clock started",
            target=200.0,
            clauses=float(CLAUSES),
        ),
        _row(
            f"advance, event that no clause names, {clocks} clocks",
            idle * 1e6,
            "µs CPU an event",
            _measure(lambda: [clock.live for clock in still], 500) * 1e6,
            "one look at each clock",
        ),
    ]


def _scalar(calendar: WorkCalendar) -> list[dict[str, Any]]:
    add = 1 / _measure(lambda: START + timedelta(days=3), 50_000)
    rows = []
    for text in ("3wd", "10wd", "24h", "7d", "6mo"):
        limit = parse_duration(text)
        rate = 1 / _measure(lambda limit=limit: due_at(START, limit, calendar), 20_000)
        rows.append(_row(f"due_at {text}", rate, "a second", add, "datetime additions", target=100_000.0))
    return rows


def _batch(calendar: WorkCalendar) -> dict[str, Any]:
    count = 2_000_000
    spread = np.random.default_rng(7).integers(0, 365 * 86_400_000_000, count)
    starts = micros(datetime(2025, 1, 1, tzinfo=UTC)) + spread
    limit = Duration(5, Unit.WORKDAY)
    rate = count / _measure(lambda: due_batch(starts, limit, calendar), 1)
    floor = count / _measure(lambda: starts + 1, 1)
    return _row("due_batch 5wd", rate, "a second", floor, "numpy additions", target=5_000_000.0)


if __name__ == "__main__":
    main()
