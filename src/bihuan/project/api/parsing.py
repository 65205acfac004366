"""Reading a JSON body: UTF-8, no odd numbers, no signs that the database or a reader cannot bear."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from bihuan.engine.errors import BihuanError

DEEPEST: Final = 32
_UNBEARABLE: Final = re.compile("[\x00\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""NUL, marks that turn the direction of what follows, halves of a character."""


class BadText(BihuanError):
    """A text with signs that hide or break what it says."""

    code: ClassVar[str] = "text"
    status: ClassVar[int] = 422
    message: ClassVar[str] = "{field} holds a character that is not taken: {sign}."
    remedy: ClassVar[str] = (
        "Leave out NUL, marks of writing direction (U+202A–202E, U+2066–2069) and lone surrogates."
    )


class BadJson(BihuanError):
    """A body that is no JSON of ours."""

    code: ClassVar[str] = "json"
    message: ClassVar[str] = "The body is not JSON in UTF-8."
    remedy: ClassVar[str] = (
        "Send an object as JSON, at most 32 levels deep, without NaN and without a field twice."
    )


class StrictParser(Parser):
    """What stands in a body, or an error that says what is wrong with it."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            found = json.loads(
                request.body.decode("utf-8"),
                parse_constant=_no_number,
                object_pairs_hook=_each_once,
            )
        except (ValueError, RecursionError):
            raise BadJson from None
        for path, depth, value in _walk(found):
            if depth > DEEPEST:
                raise BadJson
            check(path, value)
        return found


def check(field: str, value: Any) -> None:
    """Raise BadText for a text that cannot be borne."""
    if isinstance(value, str) and (sign := _UNBEARABLE.search(value)):
        raise BadText(field=field, sign=f"U+{ord(sign.group()):04X}")


def _walk(found: Any) -> Iterator[tuple[str, int, Any]]:
    """Every value with its place; without recursion, so that no depth breaks it."""
    waiting: list[tuple[str, int, Any]] = [("", 0, found)]
    while waiting:
        path, depth, value = waiting.pop()
        yield path or "body", depth, value
        if depth > DEEPEST:
            continue
        if isinstance(value, dict):
            for name in value:
                check("body", name)
            waiting.extend((f"{path}.{n}".lstrip(".")[:80], depth + 1, v) for n, v in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{path}.{n}".lstrip(".")[:80], depth + 1, v) for n, v in enumerate(value))


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field twice")
    return found
