"""What was typed into a form and not sent yet: kept for the person, or until they have signed in."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Final

from django.http import HttpRequest, QueryDict

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.personal import actions as personal
from bihuan.personal import queries as drafts

NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", "go", "photos", "next"})
_PLACE: Final = "before sign-in"


def body_of(post: QueryDict) -> dict[str, list[str]]:
    """The typed values by field; what is empty is left out."""
    found = {name: [v for v in values if v.strip()] for name, values in post.lists()}
    return {name: values for name, values in found.items() if values and name not in NOT_KEPT}


def as_post(body: dict[str, list[str]]) -> QueryDict:
    """The same as if it had just been sent."""
    made = QueryDict(mutable=True)
    for name, values in body.items():
        made.setlist(name, [str(value) for value in values])
    return made


def save(kind: str, request: HttpRequest, actor: Actor, at: datetime) -> None:
    """Keep what the form holds now; nothing but its token is no draft."""
    body = body_of(request.POST)
    if set(body) <= {"token", "party", "order"}:
        personal.discard_draft(kind=kind, actor=actor, at=at)
    else:
        personal.save_draft(kind=kind, body=body, actor=actor, at=at)


def found(kind: str, request: HttpRequest, actor: Actor) -> drafts.Kept | None:
    """The person's draft; what was typed before the sign-in becomes it."""
    passing = request.session.pop(_key(kind), None)
    if passing is not None:
        body = _opened(passing)
        if body:
            personal.save_draft(kind=kind, body=body, actor=actor, at=now())
    return drafts.draft(actor, kind)


def keep_for_later(kind: str, request: HttpRequest) -> None:
    """Nobody has signed in: keep it in the session, sealed, until somebody has."""
    plain = json.dumps(body_of(request.POST), ensure_ascii=False).encode()
    if len(plain) <= personal.MOST_BYTES:
        sealed = accounts.seal_own(person_id=None, plain=plain, place=_PLACE)
        request.session[_key(kind)] = base64.b64encode(sealed).decode()


def _opened(passing: str) -> dict[str, list[str]]:
    try:
        plain = people.unseal_own(person_id=None, sealed=base64.b64decode(passing), place=_PLACE)
    except (BihuanError, ValueError):
        return {}
    body: dict[str, list[str]] = json.loads(plain)
    return body


def _key(kind: str) -> str:
    return f"bihuan_typed_{kind}"
