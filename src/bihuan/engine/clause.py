"""Read a clause from the mapping that a rulebook's YAML file holds. The schema stands in docs/house.md.

All problems of a clause are collected and reported at once. The engine checks form and inner
consistency; whether events, queries and scenarios exist is checked by ``norms``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bihuan.engine.clausetypes import (
    KINDS,
    NATURES,
    STATUSES,
    Clause,
    Escalation,
    ExtensionRule,
    LimitUnknown,
    LimitValue,
    Warn,
)
from bihuan.engine.due import ROLLS
from bihuan.engine.duration import BadDuration, Duration, Unit, parse_duration
from bihuan.engine.errors import Invalid
from bihuan.engine.facts import FrozenDict, freeze

__all__ = [
    "Clause",
    "ClauseInvalid",
    "Escalation",
    "ExtensionRule",
    "LimitUnknown",
    "LimitValue",
    "Warn",
    "canonical_json",
    "parse_clause",
]

REQUIRED = ("id", "title", "text", "source", "nature", "verified", "status", "kind", "since")
CLOCKED = ("starts_on", "stops_on", "limit")
_ID = re.compile(r"[A-Z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)+")
_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_PERCENT = re.compile(r"([1-9][0-9]?)%")
SOURCE_KEYS = {"section", "article", "document", "checked", "url", "quote", "row"}


class ClauseInvalid(Invalid):
    """A clause file with problems; ``data["problems"]`` lists every one of them."""

    code = "clause.invalid"
    message = "The clause {id} of {book} can't be used: {text}"
    remedy = "Correct the clause file; its form is described in docs/house.md."


class _Bad(Exception):
    """One problem with one key, collected by the reader."""


def parse_clause(mapping: Mapping[str, Any], book: str = "") -> Clause:
    """Read one clause. Raises ClauseInvalid with all problems found."""
    if not isinstance(mapping, Mapping):
        raise _invalid("?", book, ["a clause is a mapping of keys to values"])
    raw = _plain_keys(mapping)
    problems = [f"unknown key '{key}'" for key in raw if key not in _READERS]
    problems += [f"missing key '{key}'" for key in REQUIRED if raw.get(key) is None]
    fields: dict[str, Any] = {}
    for key, reader in _READERS.items():
        if raw.get(key) is not None:
            try:
                fields[_FIELD.get(key, key)] = reader(raw[key])
            except _Bad as bad:
                problems.append(f"{key}: {bad}")
    problems += _together(raw, fields)
    if problems:
        raise _invalid(str(raw.get("id", "?")), book, problems)
    text = canonical_json(raw)
    return Clause(book=book, canonical=text, hash=hashlib.sha256(text.encode()).hexdigest(), **fields)


def canonical_json(mapping: Mapping[str, Any]) -> str:
    """Sorted JSON with dates in ISO form; what ``hash`` is taken over. Keys without value are left out."""
    kept = {key: value for key, value in _json(mapping).items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _invalid(clause_id: str, book: str, problems: list[str]) -> ClauseInvalid:
    text = "; ".join(problems)
    return ClauseInvalid(field="clause", id=clause_id, book=book or "?", problems=problems, text=text)


def _plain_keys(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """YAML 1.1 reads the key ``on`` as true; give it its name back."""
    raw = {str(key): value for key, value in mapping.items()}
    extension = raw.get("extension")
    if isinstance(extension, Mapping):
        raw["extension"] = {"on" if key is True else str(key): item for key, item in extension.items()}
    return raw


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_json_key(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _json_key(key: Any) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Bad("needs a text that is not empty")
    return value


def _both_languages(value: Any) -> FrozenDict[str, str]:
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"}:
        raise _Bad("needs exactly zh and en")
    return FrozenDict({key: _text(value[key]) for key in ("zh", "en")})


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise _Bad(f"'{value}' is not {what}")
        return value

    return read


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise _Bad(f"'{value}' is not one of {', '.join(allowed)}")
        return str(value)

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Bad("needs true or false")
    return value


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Bad(f"'{value}' is not a date such as 2026-01-31") from None


_event = _matching(_EVENT, "an event name such as complaint.accepted")
_name = _matching(_NAME, "a name in small letters")


def _events(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list | tuple) else [value]
    if not names or len(set(map(str, names))) != len(names):
        raise _Bad("needs one event or a list without repetition")
    return tuple(_event(name) for name in names)


def _source(value: Any) -> FrozenDict[str, str]:
    if not isinstance(value, Mapping) or not ({"section", "article"} & set(value)):
        raise _Bad("needs a section or an article")
    unknown = set(value) - SOURCE_KEYS
    if unknown:
        raise _Bad(f"unknown key '{min(map(str, unknown))}'")
    if any(isinstance(item, float | bool) for item in value.values()):
        raise _Bad("write the number in quotes, otherwise 3.10 becomes 3.1")
    return FrozenDict({key: _text(str(item)) for key, item in value.items()})


def _conditions(value: Any) -> FrozenDict[str, tuple[Any, ...]]:
    if not isinstance(value, Mapping):
        raise _Bad("needs facts and their values")
    result = {}
    for name, allowed in value.items():
        options = tuple(allowed) if isinstance(allowed, list | tuple) else (allowed,)
        if not options or not all(isinstance(item, str | bool | int) for item in options):
            raise _Bad(f"'{name}' needs a value or a list of values")
        result[_name(name)] = options
    return FrozenDict(result)


def _duration(value: Any) -> Duration:
    try:
        duration = parse_duration(value)
    except (BadDuration, TypeError):
        raise _Bad(f"'{value}' is not a length of time such as 24h or 3wd") from None
    if duration.value == 0:
        raise _Bad("a length of time of zero")
    return duration


def _limit_value(value: Any) -> LimitValue:
    if not isinstance(value, Mapping):
        return LimitValue(fixed=_duration(value))
    if set(value) == {"from"}:
        return LimitValue(from_param=_name(value["from"]))
    if "by" not in value or len(value) < 2:
        raise _Bad("needs a length of time, {from: parameter} or {by: fact, value: length, …}")
    choices = {str(key): _duration(item) for key, item in value.items() if key not in ("by", "default")}
    default = _duration(value["default"]) if "default" in value else None
    return LimitValue(by=_name(value["by"]), choices=FrozenDict(choices), default=default)


def _by_date(read: Callable[[Any], Any]) -> Callable[[Any], tuple[tuple[date, Any], ...]]:
    def read_all(value: Any) -> tuple[tuple[date, Any], ...]:
        if not isinstance(value, Mapping) or not value:
            raise _Bad("needs a value under each date of effect")
        rows = tuple((_date(day), read(item)) for day, item in value.items())
        days = [day for day, _ in rows]
        if days != sorted(set(days)):
            raise _Bad("the dates of effect are not in ascending order")
        return rows

    return read_all


def _params(value: Any) -> FrozenDict[str, Any]:
    if not isinstance(value, Mapping) or not value:
        raise _Bad("needs named values under each date")
    frozen: FrozenDict[str, Any] = freeze(value)
    return frozen


def _extension(value: Any) -> ExtensionRule:
    if not isinstance(value, Mapping) or set(value) != {"on", "to", "approver"}:
        raise _Bad("needs exactly on, to and approver")
    to = value["to"] if isinstance(value["to"], list | tuple) else [value["to"]]
    if not to:
        raise _Bad("'to' is empty")
    return ExtensionRule(_event(value["on"]), tuple(str(item) for item in to), _name(value["approver"]))


def _warn(value: Any) -> tuple[Warn, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(_one_warn(str(item)) for item in items)


def _one_warn(text: str) -> Warn:
    percent = _PERCENT.fullmatch(text)
    if percent:
        return Warn(text, percent=int(percent[1]))
    if not text.startswith("-"):
        raise _Bad(f"'{text}' is neither a share such as 80% nor a time before the end such as -2h")
    return Warn(text, before=_duration(text[1:]))


def _escalate(value: Any) -> tuple[Escalation, ...]:
    if not isinstance(value, Mapping) or not value:
        raise _Bad("needs roles under 'breach' or a time after it")
    steps = [
        Escalation(str(key), _name(role), None if key == "breach" else _duration(key))
        for key, role in value.items()
    ]
    return tuple(sorted(steps, key=lambda step: (step.after is not None, step.text)))


_READERS: dict[str, Callable[[Any], Any]] = {
    "id": _matching(_ID, "a clause id such as PCN-3.2.3"),
    "title": _both_languages,
    "text": _both_languages,
    "source": _source,
    "nature": _one_of(NATURES),
    "verified": _flag,
    "status": _one_of(STATUSES),
    "kind": _one_of(KINDS),
    "since": _date,
    "until": _date,
    "applies": _conditions,
    "starts_on": _events,
    "known_on": _events,
    "stops_on": _events,
    "cancels_on": _events,
    "gives_way_on": _events,
    "pauses_on": _events,
    "resumes_on": _events,
    "when": _conditions,
    "key": _name,
    "limit": _by_date(_limit_value),
    "values": _by_date(_params),
    "roll": _one_of(ROLLS),
    "hours": _name,
    "extension": _extension,
    "follows": _events,
    "warn": _warn,
    "escalate": _escalate,
    "evidence": _name,
    "note": _both_languages,
    "assumed": _flag,
}
_FIELD = {"limit": "limits"}


def _together(raw: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """Problems that only show when several keys are looked at together."""
    return [problem for problem, wrong in _rules(raw, fields) if wrong]


def _rules(raw: Mapping[str, Any], fields: Mapping[str, Any]) -> list[tuple[str, bool]]:
    given = {key for key in raw if raw[key] is not None}
    timed = raw.get("kind") == "deadline" and raw.get("status") == "carried"
    since, until = fields.get("since"), fields.get("until")
    rows = fields.get("limits") or fields.get("values") or ()
    rules = [(f"a carried deadline needs '{key}'", timed and key not in given) for key in CLOCKED]
    rules += [(f"'{key}' needs 'limit'", key in given and "limit" not in given) for key in _NEED_LIMIT]
    return [
        *rules,
        ("until: is not after since", bool(since and until and until <= since)),
        (f"no value is in force from {since}", bool(since and rows and rows[0][0] > since)),
        ("pauses_on and resumes_on go together", ("pauses_on" in given) != ("resumes_on" in given)),
        ("'when' needs pauses_on", "when" in given and "pauses_on" not in given),
        ("a limit in bh needs 'hours'", _in_hours(fields) and "hours" not in given),
        ("extension: 'to' names neither a class of the limit nor a length", _bad_target(fields)),
    ]


_NEED_LIMIT = ("starts_on", "stops_on", "warn", "escalate", "extension", "follows", "pauses_on", "known_on")


def _in_hours(fields: Mapping[str, Any]) -> bool:
    values = [value for _, value in fields.get("limits", ())]
    durations = [item for value in values for item in (value.fixed, value.default, *value.choices.values())]
    return any(item is not None and item.unit is Unit.BUSINESS_HOUR for item in durations)


def _bad_target(fields: Mapping[str, Any]) -> bool:
    extension = fields.get("extension")
    if extension is None:
        return False
    classes = [set(value.choices) for _, value in fields.get("limits", ()) if value.by]
    return any(not _is_target(name, classes) for name in extension.to)


def _is_target(name: str, classes: list[set[str]]) -> bool:
    if classes:
        return all(name in known for known in classes)
    try:
        return parse_duration(name).value > 0
    except BadDuration:
        return False
