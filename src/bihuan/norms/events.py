"""What happens to rulebooks, clauses and calendars."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "rulebook.loaded",
    zh="规范库 {book} 已载入新版本({clauses} 条,程序版本 {program})",
    en="Rulebook {book} was loaded in a new edition ({clauses} clauses, program {program})",
)
class RulebookLoaded(Event):
    """``old`` and ``new`` are hashes of the edition; there is no old one the first time."""

    book: str
    new: str
    clauses: int
    program: str
    old: str | None = None


@event(
    "clause.changed",
    zh="条款 {clause} 已变更({kind})",
    en="Clause {clause} was changed ({kind})",
)
class ClauseChanged(Event):
    """``kind``: added, value (a new figure by date of effect), correction (of our transcription),
    wording, status, removed. ``dates`` are the dates of effect of new figures. No clock is judged again."""

    clause: str
    kind: str
    old: str | None = None
    new: str | None = None
    dates: tuple[str, ...] | None = None


@event("clause.switched_off", zh="条款 {clause} 已停用", en="Clause {clause} was switched off")
class ClauseSwitchedOff(Event):
    """The reason is a kept text; ``digest`` is that of its words."""

    clause: str
    switch_id: int
    reason_id: UUID
    digest: str


@event("clause.switched_on", zh="条款 {clause} 已重新启用", en="Clause {clause} was switched on again")
class ClauseSwitchedOn(Event):
    """Clocks start for later events only."""

    clause: str
    switch_id: int
    reason_id: UUID | None = None


@event(
    "clause.limit_set",
    zh="条款 {clause} 自 {since} 起改用本平台设定的时限",
    en="The operator's own limit for clause {clause} binds from {since}",
)
class ClauseLimitSet(Event):
    """The figure stands in the clause's new text; the reason is a kept text."""

    clause: str
    limit_id: int
    since: date
    reason_id: UUID
    digest: str


@event(
    "clause.limit_withdrawn",
    zh="条款 {clause} 原定自 {since} 起的时限已撤回",
    en="The own limit for clause {clause} from {since} was taken back before it began",
)
class ClauseLimitWithdrawn(Event):
    clause: str
    limit_id: int
    since: date
    reason_id: UUID | None = None


@event(
    "calendar.loaded",
    zh="{year} 年放假调休安排已载入(第 {version} 版)",
    en="The holiday arrangement of {year} was loaded (version {version})",
)
class CalendarLoaded(Event):
    """``first``: the year had no published arrangement before, so its clocks were provisional."""

    year: int
    version: int
    hash: str
    first: bool


@event(
    "hours.set",
    zh="服务时间 {name} 已设定(第 {version} 版)",
    en="Business hours {name} were set (version {version})",
)
class HoursSet(Event):
    name: str
    version: int
