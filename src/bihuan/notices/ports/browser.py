"""Web Push (RFC 8030, 8291, 8292): a message sealed for one browser, handed to that browser's push service.

Written here with ``cryptography``, which the program has anyway: the usual library brings two further HTTP
clients along for these sixty lines. Off unless ``BIHUAN_WEB_PUSH_KEY`` is set.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bihuan.accounts.queries import PersonalField
from bihuan.notices.browsers import Subscription, allowed, subscriptions_of
from bihuan.notices.models import Browser
from bihuan.notices.ports.calls import call, failure
from bihuan.notices.ports.port import Accepted, Message, Refused, Report, Result

HOSTS: Final = (
    "fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com",
)  # fmt: skip
"""The push services of the usual browsers."""
_GONE: Final = (404, 410)
_RECORD: Final = 4096
_LONGEST: Final = 300
_DAY: Final = "86400"


class BrowserPort:
    """``key``: the installation's own (P-256, 32 bytes, base64url); ``contact``: mailto:… or https:…"""

    name = "webpush"
    field: PersonalField | None = None

    def __init__(self, key: str, contact: str, hosts: Sequence[str] = HOSTS) -> None:
        self.key = ec.derive_private_key(int.from_bytes(unpacked(key), "big"), ec.SECP256R1())
        self.contact, self.hosts = contact, tuple(hosts)

    @property
    def public_key(self) -> str:
        """What a page gives the browser to subscribe with."""
        return packed(_point(self.key.public_key()))

    def send(self, message: Message, *, at: datetime) -> Result:
        if message.recipient_id is None:
            return Refused("no_browser", lasting=True)
        results = [
            self._pushed(row_id, to, message, at) for row_id, to in subscriptions_of(message.recipient_id)
        ]
        reached = [result for result in results if isinstance(result, Accepted)]
        if reached:
            return reached[0]
        passing = [result for result in results if not (isinstance(result, Refused) and result.lasting)]
        return passing[0] if passing else Refused("no_browser", lasting=True)

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        return None

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        return []

    def _pushed(self, row_id: UUID, to: Subscription, message: Message, at: datetime) -> Result:
        if not allowed(to.endpoint, self.hosts):
            return Refused("push_host", lasting=True)
        headers = {
            "Authorization": self._vouched(to.endpoint, at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": _DAY,
            "Topic": message.notice_id.hex,
        }
        answer = call("POST", to.endpoint, headers=headers, content=encrypted(_payload(message), to))
        if not isinstance(answer, httpx.Response):
            return answer
        if answer.status_code in _GONE:
            Browser.objects.filter(id=row_id).delete()
        return Accepted() if answer.is_success else failure(answer, f"http_{answer.status_code}")

    def _vouched(self, endpoint: str, at: datetime) -> str:
        """VAPID: who sends, to whom, until when."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((at + timedelta(hours=12)).timestamp()),
            "sub": self.contact,
        }
        head = packed(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
        body = f"{head}.{packed(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self.key.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
        token = f"{body}.{packed(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
        return f"vapid t={token}, k={self.public_key}"


def encrypted(
    plain: bytes, to: Subscription, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """One aes128gcm record for this browser; key pair and salt are fresh unless a test gives them."""
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    theirs = unpacked(to.p256dh)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    mine = _point(own.public_key())
    secret = _derived(shared, unpacked(to.auth), b"WebPush: info\0" + theirs + mine, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine
    return head + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def packed(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _payload(message: Message) -> bytes:
    """Title, first lines and where it leads; the push service sees none of it."""
    body = message.body if len(message.body) <= _LONGEST else f"{message.body[: _LONGEST - 1]}…"
    said = {"id": message.key.split("-", 1)[0], "title": message.title, "body": body}
    return json.dumps({**said, "link": message.values.get("link", "")}, ensure_ascii=False).encode()
