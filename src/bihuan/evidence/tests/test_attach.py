"""Files uploaded before the complaint join it: all or none, and only by whoever uploaded them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.evidence import actions, queries
from bihuan.evidence.errors import NotAttached
from bihuan.evidence.models import Item
from bihuan.evidence.tests.factories import AT, LATER, actor, pdf
from bihuan.journal.actor import Actor

pytestmark = pytest.mark.django_db


def given(person: Actor, count: int = 1) -> list[UUID]:
    return [
        actions.upload(actor=person, at=AT, content=pdf(b"%d" % n), name=f"{n}", party="consumer").id
        for n in range(count)
    ]


def test_many_are_attached_in_one_statement_in_order() -> None:
    person, case_id = actor(), uuid4()
    ids = given(person, 3)[::-1]
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        refs = actions.attach(item_ids=ids, case_id=case_id, actor=person, at=AT)
    assert len([s for s in statements if "SAVEPOINT" not in s["sql"]]) == 1
    assert [r.id for r in refs] == ids
    assert {i.id for i in queries.items_of(case_id)} == set(ids)


def test_another_person_cannot_attach_them() -> None:
    mine = given(actor())
    with pytest.raises(NotAttached), transaction.atomic():
        actions.attach(item_ids=mine, case_id=uuid4(), actor=actor(), at=AT)
    assert Item.objects.get().subject_id is None


def test_one_that_is_gone_keeps_all_back() -> None:
    person = actor()
    ids = given(person)
    with pytest.raises(NotAttached, match="1 of the files"), transaction.atomic():
        actions.attach(item_ids=[*ids, uuid4()], case_id=uuid4(), actor=person, at=AT)
    assert Item.objects.get().subject_id is None


def test_a_file_of_another_case_is_refused_and_of_the_same_is_not_changed() -> None:
    person, case_id = actor(), uuid4()
    ids = given(person)
    actions.attach(item_ids=ids, case_id=case_id, actor=person, at=AT)
    with pytest.raises(NotAttached), transaction.atomic():
        actions.attach(item_ids=ids, case_id=uuid4(), actor=person, at=LATER)
    actions.attach(item_ids=ids * 2, case_id=case_id, actor=person, at=LATER)
    item = Item.objects.get()
    assert (item.subject_id, item.claimed_at) == (case_id, AT)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evidence_item SET subject_id = gen_random_uuid()",
        "UPDATE evidence_item SET uploader_id = gen_random_uuid()",
        "UPDATE evidence_item SET uploaded_at = now()",
        "DELETE FROM evidence_item",
        "UPDATE evidence_blob SET size = 1",
    ],
)
def test_the_database_refuses_to_rewrite_custody(change: str) -> None:
    person = actor()
    actions.attach(item_ids=given(person), case_id=uuid4(), actor=person, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Item.objects.count() == 1
