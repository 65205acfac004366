"""Forms of the steps, made from ``Door.schema``: every site of every flow shows and reads them alike.

``form_of(door, words, pickers, language)`` makes an empty form in the words of its flow,
``read(form, post)`` fills it and gives the data that
``steps.take`` wants. A value that cannot be read (a time, a sum of money) raises Invalid with the name
of the field; the form keeps what was typed. Which things can be picked, a page says in ``Pickers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.cases.fields import Rows, Words, choice
from bihuan.cases.steps import LONG_TEXT, Door
from bihuan.engine.errors import BihuanError, Invalid

ZONE: Final = ZoneInfo("Asia/Shanghai")
_YUAN: Final = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?")
Option = tuple[str, str]
Pickers = Mapping[str, Sequence[Option]]
"""By field: (value, words) of what can be picked in this case."""


@dataclass
class Field:
    """One field as it stands on the page."""

    name: str
    label: str
    widget: str
    required: bool = False
    options: Sequence[Option] = ()
    value: Any = ""
    help: str = ""
    error: str = ""
    parts: list[Field] = field(default_factory=list)
    rows: Rows | None = None

    @property
    def chosen(self) -> Sequence[str]:
        """The values that are ticked, for a field with several."""
        return self.value if isinstance(self.value, list) else [str(self.value)]

    @property
    def described_by(self) -> str:
        """Ids of the texts that belong to the field, for screen readers."""
        names = [f"{kind}-{self.name}" for kind in ("help", "error") if getattr(self, kind)]
        return " ".join(names)


@dataclass
class StepForm:
    """The form of a step; ``consequence`` says what it brings about, ``error`` is a refusal of no field."""

    door: Door
    fields: list[Field]
    consequence: str = ""
    error: str = ""
    clause: str = ""
    remedy: str = ""
    kept_files: list[str] = field(default_factory=list)

    @property
    def takes_files(self) -> bool:
        return any(f.widget == "files" for f in self.fields)

    def refuse(self, error: BihuanError, message: str, remedy: str) -> None:
        """Show an error at its field, else at the head, with the clause and what would make it pass."""
        self.clause, self.remedy = error.clause or "", remedy
        name = str(error.data.get("field", "")).split(".")[0]
        at = next((f for f in self.fields if f.name == name), None)
        if at is None:
            self.error = message
        else:
            at.error = message


def form_of(
    door: Door, words: Words, pickers: Pickers, language: str, initial: Mapping[str, Any] | None = None
) -> StepForm:
    """An empty form of the step; ``initial`` are values from outside (a link's query, the case's class)."""
    made = []
    for name, info in door.schema.model_fields.items():
        one = _field(door, words, name, info.annotation, pickers, language)
        one.required = info.is_required() or (name == "reason" and door.step.needs_reason)
        given = (initial or {}).get(name)
        one.value = given if given is not None else _default(info.default, one.widget)
        if one.required and one.widget == "select" and len(one.options) == 1 and not one.value:
            one.value = one.options[0][0]
        made.append(one)
    return StepForm(door, made, words.consequence_of(door.step.name))


def read(form: StepForm, post: QueryDict, files: Sequence[UUID] = ()) -> dict[str, Any]:
    """What was typed, kept in the form and turned into input of the step. Raises Invalid."""
    data: dict[str, Any] = {}
    problem: Invalid | None = None
    for one in form.fields:
        _keep(one, post)
    for one in form.fields:
        try:
            value = _value(one, post, files)
        except Invalid as error:
            problem = problem or error
            continue
        if value is not None:
            data[one.name] = value
    if problem is not None:
        raise problem
    return data


def fen(text: str, name: str = "amount") -> int:
    """Yuan as people type them (``1,280.50``) in fen; never through a float. Raises Invalid."""
    found = _YUAN.fullmatch(text.strip().replace(",", "").replace("，", "").removeprefix("¥"))
    if found is None:
        raise Invalid(
            "{value} is not a sum of money.",
            field=name,
            value=text[:20],
            remedy="Give yuan with at most two decimals, such as 128.50.",
        )
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def instant(text: str, name: str) -> datetime:
    """A time as the browser sends it, taken as China's. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            "{value} is not a time.",
            field=name,
            value=text[:30] or "—",
            remedy="Give day and time, such as 2026-03-01 18:00.",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _field(door: Door, words: Words, name: str, hint: Any, pickers: Pickers, language: str) -> Field:
    step = door.step.name
    made = Field(name=name, label=words.label_of(step, name, language), widget="text")
    made.help = words.help_of(step, name, language)
    codes = door.choices(name) or words.codes_of(step, name)
    group = words.group_of(step, name)
    if name in pickers:
        made.options, made.widget = pickers[name], "checks" if _is_list(hint) else "select"
    elif codes:
        made.options = [(code, choice(group, code, language)) for code in codes]
        made.widget = "checks" if _is_list(hint) else "select"
    else:
        made.widget = _widget(name, hint)
    rows = words.rows.get(f"{step}.{name}")
    if rows is not None:
        made.widget, made.rows = "rows", rows
        made.parts = [_row(value, said, made.name, words, rows, language) for value, said in made.options]
    elif made.widget in ("facts", "shares"):
        made.parts = [Field(*part[:3], options=part[3]) for part in words.parts_of(step, name, language)]
    return made


