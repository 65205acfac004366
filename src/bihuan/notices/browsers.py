"""Browsers that may be called when no page is open: their addresses and keys, as Web Push gives them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.notices.models import Browser

PLACE: Final = "notices.browser"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser's push service gave: where to post, and with which keys (base64url)."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.endpoint.encode()).digest()


def sealed(person_id: UUID, subscription: Subscription) -> bytes:
    """Under the person's key, so that it ends with the person."""
    plain = json.dumps(asdict(subscription)).encode()
    return accounts.seal_own(person_id=person_id, plain=plain, place=PLACE)


def subscriptions_of(person_id: UUID) -> list[tuple[UUID, Subscription]]:
    """The person's browsers, the oldest first."""
    rows = Browser.objects.filter(person_id=person_id).order_by("added_at", "id")
    return [(row.id, _opened(row)) for row in rows]


def allowed(endpoint: str, hosts: Sequence[str]) -> bool:
    """Whether the address belongs to a push service that the operator trusts; nothing else is ever called.

    ``hosts``: names (with everything below them, over https), or whole origins.
    """
    try:
        parts = urlsplit(endpoint)
        origin, host = f"{parts.scheme}://{parts.netloc}", parts.hostname or ""
    except ValueError:
        return False
    if origin in hosts:
        return True
    plain = parts.scheme == "https" and parts.port in (None, 443) and not parts.username
    return plain and any(host == name or host.endswith(f".{name}") for name in hosts if "://" not in name)


def _opened(row: Browser) -> Subscription:
    plain = accounts_queries.unseal_own(person_id=row.person_id, sealed=bytes(row.sealed), place=PLACE)
    return Subscription(**json.loads(plain))
