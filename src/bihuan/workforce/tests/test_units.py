"""Units from a time on: the tree, its history, and what is refused (ASM-2.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from bihuan.accounts.actions import create_team
from bihuan.accounts.models.people import Department
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import consumer, staff
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import entries_of
from bihuan.workforce import actions, queries
from bihuan.workforce.actions import NewState
from bihuan.workforce.models import Unit, UnitState

from .conftest import AGENT, AT, DAY, MANAGER

pytestmark = pytest.mark.django_db
BEGIN = AT - 100 * DAY


def opened(name: str = "总部", parent: UUID | None = None, at: Any = BEGIN, **more: Any) -> UUID:
    new = NewState(name=name, parent_id=parent, **more)
    return actions.open_unit(new=new, from_at=at, reason="设立", actor=MANAGER, at=AT).id


def change(unit_id: UUID, name: str, parent: UUID | None = None, at: Any = AT, **more: Any) -> UnitState:
    new = NewState(name=name, parent_id=parent, **more)
    return actions.change_unit(unit_id=unit_id, new=new, from_at=at, reason="调整", actor=MANAGER, at=AT)


def shown(at: Any = AT) -> list[tuple[int, str]]:
    return [(node.depth, node.state.name) for node in queries.tree(MANAGER, at=at)]


def test_the_tree_as_it_is_and_as_it_was() -> None:
    top = opened()
    service = opened("客服中心", top)
    opened("一组", service)
    assert shown() == [(0, "总部"), (1, "客服中心"), (2, "一组")]
    change(service, "客户服务部", top)
    assert shown() == [(0, "总部"), (1, "客户服务部"), (2, "一组")]
    assert shown(AT - timedelta(seconds=1))[1] == (1, "客服中心")
    assert [(row.name, row.until_at) for row in queries.history(service)] == [
        ("客户服务部", None), ("客服中心", AT),
    ]  # fmt: skip
    assert [e.event for e in entries_of(service)] == ["unit.opened", "unit.changed"]


def test_a_planned_change_counts_from_its_day_on() -> None:
    top = opened()
    change(top, "集团总部", at=AT + 7 * DAY)
    assert (shown(), shown(AT + 7 * DAY)) == ([(0, "总部")], [(0, "集团总部")])


def test_head_teams_and_duties_stand_with_the_unit() -> None:
    team = create_team(department=Department.SERVICE, name="一组", actor=PROGRAM, at=AT)
    head = staff(Role.SUPERVISOR, team_id=team.id)
    unit = opened("客服", head_id=head.id, team_ids=[team.id], department="service", duties="受理与回访")
    node = queries.tree(MANAGER, at=AT)[0]
    assert (node.people, node.headed, list(node.teams)) == (1, True, ["一组"])
    entry = entries_of(unit)[0]
    assert entry.data["teams"] == [str(team.id)]
    assert "受理" not in str(entry.data)
    assert queries.teams_within(queries.tree(MANAGER, at=AT), unit) == {team.id}


def test_one_headquarters_no_circle_and_one_unit_a_team() -> None:
    team = create_team(department=Department.SERVICE, name="一组", actor=PROGRAM, at=AT)
    top = opened()
    middle = opened("客服", top, team_ids=[team.id])
    low = opened("一组", middle)
    for attempt, code in (
        (lambda: opened("又一总部"), "unit.headquarters"),
        (lambda: change(middle, "客服", low), "unit.circle"),
        (lambda: opened("法务", top, team_ids=[team.id]), "unit.team_taken"),
        (lambda: change(middle, "客服", top, at=BEGIN), "unit.order"),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert (refused.value.error_code, refused.value.clause) == (code, "ASM-2.1")
    assert UnitState.objects.count() == Unit.objects.count() == 3


@pytest.mark.parametrize("wrong", [{"name": " "}, {"department": "moon"}, {"parent": UUID(int=9)}])
def test_what_cannot_be_a_unit_is_refused(wrong: dict[str, Any]) -> None:
    top = opened()
    with pytest.raises(Invalid):
        opened(**{"name": "客服", "parent": top, **wrong})
    assert UnitState.objects.count() == 1


def test_the_head_is_an_active_member_of_staff() -> None:
    with pytest.raises(Invalid):
        opened(head_id=consumer())
    assert not Unit.objects.exists()


def test_a_unit_ends_when_none_stands_below_it() -> None:
    top = opened()
    low = opened("一组", top)
    with pytest.raises(Refusal) as refused:
        actions.close_unit(unit_id=top, until_at=AT, reason="撤并", actor=MANAGER, at=AT)
    assert refused.value.error_code == "unit.not_empty"
    actions.close_unit(unit_id=low, until_at=AT, reason="撤并", actor=MANAGER, at=AT)
    assert shown() == [(0, "总部")]
    assert shown(AT - DAY) == [(0, "总部"), (1, "一组")]
    with pytest.raises(NotFound):
        change(low, "一组", top, at=AT + DAY)


def test_only_leaders_change_it_and_every_change_has_a_reason() -> None:
    with pytest.raises(NotAllowed):
        actions.open_unit(new=NewState(name="总部"), from_at=AT, reason="x", actor=AGENT, at=AT)
    with pytest.raises(Invalid):
        actions.open_unit(new=NewState(name="总部"), from_at=AT, reason=" ", actor=MANAGER, at=AT)
    assert not Unit.objects.exists()
    assert queries.tree(AGENT, at=AT) == []


def test_the_database_keeps_the_periods_in_order() -> None:
    unit = opened()
    first = UnitState.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitState.objects.create(
            unit_id=unit, name="x", reason=first.reason, from_at=AT, set_by=first.set_by, set_at=AT
        )
