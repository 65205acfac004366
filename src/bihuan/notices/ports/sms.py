"""SMS through any gateway that speaks our small JSON contract (docs in README.md).

    POST <url>/messages   {"key", "to", "text", "kind", "language", "values"} → 2xx {"id", "accepted_at"}
    GET  <url>/messages/<key>   → {"id", "status", "accepted_at", "code"} or 404

Every request carries a timestamp and an HMAC-SHA256 signature; POST also ``Idempotency-Key``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import httpx

from bihuan.accounts.queries import PersonalField
from bihuan.engine.errors import Invalid
from bihuan.notices.ports.calls import call, failure, json_of
from bihuan.notices.ports.port import Accepted, Message, Refused, Report, Result, Unknown
from bihuan.notices.ports.signing import SIGNATURE, TIMESTAMP, check, code_of, moment_of, ref_of, sign

_TAKEN: Final = frozenset(("accepted", "sent", "delivered"))
_STATUS: Final = frozenset(("accepted", "delivered", "bounced"))
_MOST_REPORTS: Final = 1000


class HttpSmsPort:
    name = "http"
    field = PersonalField.PHONE

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url.rstrip("/"), secret.encode()

    def send(self, message: Message, *, at: datetime) -> Result:
        body = json.dumps(
            {
                "key": message.key,
                "to": message.address,
                "text": message.body,
                "kind": message.kind,
                "language": message.language,
                "values": dict(message.values),
            },
            ensure_ascii=False,
        ).encode()
        headers = self._signed(body, at) | {
            "Idempotency-Key": message.key,
            "Content-Type": "application/json",
        }
        answer = call("POST", f"{self.url}/messages", headers=headers, content=body)
        if not isinstance(answer, httpx.Response):
            return answer
        found = json_of(answer)
        if not answer.is_success:
            return failure(answer, code_of((found or {}).get("code"), f"http_{answer.status_code}"))
        return _accepted(found)

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        path = f"/messages/{message.key}"
        answer = call("GET", f"{self.url}{path}", headers=self._signed(path.encode(), at))
        if not isinstance(answer, httpx.Response):
            return Unknown(answer.code)
        if answer.status_code == 404:
            return None
        found = json_of(answer)
        if not answer.is_success or found is None:
            return Unknown(f"http_{answer.status_code}")
        if found.get("status") in _TAKEN:
            return _accepted(found)
        return Refused(code_of(found.get("code"), "failed"), lasting=True)

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        """``{"reports": [{"key" or "id", "status", "at", "code"}]}``, signed as we sign."""
        check(self.secret, headers, body, at=at)
        try:
            given = json.loads(body)["reports"]
            if not isinstance(given, list) or len(given) > _MOST_REPORTS:
                raise TypeError
            return [_report(each) for each in given]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Invalid(
                field="reports", remedy="Send a JSON object with a list `reports` of key or id, status, at."
            ) from None

    def _signed(self, body: bytes, at: datetime) -> dict[str, str]:
        timestamp = int(at.timestamp())
        return {TIMESTAMP: str(timestamp), SIGNATURE: sign(self.secret, timestamp, body)}


def _accepted(found: dict[str, Any] | None) -> Result:
    ref = ref_of((found or {}).get("id"))
    if found is None or not ref:
        return Unknown("malformed_answer")
    return Accepted(ref=ref, at=moment_of(found.get("accepted_at")))


def _report(given: dict[str, Any]) -> Report:
    if given["status"] not in _STATUS:
        raise ValueError
    return Report(
        status=given["status"],
        at=moment_of(given.get("at")),
        key=code_of(given.get("key"), ""),
        ref=ref_of(given.get("id")),
        code=code_of(given.get("code"), "unspecified"),
    )
