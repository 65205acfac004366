"""What happens to a case whatever its flow is."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "case.greened",
    zh="进入绿色通道：{need}（依据：{ground}）",
    en="Goes down the green channel: {need} (by {ground})",
)
class Greened(Event):
    """PCN-2.3.4.b. ``ground``: product, words, person; ``found``: the category, or the place in the list."""

    need: str
    ground: str
    found: str | None = None
    reason_id: UUID | None = None


@event("case.ungreened", zh="移出绿色通道（{need}）", en="Taken out of the green channel ({need})")
class Ungreened(Event):
    need: str
    reason_id: UUID | None = None


@event(
    "case.green_served",
    zh="绿色通道：负责人已着手处理（{need}）",
    en="Green channel: who is in charge has set to work ({need})",
)
class GreenServed(Event):
    need: str


@event("case.opened_as", zh="据此开立{flow}工单", en="A case of another kind was opened from it: {flow}")
class OpenedAs(Event):
    to_id: UUID
    flow: str


@event("case.opened_from", zh="由{flow}工单转来", en="Opened from a case of another kind: {flow}")
class OpenedFrom(Event):
    from_id: UUID
    flow: str


@event(
    "green.lists_proposed",
    zh="提出修改绿色通道词表：增加 {added} 项，删除 {removed} 项",
    en="Other lists proposed for the green channel: {added} added, {removed} taken away",
)
class GreenListsProposed(Event):
    lists_id: UUID
    added: int
    removed: int
    reason_id: UUID


@event(
    "green.lists_decided",
    zh="绿色通道词表的修改：{outcome}",
    en="The change of the green channel's lists: {outcome}",
)
class GreenListsDecided(Event):
    lists_id: UUID
    outcome: str
    reason_id: UUID | None = None
