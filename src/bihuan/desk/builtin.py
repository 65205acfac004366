"""The views that everybody finds: nothing is kept for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop as _

from bihuan.desk.filters import USUAL, Wanted
from bihuan.journal.actor import Actor


@dataclass(frozen=True, slots=True)
class Shown:
    """A view as pages show it: a code or the id of a kept one; ``mine``: the actor may change it."""

    code: str
    name: str
    wanted: Wanted
    columns: Sequence[str] = USUAL
    shared: bool = False
    kept: bool = False
    mine: bool = False


_ALL: Final[Mapping[str, tuple[str, Wanted]]] = {
    "mine": (_("Mine"), Wanted(owner="mine")),
    "unowned": (_("Unowned"), Wanted(owner="none")),
    "team": (_("My team"), Wanted(owner="all", team="mine")),
    "all": (_("All"), Wanted(owner="all")),
    "green": (_("Green channel"), Wanted(owner="all", green="only")),
    "overdue": (_("Overdue"), Wanted(owner="all", due="overdue")),
    "today": (_("Due today"), Wanted(owner="all", due="today")),
    "snoozed": (_("Put aside"), Wanted(owner="all", snoozed="only")),
}


@dataclass(frozen=True, slots=True)
class Views:
    """What an actor can choose from, in the order of the page."""

    own: Sequence[Shown] = field(default_factory=tuple)
    shared: Sequence[Shown] = field(default_factory=tuple)
    usual: Sequence[Shown] = field(default_factory=tuple)

    def __iter__(self) -> Iterator[Shown]:
        return iter((*self.usual, *self.shared, *self.own))

    def of(self, code: str) -> Shown | None:
        """The view of a code, if the actor has it."""
        return next((view for view in self if view.code == code), None)


def usual(actor: Actor) -> list[Shown]:
    """The built-in views; the team's only for somebody in a team."""
    return [
        Shown(code=code, name=name, wanted=wanted)
        for code, (name, wanted) in _ALL.items()
        if code != "team" or actor.team_id is not None
    ]
