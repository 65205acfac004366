"""Where the messages of a demo or a drill end: in a table, and with nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bihuan.accounts.queries import PersonalField
from bihuan.journal.time import deployment_kind
from bihuan.notices.errors import BadSignature
from bihuan.notices.models import Sunk
from bihuan.notices.ports.port import Accepted, Message, Refused, Report, Result

HIDDEN: Final = "••••••"


class SinkPort:
    """Takes every message once. In a production database it takes none; codes are kept in a demo only."""

    name = "sink"

    def __init__(self, field: PersonalField | None) -> None:
        self.field = field

    def send(self, message: Message, *, at: datetime) -> Result:
        kind = deployment_kind()
        if kind not in ("demo", "drill"):
            return Refused("sink_in_production", lasting=True)
        body = message.body
        for secret in message.secrets if kind != "demo" else ():
            body = body.replace(secret, HIDDEN)
        Sunk.objects.bulk_create(
            [
                Sunk(
                    key=message.key,
                    notice_id=message.notice_id,
                    channel=message.channel,
                    address=message.address,
                    title=message.title,
                    body=body,
                    sunk_at=at,
                )
            ],
            ignore_conflicts=True,
        )
        return Accepted(ref=message.key)

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        return Accepted(ref=message.key) if Sunk.objects.filter(key=message.key).exists() else None

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        raise BadSignature(permission="notice:report")
