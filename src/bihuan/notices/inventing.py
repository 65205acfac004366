"""What a notice would look like for somebody who does not exist, so that no real person's data is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.conf import settings

from bihuan.notices.rendering import Rendered, shown
from bihuan.notices.wording import Param, Template, fill

_NAMES: Final = {"zh": "李晓", "en": "Li Xiao"}
_PEOPLE: Final = {"zh": "客服小周", "en": "Zhou of the service desk"}
_TEXTS: Final = {"zh": "（此处为经办人填写的说明）", "en": "(what the person in charge wrote stands here)"}
_VALUES: Final[Mapping[str, object]] = {
    "int": 3,
    "money": 12850,
    "time": "2026-10-13T18:20:00+08:00",
    "due": "2026-10-14T00:00:00+08:00",
}
_CODES: Final[Mapping[str, str]] = {"number": "TS-2026-000123", "clause": "PCN-3.2.3"}
_LINK: Final = "c/TS-2026-000123"


def invented(template: Template, language: str) -> dict[str, Rendered]:
    """By part (body, sms, push): title and words as the invented recipient reads them."""
    side = "en" if language.startswith("en") else "zh"
    values = {name: _value(name, param, side) for name, param in template.params.items()}
    values["name"] = _NAMES[side]
    values["link"] = f"{settings.PUBLIC_URL.rstrip('/')}/{_LINK}"
    parts = [part for part in ("body", "sms", "push") if part in template.content["texts"][side]]
    return {part: _rendered(template, part, language, values) for part in parts}


def _rendered(template: Template, part: str, language: str, values: Mapping[str, str]) -> Rendered:
    words = fill(template.text(part, language), values)
    if part == "sms":
        words = ("" if language.startswith("zh") else " ").join(words.split("\n"))
    return Rendered(" ".join(fill(template.text("title", language), values).split()), words, values)


def _value(name: str, param: Param, side: str) -> str:
    if param.type == "text":
        return _TEXTS[side]
    if param.type == "person":
        return _PEOPLE[side]
    if param.type == "secret":
        return "6K3M9Q"
    if param.type == "words":
        return shown(param, [next(iter(param.words or {"—": {}}))], side)
    return shown(param, _VALUES.get(param.type, _CODES.get(name, "A-1")), side)
