"""What rules and macros are in words: triggers, steps, values, results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bihuan.automation import plans
from bihuan.automation.models import Firing, Rule
from bihuan.cases.labels import label
from bihuan.complaints import steps
from bihuan.journal.events import headline

TELL: Final = {
    "owner": gettext_noop("tell the person in charge"),
    "supervisor": gettext_noop("tell the supervisors"),
    "manager": gettext_noop("tell the managers"),
}
OFF: Final = {
    "new": gettext_noop("not switched on yet"),
    "person": gettext_noop("switched off"),
    "loop": gettext_noop("switched off: it went round in a circle"),
    "removed": gettext_noop("removed"),
}
OUTCOMES: Final = {
    "done": gettext_noop("done"),
    "partly": gettext_noop("partly done"),
    "refused": gettext_noop("refused"),
    "left": gettext_noop("not tried"),
}


def language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def waits(found: Rule) -> str:
    if found.event:
        return _("when: {event}").format(event=headline(found.event, language()))
    return _("{before} before {clause} ends").format(before=found.before, clause=found.clause)


def off(found: Rule) -> str:
    return "" if found.is_on else _(OFF.get(found.off_reason, "switched off"))


def step_words(name: str) -> str:
    return label("step", name, language())


def action_words(name: str) -> str:
    whom = name.removeprefix("notify.")
    return _(TELL[whom]) if whom != name and whom in TELL else step_words(name)


def planned_words(planned: Mapping[str, Any]) -> tuple[str, Sequence[tuple[str, str]]]:
    if planned.get("notify"):
        told = TELL[planned["notify"]]
        return _(told), ()
    return step_words(planned["step"]), values(planned)


def values(planned: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """What stands in the fields of a planned step, in words."""
    door = steps.doors().get(planned["step"])
    if door is None:
        return ()
    fields = plans.fields_of(door, language(), planned.get("data", {}))
    return [(f.label, shown(f)) for f in fields if f.name in planned.get("data", {})]


def shown(field: Any) -> str:
    options = dict(field.options)
    if field.widget == "datetime":
        return _("{span} after it runs").format(span=field.value)
    if isinstance(field.value, list):
        return "、".join(str(options.get(v, v)) for v in field.value)
    if isinstance(field.value, bool):
        return _("yes") if field.value else _("no")
    return str(options.get(field.value, field.value))


def field_words(field: str) -> str:
    names = {
        "type": _("Type"), "urgency": _("Urgency"), "severity": _("Severity"), "complexity": _("Complexity"),
        "state": _("State"), "liable": _("Responsible"), "channel": _("Channel"),
    }  # fmt: skip
    return names.get(field) or _("Event field {name}").format(name=field.removeprefix("event."))


def codes(field: str, codes: Sequence[str]) -> Sequence[str]:
    return [label(field, code, language()) for code in codes]


def fired(firing: Firing, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "one": firing,
        "number": numbers.get(firing.case_id, ""),
        "outcome": OUTCOMES[firing.outcome],
        "results": [result(r) for r in firing.results],
    }


def result(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A result with its refusal in the reader's language."""
    return {
        "words": _("the rule itself") if kept["action"] == "rule" else action_words(kept["action"]),
        "state": kept["state"],
        "outcome": OUTCOMES[kept["state"]],
        "message": sentence(kept["msgid"], kept["data"]),
        "remedy": sentence(kept["remedy"], kept["data"]),
        "clause": kept["clause"],
    }


def sentence(msgid: str, data: Mapping[str, str] | None) -> str:
    try:
        return _(msgid).format(**(data or {})) if msgid else ""
    except (KeyError, IndexError, ValueError):
        return _(msgid)
