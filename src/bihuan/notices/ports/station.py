"""The inbox here. Placing the letter is part of recording the acceptance, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bihuan.notices.errors import BadSignature
from bihuan.notices.ports.port import Accepted, Message, Report, Result


class StationPort:
    name = "station"
    field = None

    def send(self, message: Message, *, at: datetime) -> Result:
        return Accepted()

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        return None

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        raise BadSignature(permission="notice:report")
