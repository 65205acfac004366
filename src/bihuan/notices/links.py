"""Where a notice leads: the modules that own the pages say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.journal.actor import ActorKind

Finder = Callable[[str, UUID, str, UUID | None], str]
"""``(subject kind, subject id, audience, recipient id) -> path``; empty where it knows none.

Audiences: complainant, merchant (people of merchants, carriers and agencies), staff, person.
"""
_FINDERS: list[Finder] = []
_SITES: Final = {
    str(ActorKind.CONSUMER): "complainant",
    str(ActorKind.MERCHANT): "merchant",
    str(ActorKind.PARTNER): "merchant",
}


def register_link(finder: Finder) -> None:
    """Add a way to find the page of a subject. Registering twice changes nothing."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def path_of(subject_kind: str, subject_id: UUID, audience: str, recipient_id: UUID | None) -> str:
    """The first page that a finder knows; empty where none does. A ``party`` is told by who the person is."""
    if audience == "party" and recipient_id is not None:
        audience = _SITES.get(accounts.person_by_id(recipient_id).kind, "staff")
    paths = (finder(subject_kind, subject_id, audience, recipient_id) for finder in _FINDERS)
    return next((path for path in paths if path), "")
