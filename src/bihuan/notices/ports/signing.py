"""Signatures of messages that go out and of reports that come in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bihuan.journal.events import CODE
from bihuan.notices.errors import BadSignature

TOLERANCE: Final = 300
"""Seconds by which a signed time may differ from ours."""
TIMESTAMP: Final = "X-Bihuan-Timestamp"
SIGNATURE: Final = "X-Bihuan-Signature"


def sign(secret: bytes, timestamp: int, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 of ``<unix seconds>.<body>``."""
    return hmac.new(secret, b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def check(secret: bytes, headers: Mapping[str, str], body: bytes, *, at: datetime) -> None:
    """Raise BadSignature unless the headers sign this body within the tolerance. No secret, no report."""
    given = {name.lower(): value for name, value in headers.items()}
    stamp, signature = given.get(TIMESTAMP.lower(), ""), given.get(SIGNATURE.lower(), "")
    fresh = re.fullmatch(r"\d{9,11}", stamp) and abs(int(stamp) - at.timestamp()) <= TOLERANCE
    if not secret or not fresh or not hmac.compare_digest(sign(secret, int(stamp), body), signature):
        raise BadSignature(permission="notice:report")


def webhook_signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Standard Webhooks v1: HMAC-SHA256 over ``id.timestamp.body``; the secret is ``whsec_<base64>``."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def code_of(value: object, otherwise: str) -> str:
    """A provider's code, if it is one; providers also send sentences, which are not kept."""
    return value if isinstance(value, str) and value and len(value) <= 60 and CODE.match(value) else otherwise


def ref_of(value: object) -> str:
    return code_of(value, "") if not isinstance(value, int) else str(value)


def moment_of(value: object) -> datetime | None:
    """An ISO 8601 time with a zone; anything else is no stamp."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
