"""What happens to subscriptions. Single deliveries stand in their own log, not in the journal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("webhook.created", zh="新建事件推送（{events} 类事件）", en="Webhook made ({events} kinds of events)")
class WebhookCreated(Event):
    organisation_id: UUID | None = None
    events: int
    host: str


@event("webhook.changed", zh="修改事件推送", en="Webhook changed")
class WebhookChanged(Event):
    events: int
    host: str


@event("webhook.secret_rotated", zh="更换推送密钥，旧密钥用至 {former_until_at}", en="Webhook secret changed")
class WebhookSecretRotated(Event):
    former_until_at: datetime


@event("webhook.switched", zh="事件推送开关：{state}", en="Webhook switched: {state}")
class WebhookSwitched(Event):
    state: str


@event(
    "webhook.disabled",
    zh="事件推送因持续失败停用（{reason}）",
    en="Webhook disabled after failures ({reason})",
)
class WebhookDisabled(Event):
    reason: str
    organisation_id: UUID | None = None
    failing_since: datetime | None = None


@event("webhook.replayed", zh="重新推送 {count} 条", en="{count} deliveries sent again")
class WebhookReplayed(Event):
    count: int
    from_at: datetime | None = None
    until_at: datetime | None = None


@event("webhook.removed", zh="删除事件推送", en="Webhook removed")
class WebhookRemoved(Event):
    organisation_id: UUID | None = None
