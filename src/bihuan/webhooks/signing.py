"""Signatures by the Standard Webhooks specification (v1), and the secrets behind them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

PREFIX: Final = "whsec_"
_BYTES: Final = 32
_NONCE: Final = 12


def new_secret() -> str:
    """``whsec_`` and the base64 of 32 bytes of chance."""
    return PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 of the HMAC-SHA256 over ``id.timestamp.body``. Raises ValueError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; with several secrets a signature of each, separated by blanks."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(s, message_id, timestamp, body) for s in secrets),
    }


def seal(subscription_id: UUID, secret: str) -> bytes:
    """Nonce and AES-256-GCM ciphertext under a key outside the database, bound to the subscription."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), subscription_id.bytes)


def unseal(subscription_id: UUID, sealed: bytes) -> str:
    """Raises cryptography's InvalidTag where key or subscription is another."""
    data = bytes(sealed)
    return AESGCM(_key()).decrypt(data[:_NONCE], data[_NONCE:], subscription_id.bytes).decode()


def _key() -> bytes:
    return hmac.digest(settings.KEYS.master, b"bihuan:webhooks", hashlib.sha256)
