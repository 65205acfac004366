"""Strict reading of one YAML file: safe, small, no duplicate keys, no aliases, lines remembered.

Booleans are ``true`` and ``false`` only (so that ``on:`` is a key and not a truth value), whole
numbers are decimal only, dates stay dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # pragma: no cover (PyYAML built without libyaml)
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

LARGEST = 64 * 1024
MOST_NODES = 20_000
DEEPEST = 24
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, and where: file as given, line from 1."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value and the line of every place in it."""

    file: str
    value: Any
    lines: dict[Where, int] = field(repr=False)

    def line(self, *where: str | int) -> int:
        """Line of a place, or of the nearest place around it."""
        for end in range(len(where), -1, -1):
            if where[:end] in self.lines:
                return self.lines[where[:end]]
        return 1


class Unreadable(Exception):
    """The file has problems; they are in ``problems``."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


class _Loader(_Base):
    pass


def _resolvers() -> dict[str, list[tuple[str, Any]]]:
    gone = {f"tag:yaml.org,2002:{t}" for t in ("bool", "int", "float", "merge", "value")}
    kept: dict[str, list[tuple[str, Any]]] = {}
    for first, rules in _Base.yaml_implicit_resolvers.items():
        kept[first] = [(tag, pattern) for tag, pattern in rules if tag not in gone]
    return kept


_Loader.yaml_implicit_resolvers = _resolvers()
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"(0|-?[1-9][0-9]{0,17})\Z"), list("-0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}\Z"), list("-0123456789")
)
_PLAIN = {f"tag:yaml.org,2002:{t}" for t in ("null", "bool", "int", "float", "str", "timestamp")}


def read_file(path: Path, name: str) -> list[Document]:
    """All documents of a file. Raises Unreadable; ``name`` is what problems call the file."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(Problem(name, 1, f"cannot be read: {error.strerror}")) from error
    if len(raw) > LARGEST:
        raise Unreadable(Problem(name, 1, f"is larger than {LARGEST // 1024} KiB"))
    try:
        return read_text(raw.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable(Problem(name, line, "is not UTF-8")) from error


def read_text(text: str, name: str) -> list[Document]:
    """The same for a text."""
    loader = _Loader(text)
    try:
        _measure(text, name)
        return [_document(loader, node, name) for node in _nodes(loader, name)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Unreadable(Problem(name, line, f"is not YAML: {error.problem or error.context}")) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable(Problem(name, 1, f"is not YAML: {error}".splitlines()[0])) from error
    finally:
        loader.dispose()


def _measure(text: str, name: str) -> None:
    """Refuse aliases, and deep nesting before libyaml's binding composes nodes by recursion in C."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, _Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(Problem(name, line, "uses an alias; write it out"))
        if depth > DEEPEST or count > MOST_NODES:
            raise Unreadable(Problem(name, line, "is too large or too deep"))


def _nodes(loader: Any, name: str) -> Iterator[yaml.Node]:
    while loader.check_node():
        yield loader.get_node()


def _document(loader: Any, node: yaml.Node, name: str) -> Document:
    walk = _Walk(loader, name)
    value = walk.value(node, ())
    if walk.problems:
        raise Unreadable(*walk.problems)
    return Document(name, value, walk.lines)


class _Walk:
    """Turns nodes into values, noting lines and problems on the way."""

    def __init__(self, loader: Any, name: str) -> None:
        self.loader, self.name = loader, name
        self.lines: dict[Where, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, where: Where) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*where, i)) for i, item in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, where: Where) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.scalar(key_node)
            if key in result:
                self.problem(key_node, f"key {key!s} stands twice")
                continue
            place = (*where, str(key))
            self.lines[place] = key_node.start_mark.line + 1
            result[key] = self.value(value_node, place)
        return result

    def scalar(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN:
            return self.problem(node, f"has a form that is not allowed here ({node.tag})")
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            return self.problem(node, f"cannot be read: {error}".splitlines()[0])

    def problem(self, node: yaml.Node, text: str) -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, text))
