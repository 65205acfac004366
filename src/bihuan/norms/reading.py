"""Rulebooks as they stand on disk: the shipped ones and, over them, the operator's own folder.

Everything wrong is collected and reported at once, with file and line. Nothing here needs a
database; whether events, evidence and scenarios exist is looked at in ``checking``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from bihuan.engine.clause import Clause, ClauseInvalid, canonical_json, parse_clause
from bihuan.engine.errors import Invalid
from bihuan.norms.yamlfile import Document, Problem, Unreadable, read_file

SHIPPED: Final = Path(__file__).resolve().parent.parent / "rulebooks"
MOST_FILES: Final = 2_000
_BOOK_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,23}\Z")
_NAMED: Final = re.compile(r"^(\w+):|'(\w+)'|^(\w+) and")
BOOK_REQUIRED: Final = {
    "book": str,
    "title": dict,
    "issuer": dict,
    "edition": str,
    "language": str,
    "nature": str,
    "in_force_from": date,
}
BOOK_KEYS: Final = {*BOOK_REQUIRED, "in_force_until", "note"}


class RulebookInvalid(Invalid):
    """Rulebooks with problems; ``data["problems"]`` lists every one as ``file:line: text``."""

    code = "rulebook.invalid"
    message = "The rulebooks have {count} problems:\n{text}"
    remedy = "Correct the files and run `bihuan norms check`."


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause with its document; ``replaces`` is the hash of the shipped text that an own one overrides."""

    clause: Clause
    document: Document
    own: bool = False
    replaces: str = ""


