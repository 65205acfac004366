"""Who may read the evidence of a case: the module that owns the case says so."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from bihuan.accounts.permissions import Role, allows
from bihuan.evidence.permissions import EvidencePermission
from bihuan.journal.actor import Actor

Reader = Callable[[Actor, UUID], bool]
_READERS: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Add a rule ``(actor, case id) -> may read``; one yes is enough. Registering twice changes nothing."""
    if reader not in _READERS:
        _READERS.append(reader)


def may_read(actor: Actor, case_id: UUID) -> bool:
    """Whether the actor may see the files of this case; no when no rule says yes."""
    if actor.has(Role.PROGRAM):
        return True
    return allows(actor, EvidencePermission.READ) and any(reader(actor, case_id) for reader in _READERS)
