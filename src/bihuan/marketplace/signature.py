"""Signatures of requests and callbacks: HMAC-SHA256 over what is sent, with its time.

Header ``Bihuan-Signature: key=<id>,t=<unix seconds>,v1=<hex>``; signed are, joined by newlines:
``t``, method, path with query, idempotency key (or empty), SHA-256 of the body in hex.
Needs no Django, so that a marketplace can take this file as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import re

HEADER = "Bihuan-Signature"
WINDOW = 300
"""Seconds that the clocks of both sides may differ."""
_FORM = re.compile(r"key=([A-Za-z0-9._\-]{1,64}),t=([0-9]{1,12}),v1=([0-9a-f]{64})\Z")


def sign(
    secret: str, key_id: str, *, t: int, method: str, target: str, body: bytes = b"", key: str = ""
) -> str:
    """Value of the header."""
    return f"key={key_id},t={t},v1={_mac(secret, t, method, target, body, key)}"


def verify(
    header: str,
    secrets: dict[str, str],
    *,
    t: int,
    method: str,
    target: str,
    body: bytes = b"",
    key: str = "",
) -> bool:
    """Whether one of the known keys signed exactly this, not longer than ``WINDOW`` from ``t``."""
    match = _FORM.match(header)
    if match is None or match[1] not in secrets or abs(int(match[2]) - t) > WINDOW:
        return False
    wanted = _mac(secrets[match[1]], int(match[2]), method, target, body, key)
    return hmac.compare_digest(wanted, match[3])


def _mac(secret: str, t: int, method: str, target: str, body: bytes, key: str) -> str:
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join((str(t), method.upper(), target, key, digest))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
