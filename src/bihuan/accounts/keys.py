"""Authentication objects for the API (django-ninja).

``ApiKeyAuth("complaints:read")`` takes ``Authorization: Bearer bh_…``, checks the key's scopes and rate and
sets ``request.actor`` to an actor of kind system. A key of the platform acts as its marketplace (system);
a key bound to an organisation has the rights of that organisation's operators and no more (PCN-1.2).
``SessionAuth`` takes the session of somebody signed in, with the CSRF token.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from bihuan.accounts.limits import Limit, take
from bihuan.accounts.models import ApiKey
from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.accounts.requests import actor_of
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now

_LEASE = 20
_PERSON = Limit(600, 60, lease=_LEASE)
"""Requests a minute of one person's sessions."""
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FoundKey:
    id: UUID
    organisation_id: UUID | None
    scopes: list[str]
    rate: int
    used_at: datetime | None
    organisation_kind: str | None

    @property
    def role(self) -> Role:
        """In whose name the key acts."""
        if self.organisation_kind in (None, OrganisationKind.PLATFORM):
            return Role.SYSTEM
        merchant = self.organisation_kind == OrganisationKind.MERCHANT
        return Role.MERCHANT_OPERATOR if merchant else Role.PARTNER_OPERATOR


_KEY = """
SELECT k.digest, k.id, k.organisation_id, k.scopes, k.rate, k.used_at, o.kind
FROM accounts_apikey AS k LEFT JOIN accounts_organisation AS o ON o.id = k.organisation_id
WHERE k.prefix = %s AND k.revoked_at IS NULL AND (k.until_at IS NULL OR k.until_at > %s)
    AND (k.organisation_id IS NULL OR o.state = 'active')
"""


_SCOPES: set[str] = set()


def known_scopes() -> list[str]:
    """Every scope that an operation of the API asks for."""
    return sorted(_SCOPES)


class ApiKeyAuth(HttpBearer):
    """One round trip for the key; one more for each 20 requests (rate) and each minute (last use)."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes
        _SCOPES.update(scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """None (401) for a key that is not good. Raises TooMany (429), NotAllowed (403: scope)."""
        at = now()
        key = find_key(token, at=at)
        if key is None:
            return None
        take(f"key|{key.id}", Limit(key.rate, 60, lease=min(_LEASE, max(1, key.rate // 10))))
        for scope in self.scopes:
            require_scope(key.scopes, scope)
        _touch(key, at)
        actor = Actor(
            id=key.id,
            kind=ActorKind.SYSTEM,
            roles=frozenset({str(key.role)}),
            organisation_id=key.organisation_id,
        )
        request.actor = actor  # type: ignore[attr-defined]
        request.scopes = frozenset(key.scopes)  # type: ignore[attr-defined]
        return actor


class SessionAuth(APIKeyCookie):
    """Somebody signed in with a browser; unsafe methods need the CSRF token."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Actor | None:
        """None for a request without a session, or with a key: a bad key does not fall back to it."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or "Authorization" in request.headers:
            return None
        found: Actor | None = super().__call__(request)
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Raises TooMany (429) for a person who asks more often than anybody reads."""
        actor = actor_of(request)
        if actor is not None:
            take(f"person|{actor.id}", _PERSON)
        return actor


def find_key(token: str, *, at: datetime) -> FoundKey | None:
    """The key that belongs to a token and is in force."""
    start, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if start != "bh" or len(prefix) != 8 or not prefix.isalnum() or not secret:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [prefix, at])
        row = cursor.fetchone()
    if row is None or not hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), bytes(row[0])):
        return None
    return FoundKey(*row[1:])


def require_scope(scopes: Any, scope: str) -> None:
    """``case:*`` covers ``case:read``. Raises NotAllowed."""
    if scope not in scopes and f"{scope.partition(':')[0]}:*" not in scopes:
        raise NotAllowed(
            "The key does not have the scope {permission}.",
            permission=scope,
            code="key.scope",
            remedy="Use a key with this scope.",
        )


def _touch(key: FoundKey, at: datetime) -> None:
    if key.used_at is None or at - key.used_at > _TOUCH:
        ApiKey.objects.filter(id=key.id).update(used_at=at)
