"""What lies between two texts of a clause, key by key and, in a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

_FIRST: Final = ("status", "title", "text", "limit", "values", "since", "until", "applies")
_TOKEN: Final = re.compile(r"[A-Za-z0-9]+(?:[.'’-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changed:
    """One key of a clause file; None where the text did not have it."""

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text that stayed, went or came."""

    kind: Literal["same", "gone", "come"]
    text: str


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Changed]:
    """The keys of two canonical bodies that differ, the weighty ones first."""
    keys = sorted(old.keys() | new.keys(), key=_place)
    return [Changed(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def pieces(old: str, new: str) -> list[Piece]:
    """Two wordings laid over each other: Chinese by sign, the rest by word."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    return list(_pieces(before, after))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("gone", "".join(before[a:b]))
        if d > c:
            yield Piece("come", "".join(after[c:d]))


def _place(key: str) -> tuple[int, str]:
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), key)
