"""Keys of programs, for tests of the API."""

from __future__ import annotations

import hashlib
from uuid import uuid4

from bihuan.accounts.models import ApiKey
from bihuan.marketplace.tests.factories import AT


def made(*scopes: str) -> str:
    """A token with these scopes."""
    prefix = uuid4().hex[:8]
    secret = uuid4().hex
    ApiKey.objects.create(
        name="test", prefix=prefix, digest=hashlib.sha256(secret.encode()).digest(),
        scopes=list(scopes), created_at=AT,
    )  # fmt: skip
    return f"bh_{prefix}_{secret}"
