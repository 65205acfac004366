"""Why a clock ends when it does: every step, in words that a complainant and an auditor can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.engine.clausetypes import Clause
from bihuan.engine.clocktypes import Calendars, Clock, day_counted
from bihuan.engine.counting import Count
from bihuan.engine.due import Step, due_at, end_of
from bihuan.engine.duration import Duration, Unit
from bihuan.engine.facts import FrozenDict
from bihuan.engine.schedule import count_of

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
UNITS = {
    Unit.SECOND: ("秒", "seconds"),
    Unit.MINUTE: ("分钟", "minutes"),
    Unit.HOUR: ("小时", "hours"),
    Unit.DAY: ("日", "days"),
    Unit.WORKDAY: ("个工作日", "working days"),
    Unit.MONTH: ("个月", "months"),
    Unit.YEAR: ("年", "years"),
    Unit.BUSINESS_HOUR: ("个营业小时", "business hours"),
}
KINDS = {
    "workday": ("工作日", "working day"),
    "makeup": ("调休上班日", "make-up working day"),
    "weekend": ("周末", "weekend"),
    "holiday": ("节假日", "holiday"),
}
TEXTS = {
    "clause": (
        "依据 {clause}《{title_zh}》（{source}），文本 {hash}",
        "By {clause} {title_en} ({source}), text {hash}",
    ),
    "start": ("{event}，{time}开始计时", "{event}: counted from {time}"),
    "limit": ("时限 {limit_zh}{chosen_zh}", "Limit {limit_en}{chosen_en}"),
    "dated": ("时限至所载时间 {end}", "Limit until the time stated: {end}"),
    "start_day_not_counted": ("{day} 起始当日不计", "{day} is the day of the start and not counted"),
    "counted": ("{day} {kind_zh}，第{number}个工作日", "{day} {kind_en}, working day {number}"),
    "skipped": ("{day} {kind_zh}，不计", "{day} {kind_en}, not counted"),
    "held_day": ("{day} 计时中止，不计", "{day} on hold, not counted"),
    "days": ("第{count}日为 {day}", "Day {count} is {day}"),
    "corresponding": ("届满之日为 {day}", "The corresponding day is {day}"),
    "more_days": ("其后至 {day} 共{count}日依同样方法计算", "Likewise for {count} more days until {day}"),
    "rolled": ("{day} {kind_zh}，末日顺延", "{day} {kind_en}, the last day moves on"),
    "elapsed": ("自然时间连续计算，节假日不停", "Natural time runs on, holidays included"),
    "open": ("{day} 营业时间计 {seconds} 秒", "{day}: {seconds} seconds of business time"),
    "closed": ("{day} 不营业", "{day}: closed"),
    "hold": ("{from_} 至 {to} 中止，补回 {added_zh}", "On hold from {from_} to {to}: {added_en} added"),
    "holding": ("{from_} 起中止计时", "On hold since {from_}"),
    "extend": ("{at} 延期：{before} 改为共 {after}", "{at} extended: from {before} to {after} in all"),
    "shorten": ("{at} 改类缩短：{before} 改为 {after}", "{at} class changed: from {before} down to {after}"),
    "calendar": ("工作日历版本 {version}", "Working-day calendar {version}"),
    "provisional": (
        "所及年度的放假安排尚未公布，暂定",
        "Provisional: a year touched has no published arrangement",
    ),
    "end": ("到期：{end}", "Due: {end}"),
    "stopped": ("{time} 停止，{verdict_zh}", "Stopped {time}: {verdict_en}"),
}
VERDICTS = {"met": ("按时", "met"), "late": ("超时", "late"), "cancelled": ("取消", "cancelled")}


@dataclass(frozen=True, slots=True)
class ExplainStep:
    """One line of an explanation: a stable ``code``, its ``data``, and the sentence in two languages."""

    code: str
    data: Mapping[str, Any]
    text_en: str
    text_zh: str


def explain(clock: Clock, clause: Clause, calendars: Calendars) -> list[ExplainStep]:
    """All steps from the clause's text to the end. ``clause`` and ``calendars`` are those of the clock."""
    count = count_of(clock, clause, calendars)
    steps = [_clause(clause), _start(clock, clause, count), _limit(clock, clause, count)]
    steps += [_changed(record, count) for record in clock.extended]
    steps += _counted(clock, count)
    steps += _holds(clock, count)
    steps.append(_step("calendar", version=clock.calendar_version))
    if clock.provisional:
        steps.append(_step("provisional"))
    steps.append(_both("end", end=lambda lang: print_end(clock, calendars, lang)))
    if clock.stopped_at is not None and clock.verdict:
        words = VERDICTS[clock.verdict]
        time = clock.stopped_at
        steps.append(_both("stopped", time=_instants(time, count), verdict_zh=words[0], verdict_en=words[1]))
    return steps


def print_end(clock: Clock, calendars: Calendars, language: str = "zh") -> str:
    """The end for people: ``10月13日 24:00``; with the year where it is not that of the start."""
    zone = calendars.work.zone
    due, year = clock.due_at.astimezone(zone), clock.started_at.astimezone(zone).year
    if day_counted(clock.limit):
        return f"{_day(due.date() - timedelta(days=1), language, year)} 24:00"
    return f"{_day(due.date(), language, year)} {due:%H:%M:%S}"


