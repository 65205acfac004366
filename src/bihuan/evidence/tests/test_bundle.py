"""The export for a mediator: same evidence, same bytes; each file with its digest and origin."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid, NotAllowed, NotFound
from bihuan.evidence import actions
from bihuan.evidence.errors import Damaged
from bihuan.evidence.models import Access, Item
from bihuan.evidence.tests.factories import AT, LATER, actor, pdf, picture, staff
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(case_readers: Any) -> Any:
    consumer, boss, case_id = actor(), staff(), uuid4()
    case_readers[case_id] = {boss.id}
    ids = [
        actions.upload(actor=consumer, at=AT, content=c, name="凭证", party="consumer").id
        for c in (picture(), pdf())
    ]
    actions.attach(item_ids=ids, case_id=case_id, actor=consumer, at=AT)
    return boss, case_id


def test_the_manifest_matches_the_files(case: Any) -> None:
    boss, case_id = case
    with zipfile.ZipFile(actions.bundle(actor=boss, at=AT, case_id=case_id, reason="mediation")) as made:
        manifest = json.loads(made.read("manifest.json"))
        assert manifest["case"] == str(case_id)
        for entry in manifest["items"]:
            content = made.read(entry["file"])
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]
            assert len(content) == entry["size"]
            assert b"SecretCamera" not in content
    assert sorted(e["stripped"] for e in manifest["items"]) == [False, True]


def test_the_same_evidence_gives_the_same_bytes(case: Any) -> None:
    boss, case_id = case
    made = [
        actions.bundle(actor=boss, at=at, case_id=case_id, reason="mediation").read() for at in (AT, LATER)
    ]
    assert made[0] == made[1]


def test_taking_away_is_recorded_for_each_file(case: Any) -> None:
    boss, case_id = case
    actions.bundle(actor=boss, at=AT, case_id=case_id, reason="litigation", original=True)
    assert Access.objects.filter(actor_id=boss.id, original=True, reason="litigation").count() == 2
    assert {entries_of(i.id)[-1].event for i in Item.objects.all()} == {"evidence.exported"}


def test_it_needs_permission_case_and_reason(case: Any, case_readers: Any) -> None:
    boss, case_id = case
    agent = staff(Role.AGENT)
    case_readers[case_id].add(agent.id)
    with pytest.raises(NotAllowed):
        actions.bundle(actor=agent, at=AT, case_id=case_id, reason="mediation")
    with pytest.raises(NotFound):
        actions.bundle(actor=staff(), at=AT, case_id=case_id, reason="mediation")
    with pytest.raises(Invalid):
        actions.bundle(actor=boss, at=AT, case_id=case_id, reason="because")
    assert Access.objects.count() == 0


def test_a_damaged_file_is_not_given_away(case: Any, root: Path) -> None:
    boss, case_id = case
    sha = Item.objects.get(public__isnull=True).blob_id
    path = root / sha[:2] / sha[2:4] / sha
    path.unlink()
    path.write_bytes(b"%PDF forged")
    with pytest.raises(Damaged):
        actions.bundle(actor=boss, at=AT, case_id=case_id, reason="mediation")
    assert Access.objects.count() == 0
