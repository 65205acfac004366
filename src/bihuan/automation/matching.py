"""Which rule fits which case: conditions on codes, and the spans and events that rules may wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from bihuan.automation.models import Rule, Trigger
from bihuan.cases.models import Case
from bihuan.complaints.steps import CHOICES
from bihuan.complaints.workflow import STATES
from bihuan.engine.duration import Unit, parse_duration
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.events import CODE, REGISTRY

FIELDS: Final[Mapping[str, Sequence[str]]] = {
    "type": CHOICES["type"], "urgency": CHOICES["urgency"], "severity": CHOICES["severity"],
    "complexity": ("general", "complex", "special"), "state": tuple(STATES),
    "liable": ("undecided", *CHOICES["party"]),
    "channel": ("site", "api", "telephone", "walk_in", "social", "mail", "regulator"),
}  # fmt: skip
"""What of a case can be asked for, and its codes."""
_SECONDS: Final = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86400}
_KINDS: Final = ("complaint.", "clock.")


def events() -> list[str]:
    """The events of cases that a rule may wait for."""
    return sorted(
        name for name, cls in REGISTRY.items() if name.startswith(_KINDS) and ".tests" not in cls.__module__
    )


def span(text: str) -> timedelta:
    """A natural length of time before the end of a clock. Raises Invalid."""
    try:
        found = parse_duration(text.strip())
        seconds = found.value * _SECONDS[found.unit]
    except (BihuanError, ValueError, KeyError):
        seconds = 0
    if not 0 < seconds <= 60 * 86400:
        raise Invalid(
            "{value} is not a span of time.",
            field="before",
            value=text[:20] or "—",
            remedy="Write a number and a unit, such as 30m, 12h or 2d.",
        )
    return timedelta(seconds=seconds)


def check_condition(rule: Rule, field: str, codes: Sequence[str]) -> None:
    """Raises Invalid for a field or code that the case, or the rule's event, does not have."""
    if field.startswith("event.") and rule.trigger == Trigger.EVENT:
        known = getattr(REGISTRY[rule.event], "__dataclass_fields__", {})
        good = field.removeprefix("event.") in known and all(CODE.match(code) for code in codes)
    else:
        good = field in FIELDS and set(codes) <= set(FIELDS[field])
    if not good:
        raise Invalid(field=field[:40], remedy="Choose a field and codes of the list.")


def fits(rule: Rule, case: Case, data: Mapping[str, Any]) -> bool:
    """Whether every condition holds of the case as it is now and of the event as it was."""
    return all(_value(case, data, field) in codes for field, codes in rule.conditions.items())


def _value(case: Case, data: Mapping[str, Any], field: str) -> str:
    if field.startswith("event."):
        return str(data.get(field.removeprefix("event."), ""))
    return str(getattr(case, field, ""))
