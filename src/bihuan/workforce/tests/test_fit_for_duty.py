"""Who may work, why not, and who is the first to be asked (PCN-2.2.1, ISH-2.1)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.queries import entries_of
from bihuan.workforce import actions, queries
from bihuan.workforce.models import Certificate, Shift, Worker
from bihuan.workforce.tests.conftest import AGENT, AT, DAY, MANAGER, SUPERVISOR, hired, on_duty

pytestmark = pytest.mark.django_db


def reasons(person_id: UUID, skill: str | None = "quality", at: object = AT) -> list[tuple[str, str]]:
    return [(r.code, r.clause) for r in queries.may_work(person_id, at=at, skill=skill).reasons]  # type: ignore[arg-type]


def test_a_certified_person_on_shift_may_work() -> None:
    assert queries.may_work(on_duty(), at=AT, skill="quality").ok


def revoke(person_id: UUID) -> None:
    actions.revoke_certificate(person_id=person_id, reason="failed_exam", actor=MANAGER, at=AT)


def absent(person_id: UUID) -> None:
    actions.record_absence(
        person_id=person_id, kind="illness", from_at=AT, until_at=AT + DAY, actor=SUPERVISOR, at=AT
    )


def leave(person_id: UUID) -> None:
    actions.leave(person_id=person_id, reason="resigned", actor=MANAGER, at=AT)


def uneducated(person_id: UUID) -> None:
    actions.set_education(person_id=person_id, education="junior_high", actor=MANAGER, at=AT)


def unskilled(person_id: UUID) -> None:
    actions.set_skills(person_id=person_id, skills=["price"], actor=MANAGER, at=AT)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (revoke, ("no_certificate", "PCN-2.2.1")),
        (uneducated, ("education", "PCN-2.2.1")),
        (absent, ("absent", "ISH-2.1")),
        (leave, ("left", "ISH-2.1")),
        (unskilled, ("skill", "ISH-2.1")),
    ],
)
def test_each_reason_against_it_is_named_with_its_clause(
    change: Callable[[UUID], None], reason: tuple[str, str]
) -> None:
    person_id = on_duty()
    change(person_id)
    assert reasons(person_id) == [reason]
    assert queries.candidates(at=AT, skills=["quality"]) == []


def test_every_reason_is_named_at_once() -> None:
    person_id = hired(education="primary", skills=[])
    assert [code for code, _ in reasons(person_id)] == ["education", "no_certificate", "off_shift", "skill"]
    assert reasons(uuid4()) == [("not_a_worker", "PCN-2.2.1")]


def test_shift_and_certificate_end_exclusive() -> None:
    person_id = on_duty()
    assert reasons(person_id, at=AT + DAY) == [("off_shift", "ISH-2.1")]
    assert reasons(person_id, at=AT - DAY) == []
    assert [code for code, _ in reasons(person_id, at=AT + 10 * DAY)] == ["no_certificate", "off_shift"]


def test_who_works_round_the_clock_needs_no_shift() -> None:
    person_id = on_duty(round_the_clock=True)
    assert reasons(person_id, at=AT + 2 * DAY) == []


def test_candidates_come_by_the_share_of_their_capacity_then_by_number() -> None:
    first, second, third = on_duty(capacity=10), on_duty(capacity=2), on_duty(capacity=10)
    full = on_duty(capacity=1)
    loads = {first: 5, second: 1, third: 2, full: 1}
    queries.register_load(lambda ids: {i: loads[i] for i in ids})
    assert queries.candidates(at=AT, skills=["quality"]) == [third, first, second]
    assert queries.candidates(at=AT, skills=["quality"], exclude=[third]) == [first, second]
    assert queries.candidates(at=AT, skills=["safety"]) == []
    assert queries.candidates(at=AT, skills=["safety", "quality"]) == [third, first, second]


def test_overlapping_shifts_are_refused_by_the_action_and_by_the_database() -> None:
    person_id = on_duty()
    with pytest.raises(Refusal) as refused:
        actions.plan_shift(person_id=person_id, from_at=AT, until_at=AT + 3 * DAY, actor=SUPERVISOR, at=AT)
    assert (refused.value.error_code, refused.value.clause) == ("workforce.overlap", "ISH-2.1")
    assert Shift.objects.count() == 1
    with pytest.raises(IntegrityError, match="overlap"):
        Shift.objects.create(worker_id=person_id, from_at=AT, until_at=AT + 3 * DAY)


def test_shifts_that_touch_do_not_overlap() -> None:
    person_id = on_duty()
    actions.plan_shift(person_id=person_id, from_at=AT + DAY, until_at=AT + 2 * DAY, actor=SUPERVISOR, at=AT)
    assert Shift.objects.filter(worker_id=person_id).count() == 2


def test_shifts_of_different_people_may_overlap() -> None:
    on_duty()
    on_duty()
    assert Shift.objects.count() == 2


def test_nobody_certifies_themselves_and_agents_nobody() -> None:
    person_id = hired()
    own = type(MANAGER)(person_id, MANAGER.kind, MANAGER.roles)
    for actor, error in ((own, Refusal), (AGENT, NotAllowed), (SUPERVISOR, NotAllowed)):
        with pytest.raises(error):
            actions.issue_certificate(
                person_id=person_id, version="2026", from_at=AT, until_at=AT + DAY, actor=actor, at=AT
            )
    assert Certificate.objects.count() == 0


def test_an_agent_sets_only_the_own_status() -> None:
    person_id, other = on_duty(), on_duty()
    agent = type(AGENT)(person_id, AGENT.kind, AGENT.roles)
    actions.set_status(person_id=person_id, status="online", actor=agent, at=AT)
    with pytest.raises(NotAllowed):
        actions.set_status(person_id=other, status="online", actor=agent, at=AT)
    with pytest.raises(Invalid):
        actions.set_status(person_id=person_id, status="asleep", actor=agent, at=AT)
    found = dict(Worker.objects.values_list("person_id", "status"))
    assert found == {person_id: "online", other: "offline"}


def test_what_happens_to_a_worker_is_in_the_persons_history() -> None:
    person_id = on_duty()
    absent(person_id)
    revoke(person_id)
    leave(person_id)
    assert [e.event for e in entries_of(person_id)][1:] == [
        "workforce.hired", "workforce.certificate_issued", "workforce.shift_planned",
        "workforce.absence_recorded", "workforce.certificate_revoked", "workforce.left",
    ]  # fmt: skip


def test_what_cannot_be_is_refused() -> None:
    person_id = on_duty()
    leave(person_id)
    with pytest.raises(Refusal, match="left already"):
        leave(person_id)
    with pytest.raises(Refusal, match="works here already"):
        actions.hire(person_id=person_id, number="X", education="college", skills=[], actor=MANAGER, at=AT)
    with pytest.raises(NotFound):
        actions.leave(person_id=uuid4(), reason="resigned", actor=MANAGER, at=AT)
    with pytest.raises(Invalid):
        actions.plan_shift(person_id=person_id, from_at=AT, until_at=AT, actor=MANAGER, at=AT)
    with pytest.raises(Invalid):
        actions.set_education(person_id=person_id, education="kindergarten", actor=MANAGER, at=AT)
