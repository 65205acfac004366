"""The words in use: the operator's own where they fit the shipped file, else the shipped ones."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from typing import Any

from bihuan.engine.errors import Invalid
from bihuan.notices.models import OwnWording
from bihuan.notices.wording import LANGUAGES, Template, catalogue, checked, places, template


class DoesNotFit(Invalid):
    """Own words that say less or other things than the shipped ones; ``data["problems"]`` names all."""

    code = "notices.own_wording"
    message = "These words cannot be used: {text}"
    remedy = "Use the same placeholders as the shipped words in each part, and both languages."


def in_use(kinds: Collection[str]) -> dict[str, Template]:
    """The template of each kind; one round trip. Raises UnknownKind."""
    own = {row.kind: row.texts for row in OwnWording.objects.filter(kind__in=list(kinds), ended_at=None)}
    return {kind: fitting(kind, own.get(kind)) for kind in kinds}


def fitting(kind: str, texts: Mapping[str, Any] | None) -> Template:
    """Own texts over the shipped template, or the shipped one where they do not fit it (any more)."""
    shipped = template(kind)
    return over(shipped, texts) if texts is not None and not problems(shipped, texts) else shipped


def over(shipped: Template, texts: Mapping[str, Any]) -> Template:
    """The shipped template with other texts. Raises WordingError."""
    return checked(shipped.kind, {**copy.deepcopy(dict(shipped.content)), "texts": texts})


def problems(shipped: Template, texts: Mapping[str, Any]) -> list[str]:
    """Why texts cannot take the place of the shipped ones; empty where they can."""
    found = []
    for language in LANGUAGES:
        own, ours = texts.get(language, {}), shipped.content["texts"][language]
        for part in ours:
            if not str(own.get(part, "")).strip():
                found.append(f"{language} {part}: empty")
            else:
                found += _differences(f"{language} {part}", places(own[part]), places(ours[part]))
        found += [f"{language} {part}: the shipped words have no such part" for part in own.keys() - ours]
    return found


def _differences(where: str, own: set[str], ours: set[str]) -> list[str]:
    found = [f"{where}: {{{name}}} is missing" for name in sorted(ours - own)]
    return found + [f"{where}: {{{name}}} is not known here" for name in sorted(own - ours)]


def all_in_use() -> dict[str, Template]:
    """Every kind with the words in use."""
    return in_use(catalogue().keys())