def print_limit(limit: str, language: str = "zh") -> str:
    """``3个工作日``, ``24 hours``; the instant itself for a dated limit."""
    if limit.startswith("@"):
        return limit[1:]
    number = "".join(sign for sign in limit if sign.isdigit())
    words = UNITS[Unit(limit[len(number) :])]
    if language == "zh":
        return number + words[0]
    return f"{number} {words[1][:-1] if number == '1' else words[1]}"


def _step(code: str, **data: Any) -> ExplainStep:
    zh, en = TEXTS[code]
    return ExplainStep(code, FrozenDict(data), en.format(**data), zh.format(**data))


def _both(code: str, **data: Any) -> ExplainStep:
    """A step some of whose data are functions of the language."""
    in_zh = {name: value("zh") if callable(value) else value for name, value in data.items()}
    in_en = {name: value("en") if callable(value) else value for name, value in data.items()}
    zh, en = TEXTS[code]
    return ExplainStep(code, FrozenDict(in_zh), en.format(**in_en), zh.format(**in_zh))


def _clause(clause: Clause) -> ExplainStep:
    source = clause.source.get("article") or f"§{clause.source.get('section')}"
    titles = {"title_zh": clause.title["zh"], "title_en": clause.title["en"]}
    return _step("clause", clause=clause.id, source=source, hash=clause.hash[:12], **titles)


def _start(clock: Clock, clause: Clause, count: Count) -> ExplainStep:
    return _both("start", event=" / ".join(clause.starts_on), time=_instants(clock.started_at, count))


def _limit(clock: Clock, clause: Clause, count: Count) -> ExplainStep:
    if count.duration is None:
        return _step("dated", end=clock.limit[1:])
    value = clause.limit_at(clock.started_at)
    by = value.by if value else None
    chosen = f"{by}: {clock.facts.get(by)}" if by else ""
    return _step(
        "limit",
        limit=clock.limit,
        limit_zh=print_limit(clock.limit, "zh"),
        limit_en=print_limit(clock.limit, "en"),
        chosen_zh=f"（{chosen}）" if chosen else "",
        chosen_en=f" ({chosen})" if chosen else "",
    )


def _changed(record: Mapping[str, Any], count: Count) -> ExplainStep:
    at = datetime.fromisoformat(record["at"])
    return _both(
        record["kind"],
        at=_instants(at, count),
        before=lambda lang: print_limit(record["limit_before"], lang),
        after=lambda lang: print_limit(record["limit_after"], lang),
    )


def _counted(clock: Clock, count: Count) -> list[ExplainStep]:
    duration = count.duration
    if duration is None:
        return []
    added = sum(count.units(hold) for hold in clock.held)
    if duration.unit in (Unit.DAY, Unit.WORKDAY):
        duration = Duration(duration.value + int(added), duration.unit)
    hours = count.hours() if duration.unit is Unit.BUSINESS_HOUR else None
    due = due_at(clock.started_at, duration, count.work, hours, count.clause.roll)
    rows = [step for step in due.steps if step.code not in ("start", "end")]
    return list(_days(rows, clock, count, duration))


def _days(rows: Iterable[Step], clock: Clock, count: Count, duration: Duration) -> Iterable[ExplainStep]:
    number = 0
    year = clock.started_at.astimezone(count.work.zone).year
    for row in rows:
        data: dict[str, Any] = {**row.data}
        code = row.code
        if isinstance(row.on, date):
            data["day"] = _days_of(row.on, year)
        if "kind" in data:
            name = data.get("name") or ""
            words = KINDS[data["kind"]]
            data["kind_zh"], data["kind_en"] = (
                name if data["kind"] == "holiday" and name else words[0],
                words[1],
            )
        if code == "days":
            code = "days" if duration.unit is Unit.DAY else "corresponding"
            data["count"] = duration.value
        if code == "counted":
            code = "held_day" if _is_held(row.on, clock, count) else code
            number += code == "counted"
            data["number"] = number
        yield _both(code, **data)


def _is_held(day: Any, clock: Clock, count: Count) -> bool:
    end = end_of(day.toordinal(), count.work)
    return any(to is not None and begin < end <= to for begin, to in clock.held)


def _holds(clock: Clock, count: Count) -> Iterable[ExplainStep]:
    for hold in clock.held:
        if hold[1] is None:
            continue
        added = int(count.units(hold))
        unit = _hold_unit(count)
        yield _both(
            "hold",
            from_=_instants(hold[0], count),
            to=_instants(hold[1], count),
            added=added,
            added_zh=f"{added}{UNITS[unit][0]}",
            added_en=f"{added} {UNITS[unit][1]}",
        )
    if clock.held_since is not None:
        yield _both("holding", from_=_instants(clock.held_since, count))


def _hold_unit(count: Count) -> Unit:
    if count.duration and count.duration.unit is Unit.WORKDAY:
        return Unit.WORKDAY
    return Unit.DAY if count.in_days else Unit.SECOND


def _instants(at: datetime, count: Count) -> Any:
    local = at.astimezone(count.work.zone)
    year = count.start.astimezone(count.work.zone).year
    return lambda lang: f"{_day(local.date(), lang, year)} {local:%H:%M:%S}"


def _days_of(day: date, year: int) -> Any:
    names = day.weekday()
    return lambda lang: f"{_day(day, lang, year)} {WEEKDAYS[lang][names]}"


def _day(day: date, language: str, year: int) -> str:
    other = day.year != year
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日" if other else f"{day.month}月{day.day}日"
    return f"{day:%B} {day.day}, {day.year}" if other else f"{day:%B} {day.day}"
