"""The loop closes: completed, confirmed or objected to, rated."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("aftersales.completed", zh="售后处理完成：{outcome}", en="After-sales completed: {outcome}")
class Completed(Event):
    """ASM-3.2 stops here: everything owed is done."""

    outcome: str


@event("aftersales.result_told", zh="处理完成已告知（{channel}）", en="Completion told ({channel})")
class ResultTold(Event):
    notice_id: UUID
    channel: str


@event("aftersales.confirmed", zh="消费者确认完成", en="Confirmed by the consumer")
class Confirmed(Event):
    outcome: str


@event("aftersales.objected", zh="消费者对处理结果有异议", en="The consumer objects to the outcome")
class Objected(Event):
    reason_id: UUID


@event("aftersales.survey_sent", zh="已发出满意度调查", en="Satisfaction asked")
class SurveySent(Event):
    """ASM-6.1."""

    notice_id: UUID | None = None


@event("aftersales.rated", zh="满意度（{via}）：{score}", en="Satisfaction ({via}): {score}")
class Rated(Event):
    via: str
    score: int | None = None
    tries: int = 1
    text_id: UUID | None = None


@event("aftersales.closed", zh="办结（{by}）：{outcome}", en="Closed ({by}): {outcome}")
class Closed(Event):
    outcome: str
    by: str
