"""Due times of many lines."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from bihuan.engine.clock import Calendars
from bihuan.engine.counting import Count
from bihuan.norms import arrangement, reading
from bihuan.norms.due import due_lines

CLAUSES = {read.clause.id: read.clause for read in reading.read()}
CALENDARS = Calendars(work=arrangement.combined(arrangement.shipped()))


def due(*lines: bytes) -> list[dict[str, Any]]:
    found = due_lines(io.BytesIO(b"\n".join(lines)), CLAUSES, CALENDARS)
    return [json.loads(line.out()) for line in found]


def asked(clause: str, start: str, **facts: str) -> bytes:
    return json.dumps({"clause": clause, "start": start, "facts": facts}).encode()


@pytest.mark.parametrize(
    ("clause", "start", "complexity", "expected"),
    [
        ("PCN-3.2.3", "2026-09-30T10:00:00+08:00", "complex", "2026-10-14T00:00:00+08:00"),
        ("PCN-3.2.3", "2026-02-13T09:00:00+08:00", "general", "2026-02-26T00:00:00+08:00"),
        ("PCN-3.2.3", "2026-09-18T09:00:00+08:00", "general", "2026-09-23T00:00:00+08:00"),
        ("PCN-3.2.3", "2026-02-12T23:59:59+08:00", "special", "2026-03-05T00:00:00+08:00"),
        ("PCN-3.3.3", "2026-09-30T10:00:00+08:00", "special", "2026-10-28T00:00:00+08:00"),
        ("PCN-3.1.3.a", "2026-02-14T22:15:00+08:00", "general", "2026-02-15T22:15:00+08:00"),
        ("PCN-3.1.3.a", "2026-02-14T14:15:00.25Z", "general", "2026-02-15T22:15:00.250000+08:00"),
    ],
)
def test_known_ends(clause: str, start: str, complexity: str, expected: str) -> None:
    (line,) = due(asked(clause, start, flow="complaint", complexity=complexity))
    assert (line["due_at"], line["provisional"], line["start"]) == (expected, False, start)


def test_a_year_without_arrangement_is_provisional() -> None:
    (line,) = due(asked("PCN-3.2.3", "2026-12-30T10:00:00+08:00", complexity="complex"))
    assert line["provisional"] is True


def test_before_its_first_day_a_clause_is_counted_and_marked() -> None:
    (line,) = due(asked("PCN-3.2.3", "2025-09-25T10:00:00+08:00", complexity="complex"))
    assert (line["due_at"], line["in_force"]) == ("2025-10-10T00:00:00+08:00", False)


def test_contradicting_facts_are_marked() -> None:
    (line,) = due(asked("PCN-3.2.3", "2026-03-02T10:00:00+08:00", flow="chat", complexity="complex"))
    assert line["applies"] is False


def test_a_date_that_the_start_event_carries() -> None:
    (line,) = due(asked("X-REF", "2026-06-30T10:00:00+08:00", due_at="2026-07-02"))
    assert line["due_at"] == "2026-07-03T00:00:00+08:00"


def test_other_fields_are_kept() -> None:
    (line,) = due(b'{"clause":"PCN-3.4.b","start":"2026-03-02T10:00:00+08:00","ref":7,"due_at":"x"}')
    assert (line["ref"], line["due_at"]) == (7, "2026-03-03T10:00:00+08:00")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense", "due.line"),
        (b"[1]", "due.line"),
        (b'\xff{"clause":1}', "due.line"),
        (b"[" * 30_000, "due.line"),
        (b"x" * 70_000, "due.line"),
        (b'{"clause":"PCN-0","start":"2026-01-01T00:00:00Z"}', "not_found"),
        (b'{"clause":"PCN-1.2","start":"2026-01-01T00:00:00Z"}', "due.line"),
        (b'{"clause":"PCN-3.4.b","start":"2026-01-01T00:00:00"}', "time.naive"),
        (b'{"clause":"PCN-3.4.b","start":5}', "due.line"),
        (b'{"clause":"PCN-3.4.b"}', "due.line"),
        (b'{"clause":"PCN-3.2.3","start":"2026-01-01T00:00:00Z"}', "clause.limit_unknown"),
        (b'{"clause":"PCN-3.2.3","start":"2026-01-01T00:00:00Z","facts":[]}', "due.line"),
        (b'{"clause":"X-REF","start":"2026-01-01T00:00:00Z","facts":{"due_at":"x"}}', "due.line"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_rest_goes_on(line: bytes, code: str) -> None:
    good = asked("PCN-3.4.b", "2026-03-02T10:00:00+08:00")
    first, second, third = due(good, line, b"", good)
    assert (second["code"], second["line"]) == (code, 2)
    assert first["due_at"] == third["due_at"] == "2026-03-03T10:00:00+08:00"


def test_together_equals_one_by_one() -> None:
    lines = list(_many())
    for line, found in zip(lines, due(*[json.dumps(line).encode() for line in lines]), strict=True):
        clause, start = CLAUSES[line["clause"]], datetime.fromisoformat(line["start"])
        value = clause.limit_at(start) or clause.limits[0][1]
        end, provisional = Count(start, str(value.choose(clause.id, line["facts"])), clause, CALENDARS).end()
        assert (datetime.fromisoformat(found["due_at"]), found["provisional"]) == (end, provisional)


def _many() -> Iterator[dict[str, Any]]:
    timed = [c for c in CLAUSES.values() if c.limits and not any(v.from_param for _, v in c.limits)]
    for n, clause in enumerate(sorted(timed, key=lambda c: c.id) * 40):
        start = (
            f"{2004 + n % 24}-{1 + n * 7 % 12:02d}-{1 + n * 11 % 28:02d}T{n % 24:02d}:{n % 60:02d}:00+08:00"
        )
        facts = {
            "complexity": ["general", "complex", "special"][n % 3],
            "flow": "complaint",
            "type": "return",
        }
        yield {"clause": clause.id, "start": start, "facts": facts}
