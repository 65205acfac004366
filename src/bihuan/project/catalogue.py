"""The catalogue of events as a page: every event that the journal may hold, with its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from importlib import import_module
from itertools import groupby
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from bihuan.journal.events import REGISTRY, Event

_HEAD: Final = """# Events

Written by `bihuan document` from the program; do not edit it. An event says that something happened to
one subject. Its fields are codes, numbers, ids and times: never sentences and never personal data. A
text stands in the vault, and the event holds its id and digest. Every event carries besides its fields:
subject (kind and id), sequence, actor (kind and id), `occurred_at`, `recorded_at`, version, and what
binds it to the one before ([the journal](../journal.md)).

A new field may join an event; what an event means changes only together with its version. A program that
reads events passes over fields and events that it does not know.
"""
_NAMES: Final[Mapping[Any, str]] = {
    str: "code", int: "number", bool: "yes or no", UUID: "id", datetime: "time", date: "date",
    type(None): "", dict: "object", list: "list", tuple: "list", Any: "any",
}  # fmt: skip


def page() -> str:
    """The page in Markdown, by the part of the name before the dot."""
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "events"):
            import_module(f"{app.name}.events")
    parts = [_HEAD]
    known = sorted((name, cls) for name, cls in REGISTRY.items() if ".tests" not in cls.__module__)
    for kind, events in groupby(known, key=lambda item: item[0].partition(".")[0]):
        rows = [_row(name, cls) for name, cls in events]
        parts.append(f"## {kind}\n\n| event | v | fields | 中文 | English |\n| --- | --- | --- | --- | --- |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(name: str, cls: type[Event]) -> str:
    hints = get_type_hints(cls)
    fields = ", ".join(_field(f, hints[f.name]) for f in dataclasses.fields(cls))
    return f"| `{name}` | {cls.VERSION} | {fields or '—'} | {_cell(cls.ZH)} | {_cell(cls.EN)} |"


def _field(field: dataclasses.Field[Any], hint: Any) -> str:
    optional = type(None) in get_args(hint)
    return f"`{field.name}` {_type(hint)}{'?' if optional else ''}"


def _type(hint: Any) -> str:
    origin, inside = get_origin(hint), [a for a in get_args(hint) if a is not type(None)]
    if origin is None:
        return _NAMES.get(hint, "code")
    if origin is Union or not isinstance(origin, type) or origin.__name__ == "UnionType":
        return " or ".join(dict.fromkeys(_type(each) for each in inside))
    if issubclass(origin, Mapping):
        return "object"
    return f"list of {_type(inside[0])}" if inside else "list"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
