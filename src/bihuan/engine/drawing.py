"""A picture of a workflow, laid out from its table: states as boxes one under the other, steps as lines.

Every step that moves a case stands beside the state from which it is possible, with its name and
clause; its line runs in a lane to the state it leads to. All lines into one state share one lane, so
that a picture of forty steps stays readable. Steps that keep the state are counted in its box.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import east_asian_width

from bihuan.engine.workflow import Step, Workflow

LEFT: Final = 26
"""Room for the mark of the beginning."""
BOX: Final = 132
"""The narrowest a box is; names that are wider than ``WIDEST`` go on in a second line."""
WIDEST: Final = 168
LINE: Final = 17
PORT: Final = 24
HEAD: Final = 26
FOOT: Final = 8
LEAST: Final = 66
GAP: Final = 14
LANE: Final = 13
ROUND: Final = 6
_WIDE, _NARROW, _SMALL = 13.0, 6.9, 6.4
_BOLD: Final = 1.2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in a box: ``name``, or ``other`` for the name in the other language."""

    kind: str
    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A state; ``other`` is its name in the other language, ``stays`` the number of steps that keep it."""

    state: str
    x: int
    y: int
    width: int
    height: int
    label: str
    other: str
    starts: bool
    ends: bool
    stays: int
    lines: tuple[Line, ...]
    """Its names as they stand in it, and below them the place of the number of steps within."""
    below: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step from one state to another; ``y`` is where its name stands, ``path`` its line (SVG)."""

    step: Step
    source: str
    target: str
    label: str
    target_label: str
    x: int
    y: int
    lane: int
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in it, in the order of the table."""

    name: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a picture shows: ``states``, ``arrows`` (from > step > to) and ``stays`` by state."""

    states: tuple[str, ...]
    arrows: tuple[str, ...]
    stays: Mapping[str, int]
    clauses: tuple[str, ...] = ("ASM-2.2",)


def draw(flow: Workflow, *, language: str = "zh", ends: Collection[str] = ()) -> Picture:
    """The picture in ``zh`` or ``en``. Every state and every step of the table is in it.

    ``ends``: states in which nothing is waited for, although a step may lead out of them again.
    """
    moves = {state: _moves(flow, state) for state in flow.states}
    edge = LEFT + _box_width(flow, language)
    boxes, y = [], GAP
    for state in flow.states:
        box = _box(flow, state, y, edge - LEFT, len(moves[state]), language, state in ends)
        boxes.append(box)
        y += box.height + GAP
    tops = {box.state: box.y for box in boxes}
    texts = max((_width(s.label(language), s.clause) for rows in moves.values() for s, _ in rows), default=0)
    first, lanes = edge + texts + 3 * LANE, _lanes(flow, moves)
    arrows = [
        _arrow(flow, state, row, edge, tops, number, (lanes[row[1]], first), language)
        for state, rows in moves.items()
        for number, row in enumerate(rows)
    ]
    width = first + LANE * (max(lanes.values(), default=0) + 1)
    return Picture(flow.name, width, y, tuple(boxes), tuple(arrows))


def drawn(flow: Workflow) -> Drawn:
    """What the picture of a flow shows, for the comparison with its table."""
    picture = draw(flow)
    return Drawn(
        tuple(box.state for box in picture.boxes),
        tuple(f"{a.source} > {a.step.name} > {a.target}" for a in picture.arrows),
        {box.state: box.stays for box in picture.boxes if box.stays},
    )


def drawn_of(facts: Mapping[str, Any]) -> Drawn:
    """The decision of that name: the picture of the table in a scenario's facts."""
    steps = [
        Step(str(row["name"]), tuple(row["from"]), row.get("to"), "", row.get("clause"))
        for row in facts.get("steps") or ()
    ]
    return drawn(Workflow("example", tuple(facts.get("states") or ()), steps))


def _moves(flow: Workflow, state: str) -> list[tuple[Step, str]]:
    return [(s, s.target) for s in flow.allowed(state) if s.target is not None and s.target != state]


