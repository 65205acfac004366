"""What happens to an incident. Subject is ``incident``; amounts in fen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "incident.proposed",
    zh="系统提示异常（{kind}）：{promised} 件应到，{late} 件逾期",
    en="Incident proposed ({kind}): {late} of {promised} parcels are late",
)
class Proposed(Event):
    kind: str
    promised: int
    late: int


@event("incident.declared", zh="宣布异常事件（{kind}）", en="Incident declared ({kind})")
class Declared(Event):
    kind: str
    text_id: UUID | None = None
    digest: str | None = None


@event("incident.dismissed", zh="异常不成立", en="Incident dismissed")
class Dismissed(Event):
    reason_id: UUID | None = None


@event(
    "incident.frozen",
    zh="受影响名单确定：{orders} 笔订单，{people} 人（{unknown} 人在本系统无账号）",
    en="List fixed: {orders} orders, {people} people ({unknown} of them not known here)",
)
class Frozen(Event):
    orders: int
    people: int
    unknown: int


@event(
    "incident.remedy_chosen",
    zh="选定补救（{remedy}），每单 {amount}，合计 {total}",
    en="Remedy chosen ({remedy}): {amount} an order, {total} in all",
)
class RemedyChosen(Event):
    remedy: str
    amount: int
    days: int
    total: int


@event("incident.held", zh="合计 {total} 超出权限，待他人批准", en="{total} wait for somebody's approval")
class Held(Event):
    total: int
    limit: int


@event("incident.approved", zh="补救已批准（合计 {total}）", en="Remedy approved ({total})")
class Approved(Event):
    total: int


@event("incident.rejected", zh="补救未获批准（合计 {total}）", en="Remedy rejected ({total})")
class Rejected(Event):
    total: int
    reason_id: UUID | None = None


@event("incident.started", zh="开始告知 {people} 人", en="Telling of {people} people started")
class Started(Event):
    people: int


@event("incident.paused", zh="暂停告知", en="Telling paused")
class Paused(Event):
    pass


@event("incident.resumed", zh="继续告知", en="Telling goes on")
class Resumed(Event):
    pass


@event("incident.stopped", zh="停止", en="Stopped")
class Stopped(Event):
    reason_id: UUID | None = None


@event(
    "incident.told",
    zh="告知完毕：{told} 人已告知，{failed} 人未能送达，{unknown} 人无账号",
    en="Everybody told: {told} told, {failed} not reached, {unknown} not known here",
)
class ToldAll(Event):
    told: int
    failed: int
    unknown: int
    last_at: datetime | None = None


@event(
    "incident.issued",
    zh="补救办理完毕：{asked} 笔已申请退款，{granted} 笔平台已发放，{failed} 笔失败",
    en="Remedies issued: {asked} refunds asked for, {granted} granted by the marketplace, {failed} failed",
)
class IssuedAll(Event):
    asked: int
    failed: int
    granted: int = 0


@event(
    "incident.grants_unanswered",
    zh="交易平台未答复 {orders} 笔补救（{why}），将再次询问",
    en="The marketplace did not answer about {orders} remedies ({why}); it is asked again",
)
class GrantsUnanswered(Event):
    orders: int
    why: str


@event("incident.granted", zh="交易平台已发放 {orders} 笔", en="The marketplace granted {orders}")
class Granted(Event):
    orders: int
    reason_id: UUID | None = None


@event("incident.exported", zh="导出报告（{form}）", en="Report exported ({form})")
class Exported(Event):
    form: str
