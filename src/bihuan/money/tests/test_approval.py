from __future__ import annotations

from uuid import uuid4

import pytest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed, NotFound, Refusal
from bihuan.money import actions, queries
from bihuan.money.models import Refund
from bihuan.money.tests.factories import (
    AGENT,
    AT,
    MANAGER,
    SUPERVISOR,
    actor,
    ask,
    committed,
    line,
    order,
    said,
    state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Refund:
    order(line(1, 2_000_000))
    return ask(20_001)


def test_above_the_own_limit_it_is_held_and_counts(held: Refund) -> None:
    assert (held.state, held.next_at) == ("held", None)
    assert said(held) == ["refund_requested", "refund_held"]
    assert committed() == {1: 20_001}
    assert [r.id for r in queries.pending(actor=SUPERVISOR, held_only=True)] == [held.id]


def test_at_the_limit_it_is_not_held() -> None:
    order(line(1, 2_000_000))
    assert ask(20_000).state == "requested"


def test_another_person_approves(held: Refund) -> None:
    row = actions.approve(actor=SUPERVISOR, at=AT, refund_id=held.id)
    assert (row.state, row.approved_by) == ("requested", SUPERVISOR.id)
    assert said(held)[-1] == "refund_approved"


def test_nobody_approves_what_they_asked_for() -> None:
    order(line(1, 2_000_000))
    row = ask(500_001, actor=SUPERVISOR)
    both = actor(Role.SUPERVISOR, Role.MANAGER, person_id=SUPERVISOR.id)
    with pytest.raises(Refusal) as refused:
        actions.approve(actor=both, at=AT, refund_id=row.id)
    assert refused.value.error_code == "money.four_eyes"
    assert state(row) == "held"


def test_the_approvers_own_limit_counts() -> None:
    order(line(1, 2_000_000))
    row = ask(500_001)
    with pytest.raises(Refusal) as refused:
        actions.approve(actor=SUPERVISOR, at=AT, refund_id=row.id)
    assert (refused.value.error_code, state(row)) == ("money.above_limit", "held")
    assert actions.approve(actor=MANAGER, at=AT, refund_id=row.id).state == "requested"


def test_an_agent_may_not_approve(held: Refund) -> None:
    with pytest.raises(NotAllowed):
        actions.approve(actor=AGENT, at=AT, refund_id=held.id)
    assert state(held) == "held"


def test_rejected_it_is_over_and_the_sum_is_free(held: Refund) -> None:
    actions.reject(actor=SUPERVISOR, at=AT, refund_id=held.id, reason_code="not_owed")
    assert (state(held), committed()) == ("cancelled", {})
    with pytest.raises(Refusal):
        actions.approve(actor=SUPERVISOR, at=AT, refund_id=held.id)


def test_a_rejection_needs_a_reason(held: Refund) -> None:
    with pytest.raises(Refusal):
        actions.reject(actor=SUPERVISOR, at=AT, refund_id=held.id, reason_code="")
    assert state(held) == "held"


def test_a_sum_approved_in_the_flow_is_not_held() -> None:
    order(line(1, 2_000_000))
    row = ask(900_000, approved_by=SUPERVISOR.id)
    assert (row.state, row.approved_by) == ("requested", SUPERVISOR.id)
    with pytest.raises(Refusal):
        ask(900_000, key="refund-0002", approved_by=AGENT.id)


def test_the_limits_are_a_setting(settings: object) -> None:
    settings.REFUND_LIMITS = {"agent": 10}  # type: ignore[attr-defined]
    order()
    assert ask(11).state == "held"


def test_who_sees_it(held: Refund) -> None:
    assert queries.get_for(SUPERVISOR, held.id).id == held.id
    for stranger in (actor(Role.CONSUMER), actor(Role.MERCHANT_ADMIN, organisation_id=uuid4())):
        with pytest.raises(NotFound):
            queries.get_for(stranger, held.id)
        assert queries.pending(actor=actor(Role.MERCHANT_ADMIN, organisation_id=uuid4())) == []
