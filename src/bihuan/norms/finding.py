"""Finding clauses by words of either language, as somebody does who wants to cite one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.norms.reading import ReadClause

EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A clause that fits: id, title by language, and the part of its text around the first word."""

    id: str
    title: Mapping[str, str]
    excerpt: Mapping[str, str]
    carried: bool


def find(clauses: Iterable[ReadClause], text: str, limit: int) -> list[Found]:
    """Clauses that hold every word of ``text`` in id, title or text; the nearest first.

    An id that begins with a word goes before a title that holds it, a title before a text; among equals
    carried clauses go first, then the order of ids.
    """
    words = text.casefold().split()
    if not words:
        return []
    scored = [(score, read) for read in clauses if (score := _score(read, words))]
    scored.sort(key=lambda pair: (-pair[0], pair[1].clause.status != "carried", pair[1].clause.id))
    return [_found(read, words[0]) for _, read in scored[:limit]]


def _score(read: ReadClause, words: list[str]) -> int:
    """0 where a word is missing."""
    return sum(scores) if all(scores := [_of_word(read, word) for word in words]) else 0


def _of_word(read: ReadClause, word: str) -> int:
    clause = read.clause
    known = clause.id.casefold()
    if known.startswith(word):
        return 100
    if word in known:
        return 60
    if any(word in title.casefold() for title in clause.title.values()):
        return 40
    return 10 if any(word in body.casefold() for body in clause.text.values()) else 0


def _found(read: ReadClause, word: str) -> Found:
    clause = read.clause
    excerpt = {language: _around(" ".join(body.split()), word) for language, body in clause.text.items()}
    return Found(clause.id, clause.title, excerpt, clause.status == "carried")


def _around(body: str, word: str) -> str:
    at = max(0, body.casefold().find(word) - EXCERPT // 2)
    part = body[at : at + 2 * EXCERPT]
    return f"{'…' if at else ''}{part}{'…' if at + 2 * EXCERPT < len(body) else ''}"
