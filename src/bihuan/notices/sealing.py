"""Keeping what only the message itself may show: encrypted under a key outside the database, until sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE: Final = 12


def seal(notice_id: UUID, content: Mapping[str, Any]) -> bytes:
    """Nonce and AES-256-GCM ciphertext, bound to the notice."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, json.dumps(content).encode(), notice_id.bytes)


def unseal(notice_id: UUID, sealed: bytes) -> dict[str, Any]:
    """Raises cryptography's InvalidTag where key or notice is another."""
    plain = AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], notice_id.bytes)
    found: dict[str, Any] = json.loads(plain)
    return found


def _key() -> bytes:
    return hmac.digest(settings.KEYS.master, b"bihuan:notices", hashlib.sha256)
