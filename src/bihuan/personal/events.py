"""What happened to a person's own data at their request."""

from __future__ import annotations

from bihuan.journal.events import Event, event


@event("person.erasure_asked", zh="本人请求删除个人信息", en="The person asked to be erased")
class ErasureAsked(Event):
    held: int


@event("person.erasure_withdrawn", zh="本人撤回删除请求", en="The person took the request to be erased back")
class ErasureWithdrawn(Event):
    pass


@event("person.data_exported", zh="本人导出个人信息（{form}）", en="The person exported their data ({form})")
class DataExported(Event):
    form: str
