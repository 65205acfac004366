"""The explanation of a clock names every day, hold, extension and version."""

from __future__ import annotations

from bihuan.engine.calendar import BusinessHours
from bihuan.engine.clock import Calendars
from bihuan.engine.explain import ExplainStep, explain, print_end, print_limit
from bihuan.engine.tests.build import CALS, Case, clause
from bihuan.engine.tests.known import CAL, at

BY = {"2026-01-01": {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"}}
PAUSE = {"pauses_on": "complaint.step_opened", "resumes_on": "complaint.step_done"}


def of(case: Case) -> list[ExplainStep]:
    rule = case.index.get(case.clock.clause_id)
    return explain(case.clock, rule, case.calendars)


def test_a_count_over_the_october_holiday_step_by_step() -> None:
    rule = clause(limit=BY)
    case = Case(rule, complexity="complex")
    case.say("accepted", "2026-09-30 10:00")
    case.say("findings_recorded", "2026-10-13 18:20")
    texts = [step.text_zh for step in of(case)]
    assert texts == [
        f"依据 PCN-3.2.3《调查时限》（§3.2.3），文本 {rule.hash[:12]}",
        "complaint.accepted，9月30日 10:00:00开始计时",
        "时限 5个工作日（complexity: complex）",
        "9月30日 周三 起始当日不计",
        *(
            f"10月{day}日 {name} 国庆节，不计"
            for day, name in zip(
                range(1, 8), ["周四", "周五", "周六", "周日", "周一", "周二", "周三"], strict=True
            )
        ),
        "10月8日 周四 工作日，第1个工作日",
        "10月9日 周五 工作日，第2个工作日",
        "10月10日 周六 调休上班日，第3个工作日",
        "10月11日 周日 周末，不计",
        "10月12日 周一 工作日，第4个工作日",
        "10月13日 周二 工作日，第5个工作日",
        "工作日历版本 cn-2026",
        "到期：10月13日 24:00",
        "10月13日 18:20:00 停止，按时",
    ]


def test_the_same_in_english() -> None:
    case = Case(clause(limit={"2026-01-01": "1wd"}))
    case.say("accepted", "2026-10-09 10:00")
    assert [step.text_en for step in of(case)][3:] == [
        "October 9 Fri is the day of the start and not counted",
        "October 10 Sat make-up working day, working day 1",
        "Working-day calendar cn-2026",
        "Due: October 10 24:00",
    ]


def test_held_days_and_the_extension_are_told() -> None:
    rule = clause(
        limit=BY,
        extension={"on": "complaint.extended", "to": ["special"], "approver": "supervisor"},
        **PAUSE,
    )
    case = Case(rule, complexity="general")
    case.say("accepted", "2026-10-12 10:00")
    case.say("step_opened", "2026-10-13 09:00")
    case.say("step_done", "2026-10-14 09:00")
    case.say("extended", "2026-10-14 12:00", params={"to": "special"})
    codes = [step.code for step in of(case)]
    assert codes.count("held_day") == 1
    assert codes.count("counted") == 10
    texts = {step.code: step.text_zh for step in of(case)}
    assert texts["extend"] == "10月14日 12:00:00 延期：3个工作日 改为共 10个工作日"
    assert texts["hold"] == "10月13日 09:00:00 至 10月14日 09:00:00 中止，补回 1个工作日"
    assert texts["end"] == "到期：10月27日 24:00"


def test_a_provisional_end_says_so_and_shows_the_other_year() -> None:
    case = Case(clause())
    case.say("accepted", "2026-12-31 10:00")
    texts = [step.text_zh for step in of(case)]
    assert texts[-2:] == ["所及年度的放假安排尚未公布，暂定", "到期：2027年1月5日 24:00"]


def test_natural_time_days_months_and_rolling() -> None:
    case = Case(clause(limit={"2026-01-01": "7d"}, roll="statutory_holiday"))
    case.say("accepted", "2026-09-26 10:00")
    codes = [step.code for step in of(case)]
    assert codes.count("rolled") == 5
    assert of(case)[-1].text_zh == "到期：10月8日 24:00"
    hours = Case(clause(limit={"2026-01-01": "24h"}))
    hours.say("accepted", "2026-10-09 10:00:30")
    assert of(hours)[-1].text_en == "Due: October 10 10:00:30"
    months = Case(clause(limit={"2026-01-01": "1mo"}))
    months.say("accepted", "2026-01-31 10:00")
    assert [step.text_zh for step in of(months)][4] == "届满之日为 2月28日 周六"


def test_business_hours_and_dated_limits() -> None:
    desk = BusinessHours({day: [("09:00", "18:00")] for day in range(5)}, calendar=CAL)
    case = Case(clause(limit={"2026-01-01": "9bh"}, hours="desk"), calendars=Calendars(CAL, {"desk": desk}))
    case.say("accepted", "2026-10-09 17:00")
    assert [step.text_en for step in of(case)][3:5] == [
        "October 9 Fri: 3600 seconds of business time",
        "October 10 Sat: 28800 seconds of business time",
    ]
    dated = Case(clause(limit={"2026-01-01": {"from": "due_at"}}))
    dated.say("accepted", "2026-10-09 17:00", params={"due_at": "2026-10-12"})
    assert print_end(dated.clock, CALS) == "10月12日 24:00"
    assert of(dated)[2].text_zh == "时限至所载时间 2026-10-12"


def test_limits_in_words() -> None:
    limits = ["1wd", "24h", "5m", "1y", "4bh"]
    assert [print_limit(limit, "en") for limit in limits] == [
        "1 working day",
        "24 hours",
        "5 minutes",
        "1 year",
        "4 business hours",
    ]
    assert print_limit("6mo") == "6个月"
    assert print_limit("@2026-10-12") == "2026-10-12"


def test_the_start_of_an_explanation_is_in_local_time() -> None:
    case = Case(clause())
    case.say("accepted", at("2026-10-09 23:30").isoformat()[:16].replace("T", " "))
    assert "10月9日 23:30:00" in of(case)[1].text_zh
