"""Steps written down beforehand: their form, their check, and what they come to when they run.

A stored value is what the step takes, with two additions: ``{"after": "3d"}`` for a time counted from the
run, and ``{{name}}`` inside a text for an input that a macro asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict

from bihuan.cases import forms
from bihuan.cases.forms import Field
from bihuan.complaints import steps
from bihuan.complaints.fields import WORDS
from bihuan.complaints.steps import Door
from bihuan.engine.due import due_at
from bihuan.engine.duration import parse_duration
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.norms import queries as norms

PLACE: Final = re.compile(r"\{\{\s*([^\s{}]{1,20})\s*\}\}")
RULE_STEPS: Final = (
    "assign", "reclassify", "send_message", "promise", "open_investigation", "open_step", "draw_records",
    "request_evidence", "tell_progress", "report_major", "refer",
)  # fmt: skip
"""What a rule may do. Accepting, refusing, deciding, offering and closing are a person's."""
_ONLY_PERSON: Final = (
    "supplement", "write", "answer_evidence", "add_evidence", "object_liability", "appeal", "withdraw",
    "rate", "log_call",
)  # fmt: skip
_NOT_PLANNED: Final = frozenset({"files", "facts", "shares", "lines"})
_NAMED: Final = ("_id", "_ids")


def macro_steps() -> list[Door]:
    """Steps that a macro may hold: those that need nothing which only one case has."""
    return [d for d in steps.doors().values() if d.step.name not in _ONLY_PERSON and _plannable(d)]


def rule_steps() -> list[Door]:
    return [d for d in macro_steps() if d.step.name in RULE_STEPS]


def fields_of(door: Door, language: str, data: Mapping[str, Any] | None = None) -> list[Field]:
    """The fields of a planned step; times are typed as spans."""
    form = forms.form_of(door, WORDS, {}, language)
    found = [f for f in form.fields if f.widget not in _NOT_PLANNED and not f.name.endswith(_NAMED)]
    for field in found:
        given = (data or {}).get(field.name)
        if isinstance(given, Mapping):
            field.value = given.get("after", "")
        elif given is not None:
            field.value = f"{given // 100}.{given % 100:02d}" if field.widget == "money" else given
    return found


def read(door: Door, post: QueryDict, language: str, *, at: datetime) -> dict[str, Any]:
    """What was typed, as it is kept. Raises Invalid naming the field."""
    data = {
        field.name: value for field in fields_of(door, language) if (value := _value(field, post)) is not None
    }
    check(door.step.name, data, at=at)
    return data


def check(step: str, data: Mapping[str, Any], *, at: datetime) -> None:
    """Raises Invalid where the step would not take this, and NotFound for no step."""
    steps.values(name=step, data=resolved(data, {}, at=at))
    door = steps.door(step)
    for name, value in data.items():
        codes = door.choices(name)
        if codes and isinstance(value, str) and value not in codes:
            raise Invalid(field=name, remedy="Choose one of the values named.")


def inputs_of(planned: Sequence[Mapping[str, Any]]) -> list[str]:
    """The inputs that the texts of some steps ask for, in order."""
    texts = [v for one in planned for v in one.get("data", {}).values() if isinstance(v, str)]
    return list(dict.fromkeys(name for text in texts for name in PLACE.findall(text)))


def resolved(data: Mapping[str, Any], inputs: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """The step's input for a run now."""
    return {name: _resolved(name, value, inputs, at) for name, value in data.items()}


def _resolved(name: str, value: Any, inputs: Mapping[str, str], at: datetime) -> Any:
    if isinstance(value, Mapping) and "after" in value:
        return _after(name, str(value["after"]), at)
    if isinstance(value, str):
        return PLACE.sub(lambda m: inputs.get(m[1], m[0]), value)
    return value


def _after(name: str, span: str, at: datetime) -> datetime:
    try:
        return due_at(at, parse_duration(span), norms.calendars().work).at
    except (BihuanError, ValueError):
        raise Invalid(
            "{value} is not a span of time.",
            field=name,
            value=span[:20],
            remedy="Write a number and a unit, such as 12h, 3d or 2wd (working days).",
        ) from None


def _plannable(door: Door) -> bool:
    needed = [name for name, info in door.schema.model_fields.items() if info.is_required()]
    shown = {f.name for f in fields_of(door, "zh")}
    return all(name in shown for name in needed)


def _value(field: Field, post: QueryDict) -> Any:
    if field.widget == "checks":
        return post.getlist(field.name)
    if field.widget == "check":
        return post.get(field.name) is not None
    text = post.get(field.name, "").strip()
    if not text:
        return None if not field.required or field.name == "reason" else ""
    if field.widget == "datetime":
        return {"after": text}
    if field.widget == "money":
        return forms.fen(text, field.name)
    return int(text) if field.widget in ("number", "score") and text.isdigit() else text
