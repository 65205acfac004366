"""One anchor: what is signed, how it is written, how its signature is checked (scheme 1)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bihuan.journal.events import at_text

SCHEME: Final = 1
ZERO: Final = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Covers the entries of one epoch whose transaction lies in [from_txid, to_txid).

    ``journal`` is the identity of the whole journal; ``count`` entries, ``total`` with all anchors
    before; ``subjects``: histories begun so far; ``abandoned``: hashes of anchors that lie outside
    and that this database lost in a restore.
    """

    journal: str
    number: int
    epoch: int
    from_txid: int
    to_txid: int
    count: int
    total: int
    subjects: int
    max_id: int
    root: bytes
    previous: bytes
    made_at: datetime
    public_key: bytes
    abandoned: tuple[str, ...] = ()

    def payload(self) -> bytes:
        """The bytes that are hashed and signed: JSON, sorted keys, no spaces."""
        value = {
            "scheme": SCHEME,
            "journal": self.journal,
            "number": self.number,
            "epoch": self.epoch,
            "from_txid": self.from_txid,
            "to_txid": self.to_txid,
            "count": self.count,
            "total": self.total,
            "subjects": self.subjects,
            "max_id": self.max_id,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "made_at": at_text(self.made_at),
            "public_key": self.public_key.hex(),
            "abandoned": list(self.abandoned),
        }
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()

    def hash(self) -> bytes:
        return hashlib.sha256(self.payload()).digest()

    @classmethod
    def read(cls, payload: bytes) -> Anchor:
        """From its signed bytes. Raises ValueError where they are not of this scheme."""
        try:
            value: dict[str, Any] = json.loads(payload)
            if value.pop("scheme") != SCHEME:
                raise ValueError("unknown scheme of an anchor")
            for name in ("root", "previous", "public_key"):
                value[name] = bytes.fromhex(value[name])
            value["made_at"] = datetime.strptime(value["made_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(
                tzinfo=UTC
            )
            value["abandoned"] = tuple(value["abandoned"])
            return cls(**value)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not an anchor: {error}") from error


@dataclass(frozen=True, slots=True)
class Signed:
    """An anchor's exact bytes with their signature."""

    payload: bytes
    signature: bytes

    def hash(self) -> bytes:
        return hashlib.sha256(self.payload).digest()

    def anchor(self) -> Anchor:
        return Anchor.read(self.payload)

    def line(self) -> bytes:
        """The published form: one line of JSON, ended by a newline."""
        value = {"anchor": json.loads(self.payload), "signature": self.signature.hex()}
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Signed:
        """Raises ValueError where the line is torn or not of this form."""
        try:
            value = json.loads(line)
            payload = json.dumps(value["anchor"], sort_keys=True, separators=(",", ":")).encode()
            return cls(payload, bytes.fromhex(value["signature"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an anchor: {error}") from error


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that others check our signatures with."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Short name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def sign(anchor: Anchor, seed: bytes) -> Signed:
    payload = anchor.payload()
    return Signed(payload, Ed25519PrivateKey.from_private_bytes(seed).sign(payload))


def is_signed(signed: Signed, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.payload)
    except (InvalidSignature, ValueError):
        return False
    return True
