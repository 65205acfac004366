"""What can be written into the journal: registered, versioned, without sentences or personal data."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar, dataclass_transform
from uuid import UUID

from bihuan.engine.errors import BihuanError

CODE = re.compile(r"[A-Za-z0-9_.:%+/\-]{0,120}\Z")
_FIELD = re.compile(r"\{[^}]*\}")
_BRACKETED = re.compile(r"\s*[（(][^）)]*\{[^）)]*[）)]")
_PARTS = re.compile(r"(?=[，,:：])")


class EventError(BihuanError):
    """An event that breaks the journal's own rules: a defect of the program, never of the input."""

    code = "journal.event"
    status = 500


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Fields are codes, numbers, ids and times."""

    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    ZH: ClassVar[str] = ""
    EN: ClassVar[str] = ""

    def data(self) -> dict[str, Any]:
        """JSON values of the fields; None is left out. Raises EventError on free text."""
        return {
            f.name: _json(self.NAME, f.name, value)
            for f in dataclasses.fields(self)
            if (value := getattr(self, f.name)) is not None
        }


REGISTRY: dict[str, type[Event]] = {}
_E = TypeVar("_E", bound=type[Event])


@dataclass_transform(kw_only_default=True, frozen_default=True)
def event(name: str, *, zh: str, en: str, version: int = 1) -> Callable[[_E], _E]:
    """Register an event class under its name with a sentence for people in each language.

    The sentences may use the fields of the event as ``{field}``; a second class of the same name
    is refused.
    """

    def register(cls: _E) -> _E:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.NAME, made.VERSION, made.ZH, made.EN = name, version, zh, en
        if name in REGISTRY and REGISTRY[name].__qualname__ != made.__qualname__:
            raise EventError("Event {name} is declared twice.", name=name)
        REGISTRY[name] = made
        return made  # type: ignore[return-value]  # dataclass() gives back the class it was given

    return register


def sentence(name: str, data: Mapping[str, Any], language: str) -> str:
    """What happened, for people; unknown (older) events show their name and data."""
    known = REGISTRY.get(name)
    if known is None:
        return f"{name} {dict(data)}"
    template = known.ZH if language.startswith("zh") else known.EN
    return template.format_map(_Blank(data))


def headline(name: str, language: str) -> str:
    """What kind of thing happened, without the fields of one event; the name where it is not known."""
    known = REGISTRY.get(name)
    if known is None:
        return name
    bare = _BRACKETED.sub("", known.ZH if language.startswith("zh") else known.EN)
    first, *rest = _PARTS.split(bare)
    kept = [first, *(part for part in rest if "{" not in part)]
    return _FIELD.sub("…", "".join(kept)).strip(" ，,:：")


def at_text(moment: datetime) -> str:
    """The one written form of an instant: UTC, microseconds, Z."""
    if moment.tzinfo is None:
        raise EventError("The time {value} has no time zone.", value=str(moment))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def _json(name: str, field: str, value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if not CODE.match(value):
            raise EventError(
                "Field {field} of event {name} holds free text; keep the text and refer to it.",
                field=field,
                name=name,
            )
        return str(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return at_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | frozenset | set):
        items = [_json(name, field, v) for v in value]
        return sorted(items) if isinstance(value, frozenset | set) else items
    if isinstance(value, Mapping):
        return {_json(name, field, str(k)): _json(name, field, v) for k, v in value.items()}
    raise EventError(
        "Field {field} of event {name} has a type the journal cannot keep: {type}.",
        field=field,
        name=name,
        type=type(value).__name__,
    )
