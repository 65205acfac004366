"""Units and who decides what: shown as they stand, changed with a reason, gaps named (ASM-2.1)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bihuan.accounts import actions as accounts
from bihuan.accounts.models.people import Department
from bihuan.accounts.permissions import Role, declared
from bihuan.accounts.tests.factories import acting, staff
from bihuan.administration import actions
from bihuan.administration.queries import organisation
from bihuan.administration.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.engine.clausetypes import local_day
from bihuan.engine.errors import NotAllowed
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import last_of
from bihuan.journal.subject import Subject
from bihuan.money import actions as limits
from bihuan.money import queries as money
from bihuan.workforce import actions as work
from bihuan.workforce.actions import NewState
from bihuan.workforce.models import UnitState

TODAY = local_day(AT).isoformat()


def opened(name: str, parent: UUID | None = None, **more: Any) -> UUID:
    new = NewState(name=name, parent_id=parent, **more)
    begin = AT - timedelta(days=30)
    return work.open_unit(new=new, from_at=begin, reason="设立", actor=PROGRAM, at=begin).id


def post(client: Client, path: str, status: int = 302, **fields: Any) -> str:
    answer = client.post(f"/admin-room/{path}", fields)
    assert answer.status_code == status, re.findall(r'alert">(.*?)</div>', answer.content.decode())
    return answer.content.decode()


def test_units_are_opened_changed_and_closed_on_their_pages() -> None:
    client = as_role(Role.MANAGER)
    team = accounts.create_team(department=Department.SERVICE, name="一组", actor=PROGRAM, at=AT)
    post(client, "units/new", name="总部", from_date=TODAY, why="设立总部", duties="政策与监督")
    top = UnitState.objects.get().unit_id
    more = {"parent": str(top), "teams": [str(team.id)], "department": "service"}
    post(client, "units/new", name="客服中心", from_date=TODAY, why="设立客服", **more)
    low = UnitState.objects.get(name="客服中心").unit_id
    page = text_of(client, "/admin-room/units")
    for words in ("总部", "政策与监督", "客服中心", "一组", "un-depth-1"):
        assert words in page
    time.set_drill_time(AT + timedelta(days=1))
    tomorrow = (local_day(AT) + timedelta(days=2)).isoformat()
    post(client, f"units/{low}/change", name="客户服务部", from_date=tomorrow, why="更名", **more)
    detail = text_of(client, f"/admin-room/units/{low}")
    assert ("客户服务部" in detail, "更名" in detail, "begins later" in detail) == (True, True, True)
    assert "客户服务部" in text_of(client, f"/admin-room/units?day={tomorrow}")
    assert "客户服务部" not in text_of(client, "/admin-room/units")
    refused = post(client, f"units/{top}/close", 409, until_date=tomorrow, why="撤销")
    assert "stand below this one" in refused
    assert UnitState.objects.filter(until_at=None).count() == 2


def test_without_a_reason_nothing_changes_and_an_agent_changes_nothing() -> None:
    post(as_role(Role.MANAGER), "units/new", 422, name="总部", from_date=TODAY, why="")
    agent = as_role(Role.AGENT)
    text_of(agent, "/admin-room/units/new", 403)
    assert "New unit" not in text_of(agent, "/admin-room/units")
    assert not UnitState.objects.exists()


def test_gaps_are_named_and_lead_to_where_they_lie() -> None:
    staff(Role.AGENT)
    top = opened("总部")
    page = text_of(as_role(Role.AUDITOR), "/admin-room/units")
    assert "总部 has no head who is at work here." in page
    assert f'href="/admin-room/units/{top}"' in page
    assert "Nobody may take the decision: Decide an appeal." in page
    assert 'href="/admin-room/rights#appeal"' in page


def test_the_matrix_shows_what_the_program_asks() -> None:
    rows = {row.decision.code: row for row in organisation.matrix(at=AT)}
    for row in rows.values():
        allowed = {str(role) for role in declared()[str(row.decision.permission)]}
        assert {cell.role for cell in row.cells if cell.may} == allowed & set(organisation.COLUMNS)
    shown = {cell.role: cell.amount for cell in rows["refund"].cells if cell.may}
    limits = money.in_force(local_day(AT), organisation.COLUMNS)
    assert shown == {role: limits.get(role, 0) for role in shown}


def test_a_limit_that_was_set_is_the_one_shown_with_its_history() -> None:
    client, soon = as_role(Role.MANAGER), local_day(AT) + timedelta(days=1)
    limits.set_limit(actor=PROGRAM, at=AT, role="agent", most_fen=35_050, from_date=soon, reason="旺季调整")
    page = text_of(client, "/admin-room/rights")
    assert ("旺季调整" in page, "¥350.50" in page, "¥200.00" in page) == (True, True, True)
    assert "/desk/refunds/limits" in page
    assert "/desk/refunds/limits" not in text_of(as_role(Role.SUPERVISOR), "/admin-room/rights")
    time.set_drill_time(AT + timedelta(days=1))
    shown = {c.role: c.amount for c in organisation.matrix(at=AT + timedelta(days=1))[0].cells if c.may}
    assert shown["agent"] == 35_050


def test_what_is_missing_is_written_down_as_codes() -> None:
    opened("总部")
    found = actions.record_organisation(actor=PROGRAM, at=AT)
    entry = last_of(Subject.named("organisation", "units").id, ["organisation.reviewed"])
    assert entry is not None
    assert (entry.data["units"], entry.data["gaps"]) == (1, found)
    assert {"no_head", "nobody_decides"} <= set(entry.data["codes"])
    with pytest.raises(NotAllowed):
        actions.record_organisation(actor=acting(staff(Role.MANAGER)), at=AT)