def _arrow(
    flow: Workflow,
    source: str,
    row: tuple[Step, str],
    edge: int,
    tops: Mapping[str, int],
    number: int,
    lane: tuple[int, int],
    language: str,
) -> Arrow:
    """The ``number``th step beside a state; ``lane`` is its number and where the lanes begin."""
    step, target = row
    label, y = step.label(language), tops[source] + HEAD + PORT * number + PORT // 2
    begin = edge + 18 + _width(label, step.clause)
    path = _path(begin, y, lane[1] + LANE * lane[0], tops[target] + HEAD // 2, edge)
    return Arrow(step, source, target, label, _name(flow, target, language)[0], edge + 10, y, lane[0], path)


def _box_width(flow: Workflow, language: str) -> int:
    """As wide as the widest line in any of them."""
    rows = [row for state in flow.states for row in _rows(flow, state, language)]
    return max(BOX, *(24 + _line_width(kind, text) for kind, text in rows))


def _rows(flow: Workflow, state: str, language: str) -> list[tuple[str, str]]:
    """The lines of a box: the name, then the name in the other language."""
    named = zip(("name", "other"), _name(flow, state, language), strict=True)
    return [(kind, line) for kind, text in named for line in _broken(kind, text)]


def _broken(kind: str, text: str) -> list[str]:
    """A text in lines, broken between words where it is too wide."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _line_width(kind, longer) > WIDEST:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _line_width(kind: str, text: str) -> int:
    return round(_width(text, None) * (_BOLD if kind == "name" else 1))


def _box(flow: Workflow, state: str, y: int, width: int, ports: int, language: str, is_end: bool) -> Box:
    label, other = _name(flow, state, language)
    rows = _rows(flow, state, language)
    lines = [Line(kind, text, y + 24 + LINE * number) for number, (kind, text) in enumerate(rows)]
    return Box(
        state=state,
        x=LEFT,
        y=y,
        width=width,
        height=max(LEAST + LINE * (len(rows) - 2), HEAD + PORT * ports + FOOT),
        label=label,
        other=other,
        starts=state in flow.starts,
        ends=is_end or not ports,
        stays=len(flow.allowed(state)) - ports,
        lines=tuple(lines),
        below=y + 24 + LINE * len(rows),
    )


def _name(flow: Workflow, state: str, language: str) -> tuple[str, str]:
    """What a state is called, and what in the other language."""
    zh, en = flow.labels.get(state, (state, state))
    return (en, zh) if language == "en" else (zh, en)


def _lanes(flow: Workflow, moves: Mapping[str, Sequence[tuple[Step, str]]]) -> dict[str, int]:
    """A lane for each state that is led to: the short ways inside, and no two lines over each other."""
    place = {state: number for number, state in enumerate(flow.states)}
    spans: dict[str, tuple[int, int]] = {}
    for state, rows in moves.items():
        for _step, target in rows:
            low, high = spans.get(target, (place[target], place[target]))
            spans[target] = (min(low, place[state]), max(high, place[state]))
    taken: list[list[tuple[int, int]]] = []
    found: dict[str, int] = {}
    for target, span in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1])):
        lane = next((n for n, rows in enumerate(taken) if not any(_meet(span, row) for row in rows)), None)
        if lane is None:
            lane = len(taken)
            taken.append([])
        taken[lane].append(span)
        found[target] = lane
    return found


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _width(label: str, clause: str | None) -> int:
    """How wide a label and its clause are, estimated from the kind of their letters."""
    letters = sum(_WIDE if east_asian_width(char) in "WF" else _NARROW for char in label)
    return round(letters + (10 + _SMALL * len(clause) if clause else 0))


def _path(x: int, y: int, lane: int, into: int, box: int) -> str:
    """To the right into the lane, along it, and to the left into the box."""
    turn = ROUND if into > y else -ROUND
    return (
        f"M{x} {y}H{lane - ROUND}Q{lane} {y} {lane} {y + turn}"
        f"V{into - turn}Q{lane} {into} {lane - ROUND} {into}H{box + 7}"
    )
