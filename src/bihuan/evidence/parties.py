"""Which side of a case a file comes from."""

from __future__ import annotations

from typing import Final

from bihuan.accounts.permissions import MERCHANT_ROLES, Role
from bihuan.engine.errors import Invalid
from bihuan.evidence.models import Party
from bihuan.journal.actor import Actor, ActorKind

_OWN: Final = {
    ActorKind.CONSUMER: Party.CONSUMER,
    ActorKind.MERCHANT: Party.MERCHANT,
    ActorKind.PARTNER: Party.CARRIER,
}


def _own(actor: Actor) -> Party | None:
    """The side of somebody outside; a key bound to an organisation stands on that organisation's."""
    if actor.kind is ActorKind.SYSTEM and actor.has(*MERCHANT_ROLES):
        return Party.MERCHANT
    if actor.kind is ActorKind.SYSTEM and actor.has(Role.PARTNER_OPERATOR):
        return Party.CARRIER
    return _OWN.get(actor.kind)


def party_of(actor: Actor, said: str) -> Party:
    """The actor's own side; staff and programs may say for whom they hand it in. Raises Invalid."""
    own = _own(actor)
    if own is not None:
        return own
    try:
        return Party(said or Party.PLATFORM)
    except ValueError:
        raise Invalid(field="party", remedy=f"Give one of {', '.join(Party.values)}.") from None