def _row(value: str, said: str, name: str, words: Words, rows: Rows, language: str) -> Field:
    row = Field(f"{name}.{value}", said, "facts")
    row.parts = [
        Field(*part[:3], options=part[3], value=part[3][0][0] if part[3] else "")
        for part in words.columns(rows.columns, row.name, language)
    ]
    return row


_BY_NAME: Final[Mapping[str, str]] = {
    "evidence_ids": "files",
    "amount": "money",
    "amount_fen": "money",
    "freight_fen": "money",
    "deduction": "money",
    "score": "score",
    "facts": "facts",
    "shares": "shares",
    "parts": "lines",
    "tries": "number",
}


def _widget(name: str, hint: Any) -> str:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in LONG_TEXT:
        return "textarea"
    kinds = {datetime: "datetime", bool: "check", int: "number"}
    return next((widget for kind, widget in kinds.items() if kind in _plain(hint)), "text")


def _plain(hint: Any) -> tuple[Any, ...]:
    """The types behind Optional and Annotated."""
    if getattr(hint, "__metadata__", None) is not None:
        return _plain(hint.__origin__)
    if get_origin(hint) in (Union, UnionType):
        return tuple(kind for arg in get_args(hint) for kind in _plain(arg))
    name = getattr(hint, "__name__", "")
    return (datetime,) if name == "AwareDatetime" else (hint,)


def _is_list(hint: Any) -> bool:
    """Whether several can be chosen: a list, or things by name (ticked, they get the files of the form)."""
    if get_origin(hint) in (Union, UnionType):
        return any(_is_list(arg) for arg in get_args(hint))
    return get_origin(hint) in (tuple, list, Mapping)


def _default(value: Any, widget: str) -> Any:
    if widget == "checks":
        return []
    if widget == "money" or value is None or not isinstance(value, str | int):
        return ""
    return value


def _keep(one: Field, post: QueryDict) -> None:
    if one.widget == "checks":
        one.value = post.getlist(one.name)
    elif one.widget == "check":
        one.value = post.get(one.name) is not None
    elif one.widget in ("facts", "shares"):
        for part in one.parts:
            part.value = post.get(part.name, "")
    elif one.widget == "rows":
        for row in one.parts:
            _keep(row, post)
    else:
        one.value = post.get(one.name, "")


def _value(one: Field, post: QueryDict, files: Sequence[UUID]) -> Any:
    if one.widget == "files":
        return list(files)
    if one.widget == "check":
        return post.get(one.name) is not None
    if one.widget in ("checks", "lines"):
        return post.getlist(one.name) if one.widget == "checks" else str(one.value).splitlines()
    if one.widget == "facts":
        return {part.name.removeprefix("facts."): v for part in one.parts if (v := _part(part)) is not None}
    if one.widget == "rows" and one.rows is not None:
        return [{**one.rows.base(row.name.removeprefix(f"{one.name}.")), **_cells(row)} for row in one.parts]
    if one.widget == "shares":
        return {p.name.removeprefix("shares."): v for p in one.parts if (v := _part(p)) is not None} or None
    return _plain_value(one)


def _cells(row: Field) -> dict[str, Any]:
    """The cells of a row that were filled in, by column."""
    return {p.name.rpartition(".")[2]: v for p in row.parts if (v := _part(p)) is not None}


def _plain_value(one: Field) -> Any:
    text = str(one.value).strip()
    if not text and not one.required:
        return None
    if not text and one.widget in ("select", "datetime", "money", "number", "score"):
        raise Invalid(
            _("This field is needed."), field=one.name, remedy=_("Fill it in and send the form again.")
        )
    readers: Mapping[str, Callable[[str, str], Any]] = {"money": fen, "datetime": instant}
    reader = readers.get(one.widget)
    return reader(text, one.name) if reader else text


def _part(part: Field) -> Any:
    text = str(part.value).strip()
    if not text:
        return None
    if part.widget == "money":
        return fen(text, part.name.split(".")[0])
    if part.widget == "number":
        return int(text) if text.isdigit() else text
    return {"yes": True, "no": False}.get(text, text) if part.widget == "yesno" else text
