"""Orders and people for tests. Times are fixed; nothing here reads the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from bihuan.accounts.permissions import Role
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import actions

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 20, 10, 0, tzinfo=ZONE)


def actor(*roles: Role, organisation_id: UUID | None = None, person_id: UUID | None = None) -> Actor:
    return Actor(
        id=person_id or uuid4(),
        kind=ActorKind.STAFF,
        roles=frozenset(map(str, roles)),
        organisation_id=organisation_id,
    )


ADMINISTRATOR = actor(Role.ADMINISTRATOR)


def line(number: int = 1, paid_fen: int = 10_000, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "product": {"ref": f"p-{number}", "title": "番茄牛腩饭", "category": "food"},
        "unit_price_fen": paid_fen,
        "quantity": 1,
        "paid_fen": paid_fen,
    } | more


def record(number: str = "A1", *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "merchant": {"ref": "shop-1", "name": "青禾小灶"},
        "buyer": {"ref": "buyer-1", "phone": "19900000001"},
        "status": "paid",
        "ordered_at": "2026-03-01T09:00:00+08:00",
        "lines": list(lines) or [line()],
    } | more


def take(*records: Any, at: datetime = AT, **more: Any) -> actions.Taken:
    return actions.take_orders(actor=ADMINISTRATOR, at=at, batch=records, source="import", **more)
