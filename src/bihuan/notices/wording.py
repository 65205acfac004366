"""The words of notices: one YAML file a kind, read strictly, rendered without evaluating anything.

Placeholders are plain ``{name}``; each must be a declared parameter or one of ``name`` (of the
recipient), ``link``. A line that holds a placeholder without a value is left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml

from bihuan.notices.errors import UnknownKind, WordingError
from bihuan.notices.models import Channel

LANGUAGES: Final = ("zh", "en")
TYPES: Final = frozenset(("code", "int", "money", "time", "due", "text", "person", "secret"))
BUILT_IN: Final = frozenset(("name", "link"))
_KEYS: Final = frozenset(("kind", "title", "clause", "audience", "channels", "params", "texts", "secret"))
_PARTS: Final = frozenset(("title", "body", "sms", "push"))
_AUDIENCES: Final = frozenset(("complainant", "party", "staff", "person"))
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[a-z][a-z_]{0,29}\Z")


@dataclass(frozen=True, slots=True)
class Param:
    """A declared parameter: its type, or the words for each of its codes."""

    type: str
    optional: bool
    words: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Template:
    """The words of one kind of notice, checked."""

    kind: str
    content: Mapping[str, Any]

    @cached_property
    def params(self) -> dict[str, Param]:
        return {name.rstrip("?"): _param(name, given) for name, given in self.content["params"].items()}

    @cached_property
    def sha256(self) -> str:
        text = json.dumps(self.content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def channels(self) -> list[str]:
        return list(self.content["channels"])

    @property
    def secret(self) -> bool:
        """Whether its words may be shown nowhere but in the message itself."""
        return bool(self.content.get("secret"))

    @property
    def audience(self) -> str:
        return str(self.content["audience"])

    def label(self, language: str) -> str:
        return str(self.content["title"][_language(language)])

    def text(self, part: str, language: str) -> str:
        """Title or body for a channel; a channel without words of its own uses the body."""
        texts = self.content["texts"][_language(language)]
        return str(texts.get(part) or texts["body"])


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in; lines of which a placeholder has none are left out. Values are not read again."""
    return "\n".join(
        _PLACE.sub(lambda m: values[m[1]], line)
        for line in text.strip("\n").split("\n")
        if all(values.get(name) for name in _PLACE.findall(line))
    )


def places(text: str) -> set[str]:
    """The placeholders of a text."""
    return set(_PLACE.findall(text))


def template(kind: str) -> Template:
    """The words of the files; the operator's own stand over them (own.py). Raises UnknownKind."""
    found = catalogue().get(kind)
    if found is None:
        raise UnknownKind(field="kind", kind=kind)
    return found


@cache
def catalogue() -> Mapping[str, Template]:
    """All kinds: the built-in files, replaced by those of ``BIHUAN_NOTICE_TEXTS`` where it is set."""
    folder = resources.files("bihuan.notices").joinpath("texts")
    files = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".yaml")}
    if own := os.environ.get("BIHUAN_NOTICE_TEXTS"):
        files |= {f.name: f.read_text("utf-8") for f in Path(own).glob("*.yaml")}
    found = {name.removesuffix(".yaml"): text for name, text in sorted(files.items())}
    return {kind: parse(kind, text) for kind, text in found.items()}


def parse(kind: str, text: str) -> Template:
    """One file's words. Raises WordingError that says what is wrong."""
    try:
        content = yaml.load(text, Loader=_Strict)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        raise WordingError(kind=kind, why=str(error).replace("\n", " ")) from error
    return checked(kind, content)


def checked(kind: str, content: Any) -> Template:
    """The template, if the content has the form asked for. Raises WordingError."""
    why = _wrong(kind, content)
    if why:
        raise WordingError(kind=kind, why=why)
    return Template(kind, content)


def _wrong(kind: str, content: Any) -> str:
    if not isinstance(content, dict):
        return "it is not a mapping"
    if unknown := set(content) - _KEYS:
        return f"unknown keys {sorted(unknown)}"
    if missing := _KEYS - {"clause", "secret"} - set(content):
        return f"missing keys {sorted(missing)}"
    if content["kind"] != kind or not _NAME.match(kind):
        return "the kind is not the name of the file"
    if content["audience"] not in _AUDIENCES:
        return f"audience is none of {sorted(_AUDIENCES)}"
    channels = content["channels"]
    if not isinstance(channels, list) or not channels or not set(channels) <= set(Channel.values):
        return f"channels are not some of {Channel.values}"
    if not _bilingual(content["title"]):
        return "the title is not given in zh and en"
    return _wrong_params(content["params"]) or _wrong_texts(content)


def _wrong_params(params: Any) -> str:
    if not isinstance(params, dict):
        return "params is not a mapping"
    for name, given in params.items():
        plain = str(name).rstrip("?")
        if not _NAME.match(plain) or plain in BUILT_IN:
            return f"parameter {name} has no lawful name"
        words = isinstance(given, dict) and given and all(_bilingual(w) for w in given.values())
        if not words and not (isinstance(given, str) and given in TYPES):
            return f"parameter {name} is neither one of {sorted(TYPES)} nor words in zh and en"
    return ""


def _wrong_texts(content: Mapping[str, Any]) -> str:
    texts = content["texts"]
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        return "texts are not given in zh and en"
    known = {str(name).rstrip("?") for name in content["params"]} | BUILT_IN
    for language, parts in texts.items():
        if not isinstance(parts, dict) or not {"title", "body"} <= set(parts) <= _PARTS:
            return f"the {language} text has not just title, body, sms, push"
        for part, text in parts.items():
            if why := _wrong_text(text, known):
                return f"{language} {part}: {why}"
    return ""


def _wrong_text(text: Any, known: set[str]) -> str:
    if not isinstance(text, str) or not text.strip():
        return "empty"
    if unknown := set(_PLACE.findall(text)) - known:
        return f"unknown placeholders {sorted(unknown)}"
    if re.search(r"[{}]", _PLACE.sub("", text)):
        return "a brace stands alone"
    return ""


def _param(name: str, given: Any) -> Param:
    optional = name.endswith("?")
    return Param("words", optional, given) if isinstance(given, dict) else Param(given, optional)


def _bilingual(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == set(LANGUAGES)
        and all(isinstance(v, str) and v for v in value.values())
    )


def _language(language: str) -> str:
    return "en" if language.startswith("en") else "zh"


class _Strict(yaml.SafeLoader):
    """Refuses a key that stands twice."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key} stands twice", node.start_mark
            )
    return dict(loader.construct_mapping(node, deep=True))


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
