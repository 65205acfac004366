"""What becomes of a message; subject ``notice``. Cases react on ``notice.accepted``: somebody was told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("notice.accepted", zh="通知已送交（{channel}，{kind}）", en="Notice handed over ({channel}, {kind})")
class NoticeAccepted(Event):
    """``accepted_at``: the provider's stamp, or the moment the letter was placed. This is "told"."""

    kind: str
    channel: str
    adapter: str
    accepted_at: datetime
    key: str | None = None
    recipient_id: UUID | None = None
    case_id: UUID | None = None
    about: str | None = None
    """Kind of the subject where it is not a case; its id stands in ``about_id``."""
    about_id: UUID | None = None
    provider_ref: str | None = None


@event("notice.delivered", zh="通知已送达（{channel}，{kind}）", en="Notice delivered ({channel}, {kind})")
class NoticeDelivered(Event):
    kind: str
    channel: str
    delivered_at: datetime
    key: str | None = None
    case_id: UUID | None = None


@event(
    "notice.bounced",
    zh="通知被退回（{channel}，{kind}，{code}）",
    en="Notice bounced ({channel}, {kind}, {code})",
)
class NoticeBounced(Event):
    """The duty to tell is open again; ``next_channel`` is tried by itself, empty where none is left."""

    kind: str
    channel: str
    bounced_at: datetime
    key: str | None = None
    code: str
    recipient_id: UUID | None = None
    case_id: UUID | None = None
    next_channel: str | None = None


@event("notice.failed", zh="通知未能发出（{kind}，{code}）", en="Notice could not be sent ({kind}, {code})")
class NoticeFailed(Event):
    """Every channel was tried; nobody was told."""

    kind: str
    channel: str
    key: str | None = None
    code: str
    recipient_id: UUID | None = None
    case_id: UUID | None = None


@event("notice.retried", zh="通知重新发送（{kind}）", en="Notice sent again ({kind})")
class NoticeRetried(Event):
    kind: str
    channel: str
    key: str | None = None


@event("notice.given_up", zh="不再发送该通知（{kind}）", en="Notice given up ({kind})")
class NoticeGivenUp(Event):
    kind: str
    channel: str
    reason_id: UUID | None
    case_id: UUID | None = None


@event("wording.changed", zh="通知文字已改用自定内容（{kind}）", en="Own words for a notice ({kind})")
class WordingChanged(Event):
    """``sha256`` is that of the whole template as it is used from now on; ``own_id`` the row of the words."""

    kind: str
    own_id: int
    sha256: str
    reason_id: UUID | None = None


@event(
    "wording.restored",
    zh="通知文字已恢复为系统自带内容（{kind}）",
    en="Shipped words for a notice again ({kind})",
)
class WordingRestored(Event):
    kind: str
    own_id: int
    reason_id: UUID | None = None


@event("person.alerts_chosen", zh="设置通知方式", en="Ways of being notified chosen")
class AlertsChosen(Event):
    """``chosen``: group and way, such as ``mention.mail``."""

    chosen: list[str]
    quiet: bool


@event("person.browser_added", zh="允许浏览器接收通知", en="Browser added for notifications")
class BrowserAdded(Event):
    browser_id: UUID


@event("person.browser_removed", zh="移除接收通知的浏览器", en="Browser removed from notifications")
class BrowserRemoved(Event):
    browser_id: UUID
