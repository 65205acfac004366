"""Facts of a remedy: which ones a rule takes, and clear words where one is missing or wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.engine.errors import Invalid
from bihuan.engine.facts import FrozenDict, freeze

LARGEST = 10**12


class BadFacts(Invalid):
    """Facts that a rule can't be computed from; ``data["problems"]`` lists all of them."""

    code = "remedy.facts"
    message = "The remedy {rule} can't be computed: {text}"
    remedy = "Give amounts as whole fen, findings as true or false, and no other facts than the rule takes."


@dataclass(frozen=True, slots=True)
class Take:
    """One fact: how it is read, and its value when not given (``required`` has none)."""

    read: Callable[[Any], Any]
    default: Any = None
    required: bool = False


def read(rule: str, takes: Mapping[str, Take], facts: Mapping[str, Any]) -> FrozenDict[str, Any]:
    """All facts of the rule with defaults. Raises BadFacts with every problem at once."""
    problems = [f"unknown fact '{name}'" for name in facts if name not in takes]
    values: dict[str, Any] = {}
    for name, take in takes.items():
        if facts.get(name) is None:
            values[name] = take.default
            problems += [f"'{name}' is missing"] * take.required
            continue
        try:
            values[name] = take.read(facts[name])
        except ValueError as error:
            problems.append(f"'{name}' {error}")
    if problems:
        raise BadFacts(field="facts", rule=rule, problems=problems, text="; ".join(problems))
    return FrozenDict(values)


def whole(value: Any) -> int:
    """A whole number of fen (or of pieces) from 0 to 10^12."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number, not {value!r}")
    if value < 0:
        raise ValueError(f"must not be negative, not {value}")
    if value > LARGEST:
        raise ValueError("is larger than anything sold")
    return value


def percent(value: Any) -> int:
    """A whole number from 0 to 100."""
    number = whole(value)
    if number > 100:
        raise ValueError("must be at most 100 per cent")
    return number


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def finding(value: Any) -> bool | str:
    """True, false, or ``ask`` where a person still has to find it."""
    return "ask" if value == "ask" else flag(value)


def yes_no_ask(value: Any) -> str:
    """``yes``, ``no`` or ``ask``; YAML's true and false are understood."""
    text = ("yes" if value else "no") if isinstance(value, bool) else value
    if text not in ("yes", "no", "ask"):
        raise ValueError(f"must be yes, no or ask, not {value!r}")
    return str(text)


def one_of(*allowed: str) -> Callable[[Any], str]:
    """One of the words."""

    def check(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {value!r}")
        return str(value)

    return check


def some_of(*allowed: str) -> Callable[[Any], tuple[str, ...]]:
    """A list of the words."""

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"must be a list, not {value!r}")
        return tuple(one_of(*allowed)(item) for item in value)

    return check


def rows(amounts: tuple[str, ...], flags: tuple[str, ...] = ()) -> Callable[[Any], tuple[Any, ...]]:
    """A list of rows that have exactly these amounts, and true or false under the others."""

    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"must be a list, not {value!r}")
        for row in value:
            if not isinstance(row, Mapping) or set(row) != {*amounts, *flags}:
                raise ValueError(f"needs rows with {', '.join((*amounts, *flags))}")
            for name in amounts:
                whole(row[name])
            for name in flags:
                flag(row[name])
        frozen: tuple[Any, ...] = freeze(value)
        return frozen

    return check


def required(reader: Callable[[Any], Any]) -> Take:
    """A fact without which the rule can't be computed."""
    return Take(reader, required=True)


FEN = Take(whole, 0)
NEEDED_FEN = required(whole)
YES = Take(flag, default=True)
NO = Take(flag, default=False)
