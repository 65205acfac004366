"""What happens in a conversation."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("conversation.message_sent", zh="发送消息（对象 {audience}）", en="Message sent (to {audience})")
class MessageSent(Event):
    case_id: UUID
    message_id: UUID
    audience: str
    author_kind: str
    human: bool
    text_id: UUID
    digest: str


@event("conversation.call_logged", zh="登记通话（接通：{answered}）", en="Call logged (answered: {answered})")
class CallLogged(Event):
    case_id: UUID
    call_id: UUID
    answered: bool
    text_id: UUID
    digest: str
