"""Sealing and digests. Every key comes from the two keys that lie outside the database.

A sealed value is nonce (12 bytes) || AES-256-GCM ciphertext and tag; what it belongs to is authenticated
with it, so that a value moved to another person or field does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from bihuan.engine.errors import BihuanError

_NONCE = 12


class VaultError(BihuanError):
    """A sealed value does not open: wrong master key, or the row was tampered with."""

    code = "vault.sealed"
    status = 500
    message = "A value of {what} in the vault does not open."
    remedy = "Start the program with the master key that belongs to this database."


def seal(key: bytes, plain: bytes, what: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, what.encode())


def unseal(key: bytes, sealed: bytes, what: str) -> bytes:
    """Raises VaultError when the key or the place is not the one it was sealed for."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], what.encode())
    except (InvalidTag, ValueError) as error:
        raise VaultError(what=what.partition("|")[0]) from error


@lru_cache(maxsize=32)
def _derived(root: bytes, purpose: str) -> bytes:
    return hmac.digest(root, f"bihuan:{purpose}".encode(), hashlib.sha256)


def program_key(purpose: str) -> bytes:
    """A key for data that belongs to no person, such as a code on its way or a shared key."""
    return _derived(settings.KEYS.master, purpose)


def new_person_key(person_id: UUID) -> tuple[bytes, bytes]:
    """A fresh data key and its wrapped form."""
    key = os.urandom(32)
    return key, seal(program_key("person"), key, f"person key|{person_id}")


def unwrap(person_id: UUID, wrapped: bytes | memoryview) -> bytes:
    return unseal(program_key("person"), bytes(wrapped), f"person key|{person_id}")


def blind(purpose: str, value: str) -> bytes:
    """Keyed digest for look-up; ``purpose`` keeps fields and parts apart."""
    return hmac.digest(_derived(settings.KEYS.blind, purpose), value.encode(), hashlib.sha256)
