"""What an organisation's people do with its cases as a whole."""

from __future__ import annotations

from bihuan.journal.events import Event, event


@event("organisation.cases_exported", zh="导出本机构工单（{form}）", en="Own cases exported ({form})")
class CasesExported(Event):
    form: str
    shown: str
    filters: int