@dataclass(frozen=True)
class Book:
    """One rulebook: header (book.yaml), clauses by id, scenario documents."""

    id: str
    header: Mapping[str, Any]
    clauses: Mapping[str, ReadClause]
    scenarios: tuple[Document, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over the header and all clause texts."""
        lines = [canonical_json(self.header), *sorted(r.clause.hash for r in self.clauses.values())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Library:
    """All rulebooks that were read."""

    books: Mapping[str, Book]

    def __iter__(self) -> Iterator[ReadClause]:
        return (read for book in self.books.values() for read in book.clauses.values())

    def scenarios(self) -> Iterator[Document]:
        """Every scenario of every book."""
        return (document for book in self.books.values() for document in book.scenarios)


@dataclass
class _Reader:
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def documents(self, path: Path, name: str) -> list[Document]:
        try:
            return read_file(path, name)
        except Unreadable as error:
            self.problems.extend(error.problems)
            return []

    def one(self, path: Path, name: str) -> Document | None:
        found = self.documents(path, name)
        if len(found) == 1 and isinstance(found[0].value, dict):
            return found[0]
        if found or not any(problem.file == name for problem in self.problems):
            self.problems.append(Problem(name, 1, "needs one mapping of keys to values"))
        return None

    def header(self, path: Path, name: str) -> dict[str, Any] | None:
        document = self.one(path, name)
        if document is None:
            return None
        value: dict[str, Any] = {str(key): item for key, item in document.value.items()}
        for key in value.keys() - BOOK_KEYS:
            self.problems.append(Problem(name, document.line(key), f"unknown key '{key}'"))
        for key, kind in BOOK_REQUIRED.items():
            if not isinstance(value.get(key), kind) or not value[key]:
                self.problems.append(
                    Problem(name, document.line(key), f"'{key}' is missing or has another form")
                )
        if value.get("book") != path.parent.name:
            self.problems.append(Problem(name, document.line("book"), "'book' is not the name of the folder"))
        return value

    def clause(self, path: Path, name: str, book: str) -> tuple[Clause, Document] | None:
        document = self.one(path, name)
        if document is None:
            return None
        try:
            clause = parse_clause(document.value, book)
        except ClauseInvalid as error:
            for text in error.data["problems"]:
                self.problems.append(Problem(name, _line(document, text), text))
            return None
        if path.stem != clause.id:
            self.problems.append(
                Problem(name, document.line("id"), f"the file is not named {clause.id}.yaml")
            )
        return clause, document


def read(overrides: Path | None = None, shipped: Path | None = None) -> Library:
    """All books. Raises RulebookInvalid with every problem found."""
    reader, shipped = _Reader(), shipped or SHIPPED
    books = {path.name: _book(reader, path, overrides) for path in _folders(shipped)}
    for path in _folders(overrides) if overrides else ():
        if path.name not in books:
            books[path.name] = _book(reader, path, None, own=True)
    if overrides and not overrides.is_dir():
        reader.problems.append(Problem(str(overrides), 1, "the folder of own rulebooks does not exist"))
    _check_unique(reader, books)
    refuse(reader.problems)
    return Library({book.id: book for book in books.values() if book})


def shipped(book: str, clause_id: str) -> Clause | None:
    """The shipped text of a clause, whatever the operator put over it; None where none is shipped."""
    name = f"{book}/clauses/{clause_id}.yaml"
    found = _Reader().clause(SHIPPED / name, name, book) if (SHIPPED / name).is_file() else None
    return found[0] if found else None


def refuse(problems: list[Problem]) -> None:
    """Raise RulebookInvalid if there are any."""
    if problems:
        found = [str(problem) for problem in sorted(set(problems))]
        raise RulebookInvalid(field="rulebooks", count=len(found), text="\n".join(found), problems=found)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if _is_book(path)) if root.is_dir() else []


def _is_book(path: Path) -> bool:
    return path.is_dir() and bool(_BOOK_ID.match(path.name))


def _book(reader: _Reader, shipped: Path, overrides: Path | None, *, own: bool = False) -> Book | None:
    book_id = shipped.name
    header = reader.header(shipped / "book.yaml", f"{book_id}/book.yaml")
    clauses = {c.id: ReadClause(c, d, own) for c, d in _clauses(reader, shipped, book_id)}
    scenarios = _scenarios(reader, shipped, book_id)
    if overrides and (overrides / book_id).is_dir():
        folder = overrides / book_id
        if (folder / "book.yaml").exists():
            header = reader.header(folder / "book.yaml", f"{folder}/book.yaml")
        for clause, document in _clauses(reader, folder, book_id, str(folder)):
            before = clauses.get(clause.id)
            clauses[clause.id] = ReadClause(clause, document, True, before.clause.hash if before else "")
        scenarios += _scenarios(reader, folder, str(folder))
    return Book(book_id, header, clauses, tuple(scenarios)) if header is not None else None


def _clauses(
    reader: _Reader, folder: Path, book: str, shown: str | None = None
) -> Iterator[tuple[Clause, Document]]:
    for path in _files(reader, folder / "clauses"):
        found = reader.clause(path, f"{shown or book}/clauses/{path.name}", book)
        if found:
            yield found


def _scenarios(reader: _Reader, folder: Path, shown: str) -> list[Document]:
    paths = _files(reader, folder / "scenarios")
    return [doc for path in paths for doc in reader.documents(path, f"{shown}/scenarios/{path.name}")]


def _files(reader: _Reader, folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    paths = sorted(folder.iterdir())
    for path in paths:
        if path.suffix != ".yaml" or path.is_symlink():
            reader.problems.append(Problem(str(path.name), 1, f"only .yaml files belong into {folder.name}"))
    if len(paths) > MOST_FILES:
        reader.problems.append(Problem(folder.name, 1, f"more than {MOST_FILES} files"))
    return [path for path in paths[:MOST_FILES] if path.suffix == ".yaml" and not path.is_symlink()]


def _check_unique(reader: _Reader, books: Mapping[str, Book | None]) -> None:
    for book in books.values():
        for clause_id, found in (book.clauses if book else {}).items():
            first = reader.places.setdefault(clause_id, found.document.file)
            if first != found.document.file:
                problem = f"clause {clause_id} stands already in {first}"
                reader.problems.append(Problem(found.document.file, found.document.line("id"), problem))


def _line(document: Document, problem: str) -> int:
    """The line of the key that a problem of the engine names."""
    named = _NAMED.search(problem)
    return document.line(next(filter(None, named.groups()))) if named else 1
