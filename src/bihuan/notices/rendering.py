"""Turning codes into words for one reader. Personal data is read here, for this moment, and kept nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.accounts import queries as accounts
from bihuan.accounts.queries import PersonalField
from bihuan.journal.events import CODE, at_text
from bihuan.notices.errors import WrongParams
from bihuan.notices.wording import Param, Template, fill

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_OTHER: Final = Param("any", True)
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words for one channel; ``values`` for providers that keep the template themselves."""

    title: str
    body: str
    values: Mapping[str, str]


def clean_params(template: Template, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as they are kept, without secrets and empty ones.

    Undeclared ones may be codes, numbers and ids only. Raises WrongParams for a missing or
    ill-typed one.
    """
    kept = {}
    for name in [*template.params, *(n for n in given if n not in template.params)]:
        param, value = template.params.get(name, _OTHER), given.get(name)
        if value is None and not param.optional:
            raise WrongParams(field=f"params.{name}", kind=template.kind, why=f"{name} is missing")
        if value is None or param.type == "secret":
            continue
        try:
            kept[name] = _kept(param, value)
        except (ValueError, TypeError):
            raise WrongParams(
                field=f"params.{name}", kind=template.kind, why=f"{name} is not a {param.type}"
            ) from None
    return kept


def secrets_of(template: Template, given: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that only the message itself may show."""
    return {
        name: _matching(CODE, given[name])
        for name, param in template.params.items()
        if param.type == "secret" and given.get(name)
    }


def render(
    template: Template,
    *,
    channel: str,
    language: str,
    recipient_id: UUID | None,
    params: Mapping[str, Any],
    secrets: Mapping[str, str],
    path: str = "",
) -> Rendered:
    """The words that this recipient gets by this channel."""
    part = channel if channel in ("sms", "push") else "body"
    title, body = template.text("title", language), template.text(part, language)
    values = _values(template, language, params) | dict(secrets)
    if recipient_id is not None and "{name}" in title + body:
        values["name"] = _name(recipient_id, language)
    if path := str(params.get("path") or path):
        values["link"] = f"{settings.PUBLIC_URL.rstrip('/')}/{path.lstrip('/')}"
    words = fill(body, values)
    if channel == "sms":
        words = ("" if language.startswith("zh") else " ").join(words.split("\n"))
    return Rendered(_one_line(fill(title, values)), words, values)


def _values(template: Template, language: str, params: Mapping[str, Any]) -> dict[str, str]:
    texts = accounts.bodies([UUID(params[n]) for n in params if _type(template, n) == "text"])
    people = [UUID(params[n]) for n in params if _type(template, n) == "person"]
    labels = accounts.labels(people, language) if people else {}
    out = {}
    for name, value in params.items():
        param = template.params.get(name)
        if param is None:
            continue  # only for reactions
        if param.type == "text":
            out[name] = _plain(texts.get(UUID(value), ""))
        elif param.type == "person":
            out[name] = labels.get(UUID(value), "—")
        else:
            out[name] = shown(param, value, language)
    return out


def _type(template: Template, name: str) -> str:
    return template.params[name].type if name in template.params else ""


def _kept(param: Param, value: Any) -> Any:
    """The JSON value of a parameter. Raises ValueError or TypeError where it is not of its type."""
    if param.type in ("time", "due"):
        return at_text(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    if param.type in ("int", "money"):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError
        if param.type == "money" and value < 0:
            raise ValueError
        return value
    if param.type in ("text", "person"):
        return str(UUID(str(value)))
    if param.type == "words":
        return [_matching(CODE, each) for each in (value if isinstance(value, list | tuple) else [value])]
    return _any(value) if param.type in ("any", "code") else _matching(CODE, value)


def _any(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        if len(value) > _MOST:
            raise ValueError
        return [_any(each) for each in value]
    return _matching(CODE, str(value) if isinstance(value, UUID) else value)


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not value or not pattern.match(value):
        raise ValueError
    return str(value)


def shown(param: Param, value: Any, language: str) -> str:
    """One value in words. No money and no codes are nothing; a code without words stands as it is."""
    zh = language.startswith("zh")
    comma = "、" if zh else ", "
    if param.type == "money":
        figure = f"{value // 100:,}.{value % 100:02d}"
        return (f"{figure}元" if zh else f"CNY {figure}") if value else ""
    if param.type in ("time", "due"):
        return _moment(datetime.fromisoformat(value), zh, ends=param.type == "due")
    if param.type == "words":
        words = param.words or {}
        return comma.join(words[v]["zh" if zh else "en"] if v in words else v for v in value)
    return comma.join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(moment: datetime, zh: bool, *, ends: bool) -> str:
    """Local date and time; an end at midnight is the 24:00 of the day before."""
    local = moment.astimezone(_ZONE)
    clock = f"{local:%H:%M}"
    if ends and clock == "00:00" and local.second == 0:
        local, clock = local - timedelta(days=1), "24:00"
    if zh:
        return f"{local.year}年{local.month}月{local.day}日 {clock}"
    return f"{local:%Y-%m-%d} {clock} (Beijing time)"


def _name(person_id: UUID, language: str) -> str:
    name = accounts.contact(person_id, [PersonalField.NAME]).get(PersonalField.NAME)
    return _one_line(name or accounts.labels([person_id], language).get(person_id, "—"))


def _plain(text: str) -> str:
    """A person's text without control characters other than line ends."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf")).strip()


def _one_line(text: str) -> str:
    return " ".join(_plain(text).split())
