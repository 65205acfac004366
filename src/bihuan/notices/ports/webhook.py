"""Messages to another program (an app's push service, a merchant's system), as Standard Webhooks asks.

A receiver tells a repetition by ``webhook-id``, so a lost answer is simply sent again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import httpx

from bihuan.accounts.queries import PersonalField
from bihuan.journal.events import at_text
from bihuan.notices.ports.calls import call, failure, json_of
from bihuan.notices.ports.port import Accepted, Message, Report, Result
from bihuan.notices.ports.signing import moment_of, ref_of, webhook_signature
from bihuan.notices.ports.sms import HttpSmsPort


class WebhookPort:
    """``field`` is the person's reference at the marketplace for a push service, None for a system."""

    name = "webhook"

    def __init__(self, url: str, secret: str, field: PersonalField | None, report_secret: str = "") -> None:
        self.url, self.secret, self.field, self.report_secret = url, secret, field, report_secret

    def send(self, message: Message, *, at: datetime) -> Result:
        timestamp = int(at.timestamp())
        body = json.dumps(_payload(message, at), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": webhook_signature(self.secret, message.key, timestamp, body),
        }
        answer = call("POST", self.url, headers=headers, content=body)
        if not isinstance(answer, httpx.Response):
            return answer
        if not answer.is_success:
            return failure(answer, f"http_{answer.status_code}")
        found = json_of(answer) or {}
        return Accepted(ref=ref_of(found.get("id")), at=moment_of(found.get("accepted_at")))

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        return None

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        """The same form as for SMS."""
        return HttpSmsPort("", self.report_secret).reports(headers, body, at=at)


def _payload(message: Message, at: datetime) -> dict[str, object]:
    return {
        "type": f"notice.{message.kind}",
        "timestamp": at_text(at),
        "data": {
            "notice_id": str(message.notice_id),
            "recipient": message.address,
            "case_id": str(message.case_id) if message.case_id else None,
            "language": message.language,
            "title": message.title,
            "body": message.body,
        },
    }
