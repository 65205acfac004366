"""What rows and columns are wanted: the one value that addresses, saved views and counts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from bihuan.cases import kinds
from bihuan.complaints.steps import CHOICES

OWNERS: Final = ("mine", "none", "all")
DUE: Final = ("overdue", "today", "week")
WAITING: Final = ("offers", "extensions")
CHANNELS: Final = ("site", "api", "telephone", "walk_in", "social", "mail", "regulator")
COLUMNS: Final = (
    "state", "next", "owner", "type", "urgency", "complexity",
    "channel", "team", "merchant", "order", "received",
)  # fmt: skip
"""Columns that may be chosen, in their order; clock and matter always stand first."""
USUAL: Final = ("state", "next", "owner")
NAMES: Final = (
    "owner",
    "flow",
    "state",
    "type",
    "urgency",
    "channel",
    "team",
    "due",
    "waiting",
    "snoozed",
    "green",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters as codes; an empty one does not narrow. ``owner``: mine, none, all or a person's id."""

    owner: str = "mine"
    flow: str = ""
    state: str = ""
    type: str = ""
    urgency: str = ""
    channel: str = ""
    team: str = ""
    due: str = ""
    waiting: str = ""
    snoozed: str = ""
    green: str = ""

    def codes(self) -> dict[str, str]:
        """What is kept and written into addresses: only what narrows, and whose."""
        named = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in named.items() if value}

    def query(self, **more: str) -> str:
        """The query string of the inbox that shows these rows."""
        return urlencode({**self.codes(), **{name: value for name, value in more.items() if value}})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the owner chooses rows."""
        return any(getattr(self, name) for name in NAMES if name != "owner")


def lists() -> Mapping[str, Sequence[str]]:
    """Closed lists by filter, of every flow; ``owner`` and ``team`` take an id besides."""
    return {
        "flow": [kind.flow.name for kind in kinds.known()],
        "state": kinds.open_states(),
        "type": kinds.types(),
        "urgency": CHOICES["urgency"],
        "channel": CHANNELS,
        "due": DUE,
        "waiting": WAITING,
        "snoozed": ("only",),
        "green": ("only",),
    }


def wanted(codes: Mapping[str, Any], base: Wanted | None = None) -> Wanted:
    """Filters out of an address or a kept view; a value that is not ours counts as not given.

    A name that is given empties or replaces what ``base`` says; the others stay.
    """
    known = (base or Wanted()).codes()
    for name in NAMES:
        if name in codes:
            value = str(codes[name] or "")
            known[name] = value if _known(name, value) else ""
    return Wanted(**{**known, "owner": known.get("owner") or "mine"})


def columns(given: Sequence[str]) -> tuple[str, ...]:
    """The columns among these that there are, in their order; the usual ones where nothing is left."""
    return tuple(name for name in COLUMNS if name in given) or USUAL


def _known(name: str, value: str) -> bool:
    if name == "owner":
        return value in OWNERS or is_id(value)
    if name == "team":
        return value == "mine" or is_id(value)
    return value in lists()[name]


def is_id(value: str) -> bool:
    """Whether this is the written form of an id."""
    try:
        UUID(value)
    except ValueError:
        return False
    return True
