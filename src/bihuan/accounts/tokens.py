"""Entry tokens: JWS in compact form (RFC 7515, 7519) signed by a registered marketplace.

Deliberately narrow: the algorithm is the one registered for the signer, never the one the token asks for;
``alg`` none, other header parameters that change meaning (crit, b64, jwk …), missing claims, long lives and
other audiences are refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_LENGTH = 4096
LIFE = timedelta(minutes=10)
"""Longest time between ``iat`` and ``exp``."""
LEEWAY = timedelta(seconds=30)
_HEADER = frozenset({"alg", "typ", "kid"})


class BadToken(Exception):
    """Why a token is not good: for the log, never for the page."""


@dataclass(frozen=True, slots=True)
class SignerKey:
    algorithm: str
    key: bytes


@dataclass(frozen=True, slots=True)
class EntryToken:
    issuer: str
    subject: str
    token_id: str
    until_at: datetime
    phone: str | None
    phone_verified: bool
    name: str | None
    language: str | None


def read_token(
    token: str, *, key_of: Callable[[str], SignerKey | None], audience: str, at: datetime
) -> EntryToken:
    """Check form, signature and claims. Raises BadToken. Replay is the caller's to check (``token_id``)."""
    if len(token) > MAX_LENGTH or token.count(".") != 2:
        raise BadToken("form")
    head, body, signature = token.split(".")
    header, claims = _json(head), _json(body)
    signer = key_of(_text(claims, "iss"))
    if signer is None:
        raise BadToken("signer")
    if header.get("alg") != signer.algorithm or not header.keys() <= _HEADER:
        raise BadToken("header")
    if not _signed(signer, f"{head}.{body}".encode(), _bytes(signature)):
        raise BadToken("signature")
    return _claims(claims, audience, at)


def _claims(claims: dict[str, Any], audience: str, at: datetime) -> EntryToken:
    audiences = claims.get("aud")
    if audience not in (audiences if isinstance(audiences, list) else [audiences]):
        raise BadToken("audience")
    issued, until = _time(claims, "iat"), _time(claims, "exp")
    if until <= at - LEEWAY or issued > at + LEEWAY or until - issued > LIFE:
        raise BadToken("time")
    if "nbf" in claims and _time(claims, "nbf") > at + LEEWAY:
        raise BadToken("time")
    return EntryToken(
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        token_id=_text(claims, "jti"),
        until_at=until + LEEWAY,
        phone=_optional(claims, "phone_number"),
        phone_verified=claims.get("phone_number_verified") is True,
        name=_optional(claims, "name"),
        language=_optional(claims, "locale"),
    )


def _signed(signer: SignerKey, message: bytes, signature: bytes) -> bool:
    if signer.algorithm == "HS256":
        return hmac.compare_digest(hmac.digest(signer.key, message, hashlib.sha256), signature)
    if signer.algorithm == "EdDSA":
        try:
            Ed25519PublicKey.from_public_bytes(signer.key).verify(signature, message)
        except InvalidSignature:
            return False
        return True
    return False


def _bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken("encoding") from None


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadToken("json") from None
    if not isinstance(found, dict):
        raise BadToken("json")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 200 or not value.isprintable():
        raise BadToken(name)
    return value


def _optional(claims: dict[str, Any], name: str) -> str | None:
    return _text(claims, name) if claims.get(name) is not None else None


def _time(claims: dict[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e11:
        raise BadToken(name)
    return datetime.fromtimestamp(value, UTC)
