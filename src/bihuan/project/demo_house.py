"""The house of the demonstration: units, shifts, presence, people of a merchant's administration and of carriers.

Two of the service desk have no planned shifts, so that the demo works whatever the hour it is looked at.
"""

# ruff: noqa: E501 (names)
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.models.people import Department, OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.complaints import stage
from bihuan.complaints.stage import Stage
from bihuan.engine.clausetypes import ZONE
from bihuan.journal.actor import PROGRAM, ActorKind
from bihuan.marketplace import demo as orders
from bihuan.workforce import actions as workforce
from bihuan.workforce.actions import NewState

CAPACITY: Final = 30
DAYS: Final = 14
SINCE: Final = timedelta(days=120)
SHIFTS: Final = (
    ("day_agent", "客服 小郑", "E101", ("quality", "refund", "delivery", "order_error"), 9),
    ("late_agent", "客服 小孙", "E102", ("service", "price", "refund", "other"), 14),
    ("night_agent", "客服 小罗", "E103", ("any",), 22),
)
"""Key, working name, number, skills, and the hour at which a shift of eight hours begins."""


def furnish(on: Stage, *, at: datetime, password: str) -> None:
    """Complete the stage for the demo, all of it through the actions."""
    evening = accounts.create_team(department=Department.SERVICE, name="客服二组", actor=PROGRAM, at=at)
    for part, label, number, skills, hour in SHIFTS:
        new = NewPerson(kind=ActorKind.STAFF, username=part, label=label, team_id=evening.id)
        on.people[part] = stage.person(new, Role.AGENT, at, password)
        _at_work(on.people[part].id, number, skills, hour, at)
    _outside(on, at, password)
    _units(on, evening.id, at)
    for part, status in (("agent", "online"), ("other_agent", "online"), ("supervisor", "busy")):
        workforce.set_status(person_id=on.who(part).id, status=status, actor=PROGRAM, at=at)
    _away(on.who("late_agent").id, at)


def plan(on: Stage, *, at: datetime) -> None:
    """Shifts of the supervisors, who had none while the stories were told."""
    for part, hour in (("supervisor", 9), ("other_supervisor", 12)):
        person_id = on.who(part).id
        workforce.set_capacity(
            person_id=person_id, capacity=CAPACITY, round_the_clock=False, actor=PROGRAM, at=at
        )
        _shifts(person_id, hour, at)


def _at_work(person_id: UUID, number: str, skills: tuple[str, ...], hour: int, at: datetime) -> None:
    facts: dict[str, Any] = {"number": number, "education": "college", "skills": skills, "capacity": 25}
    workforce.hire(person_id=person_id, actor=PROGRAM, at=at, **facts)
    since, until = at - timedelta(days=30), at + timedelta(days=25 if hour == 9 else 400)
    certificate: dict[str, Any] = {"version": "2026.1", "from_at": since, "until_at": until}
    workforce.issue_certificate(person_id=person_id, actor=PROGRAM, at=at, **certificate)
    _shifts(person_id, hour, at)


def _shifts(person_id: UUID, hour: int, at: datetime) -> None:
    """Eight hours a day for two weeks, with one day of the week off, not the same for all."""
    midnight = at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(DAYS):
        begin = midnight + timedelta(days=day, hours=hour)
        if begin.isoweekday() != hour % 7 + 1:
            end = begin + timedelta(hours=8)
            workforce.plan_shift(person_id=person_id, from_at=begin, until_at=end, actor=PROGRAM, at=at)


def _away(person_id: UUID, at: datetime) -> None:
    leave: dict[str, Any] = {
        "kind": "leave",
        "from_at": at + timedelta(days=2),
        "until_at": at + timedelta(days=4),
    }
    workforce.record_absence(person_id=person_id, actor=PROGRAM, at=at, **leave)


def _outside(on: Stage, at: datetime, password: str) -> None:
    """An administrator of the first merchant, and a carrier with an operator."""
    shop = on.people["merchant"].organisation_id
    new = NewPerson(
        kind=ActorKind.MERCHANT, username="merchant_admin", label="商家管理员", organisation_id=shop
    )
    on.people["merchant_admin"] = stage.person(new, Role.MERCHANT_ADMIN, at, password)
    for number, name in enumerate(orders.CARRIERS, 1):
        made = accounts.create_organisation(
            kind=OrganisationKind.CARRIER, name=name, reference=name, actor=PROGRAM, at=at
        )
        if number == 1:
            new = NewPerson(
                kind=ActorKind.PARTNER, username="carrier", label=f"{name} 客诉专员", organisation_id=made.id
            )
            on.people["carrier"] = stage.person(new, Role.PARTNER_OPERATOR, at, password)


def _units(on: Stage, evening: UUID, at: datetime) -> None:
    """Headquarters and what stands below it, since some months; one unit waits for its head."""
    teams = {team.name: team.id for team in accounts_queries.teams()}

    def unit(
        name: str, parent: UUID | None, head: str, team: UUID | None, department: str, duties: str
    ) -> UUID:
        new = NewState(
            name=name,
            parent_id=parent,
            head_id=on.who(head).id if head else None,
            team_ids=[team] if team else [],
            department=department,
            duties=duties,
        )
        reason = "按公司组织方案设立"
        return workforce.open_unit(new=new, from_at=at - SINCE, reason=reason, actor=PROGRAM, at=at).id

    top = unit(
        "总部",
        None,
        "manager",
        teams["管理层"],
        "management",
        "制定售后政策、服务标准和流程，统筹资源，监督执行。",
    )
    centre = unit(
        "客户服务中心", top, "supervisor", None, "service", "受理投诉和售后申请，协调各部门，回访消费者。"
    )
    unit("客服一组", centre, "supervisor", teams["客服一组"], "service", "日间受理、调查与协商。")
    unit("客服二组", centre, "other_supervisor", evening, "service", "早晚班接待与跟进。")
    unit("品控部", top, "officer", teams["品控组"], "technical", "检测商品质量问题，提出整改意见。")
    unit("法务部", top, "counsel", teams["法务组"], "legal", "重大投诉、调解与申诉的法律支持。")
    unit("市场部", top, "", None, "marketing", "舆情回应与活动承诺审核。")
