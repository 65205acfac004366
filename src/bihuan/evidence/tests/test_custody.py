"""Looking, sealing, hashing again: each leaves its trace, and the original stays back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.evidence import actions, queries
from bihuan.evidence.errors import Damaged, OriginalSealed
from bihuan.evidence.models import Access, Item
from bihuan.evidence.tests.factories import AT, actor, pdf, picture, staff
from bihuan.journal.actor import ActorKind
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(case_readers: Any) -> dict[str, Any]:
    """A case with one picture; an agent, a supervisor and the merchant may read it."""
    consumer, agent, boss = actor(), staff(Role.AGENT), staff()
    merchant = actor(ActorKind.MERCHANT, Role.MERCHANT_OPERATOR)
    case_id = uuid4()
    case_readers[case_id] = {agent.id, boss.id, merchant.id}
    ref = actions.upload(actor=consumer, at=AT, content=picture(), name="a", party="consumer")
    actions.attach(item_ids=[ref.id], case_id=case_id, actor=consumer, at=AT)
    return {
        "consumer": consumer,
        "agent": agent,
        "boss": boss,
        "merchant": merchant,
        "id": case_id,
        "item": ref.id,
    }


def names(item_id: UUID) -> list[str]:
    return [e.event for e in entries_of(item_id)]


def test_looking_is_recorded_once_in_ten_minutes(case: Any) -> None:
    for minutes in (0, 5, 20):
        actions.record_view(actor=case["agent"], at=AT + timedelta(minutes=minutes), item_id=case["item"])
    assert [a.actor_id for a in queries.accesses_of(case["boss"], case["item"])] == [case["agent"].id] * 2
    assert names(case["item"]) == ["evidence.uploaded", "evidence.viewed", "evidence.viewed"]


def test_strangers_are_told_nothing(case: Any) -> None:
    for stranger in (actor(), staff(Role.AGENT)):
        with pytest.raises(NotFound):
            actions.record_view(actor=stranger, at=AT, item_id=case["item"])
    with pytest.raises(NotFound):
        actions.record_view(actor=actor(), at=AT, item_id=uuid4())
    assert Access.objects.count() == 0


def test_a_file_without_a_case_is_the_uploaders_alone(case_readers: Any) -> None:
    person = actor()
    ref = actions.upload(actor=person, at=AT, content=pdf(), name="a", party="consumer")
    assert queries.get_for(person, ref.id).id == ref.id
    with pytest.raises(NotFound):
        queries.get_for(staff(), ref.id)


def test_a_code_for_another_case_does_not_open_it(case: Any) -> None:
    consumer = case["consumer"]
    elsewhere = actor(case_id=uuid4())
    same_person = type(consumer)(consumer.id, consumer.kind, consumer.roles, case_id=elsewhere.case_id)
    with pytest.raises(NotFound):
        queries.get_for(same_person, case["item"])


def test_the_original_needs_permission_and_reason(case: Any) -> None:
    with pytest.raises(OriginalSealed):
        actions.record_view(
            actor=case["merchant"], at=AT, item_id=case["item"], original=True, reason="appraisal"
        )
    with pytest.raises(Invalid, match="curiosity"):
        actions.record_view(
            actor=case["boss"], at=AT, item_id=case["item"], original=True, reason="curiosity"
        )
    assert Access.objects.count() == 0
    opened = actions.record_view(
        actor=case["boss"], at=AT, item_id=case["item"], original=True, reason="appraisal"
    )
    assert b"SecretCamera" in opened.stream.read()
    assert entries_of(case["item"])[-1].data == {
        "case_id": str(case["id"]),
        "original": True,
        "reason": "appraisal",
    }


def test_the_uploader_opens_the_original_until_it_is_sealed(case: Any) -> None:
    queries.open_for(case["consumer"], case["item"], original=True).stream.close()
    actions.seal(item_ids=[case["item"]], actor=case["boss"], at=AT)
    with pytest.raises(OriginalSealed):
        queries.open_for(case["consumer"], case["item"], original=True)


def test_sealing_is_recorded_once_with_the_digest(case: Any) -> None:
    for _ in range(2):
        actions.seal(item_ids=[case["item"]], actor=case["boss"], at=AT)
    item = Item.objects.get()
    assert item.sealed_at == AT
    assert names(item.id) == ["evidence.uploaded", "evidence.sealed"]
    assert entries_of(item.id)[-1].data["sha256"] == item.blob_id


def test_sealing_without_role_or_case_is_refused(case: Any) -> None:
    with pytest.raises(NotAllowed):
        actions.seal(item_ids=[case["item"]], actor=case["merchant"], at=AT)
    agent = case["agent"]
    loose = actions.upload(actor=agent, at=AT, content=pdf(), name="a", party="platform")
    with pytest.raises(Refusal, match="no case"):
        actions.seal(item_ids=[loose.id], actor=agent, at=AT)
    assert Item.objects.filter(sealed_at__isnull=False).count() == 0


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_damage_is_found_named_and_never_sealed(case: Any, root: Path, harm: str) -> None:
    item = Item.objects.get()
    path = root / item.blob_id[:2] / item.blob_id[2:4] / item.blob_id
    path.unlink()
    if harm == "changed":
        path.write_bytes(b"other")
    assert queries.verify_item(item.id).ok is False
    with pytest.raises(Damaged):
        actions.seal(item_ids=[item.id], actor=case["boss"], at=AT)
    assert (names(item.id)[-1], Item.objects.get().sealed_at) == ("evidence.damaged", None)


def test_an_intact_file_verifies(case: Any) -> None:
    check = queries.verify_item(case["item"])
    assert (check.ok, check.found) == (True, Item.objects.get().blob_id)
