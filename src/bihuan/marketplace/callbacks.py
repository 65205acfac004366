"""What comes in without a key of ours, signed as the marketplace contract says: who signed it."""

from __future__ import annotations

import time

from django.http import HttpRequest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.subject import Subject
from bihuan.marketplace import queries


def signed_by(request: HttpRequest, *, side: str, code: str) -> Actor:
    """The signer as an actor of the kind system; ``side`` names the subject that stands for it.

    Raises NotAllowed (``code``) for a signature that is missing or wrong.
    """
    signer = queries.signer_of(
        request.headers.get("Bihuan-Signature", ""),
        unix=int(time.time()),
        method="POST",
        target=request.get_full_path(),
        body=request.body,
    )
    if signer is None:
        raise NotAllowed(
            "The signature of the callback is missing or wrong.",
            code=code,
            remedy="Sign it with the key that the marketplace setting names.",
        )
    return Actor(
        id=Subject.named(side, signer).id, kind=ActorKind.SYSTEM, roles=frozenset({str(Role.SYSTEM)})
    )
