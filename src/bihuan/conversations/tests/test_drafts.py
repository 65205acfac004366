"""Drafts of two windows, and followers."""

from __future__ import annotations

from uuid import UUID

import pytest

from bihuan.accounts.models import PersonKey
from bihuan.accounts.vault.crypto import VaultError
from bihuan.conversations import actions, queries
from bihuan.conversations.actions import DraftChanged
from bihuan.conversations.models import Draft, Follower
from bihuan.conversations.tests.conftest import AGENT, AT, CONSUMER


def save(case: UUID, body: str, seen: int | None) -> int:
    return actions.save_draft(case_id=case, audience="consumer", body=body, actor=AGENT, at=AT, seen=seen)


def test_saving_goes_on_from_the_revision_that_was_seen(case: UUID) -> None:
    first = save(case, "写", 0)
    second = save(case, "写了", first)
    assert second != first
    assert queries.drafts_of(case, AGENT.id)["consumer"] == queries.Begun("写了", second, AT)


def test_what_another_window_saved_is_not_overwritten(case: UUID) -> None:
    first = save(case, "一", 0)
    save(case, "一二", first)
    for seen in (0, first):
        with pytest.raises(DraftChanged):
            save(case, "别的", seen)
    assert queries.draft_body(Draft.objects.get()) == "一二"
    assert save(case, "别的", None)


def test_the_same_words_are_no_conflict(case: UUID) -> None:
    save(case, "一样", 0)
    assert save(case, "一样", 0)


def test_a_draft_sent_elsewhere_is_no_ground_to_write_on(case: UUID) -> None:
    seen = save(case, "写", 0)
    assert save(case, "", seen) == 0
    with pytest.raises(DraftChanged):
        save(case, "写了", seen)
    assert not Draft.objects.exists()


def test_following_twice_is_following_once(case: UUID) -> None:
    actions.follow(case_id=case, actor=AGENT, at=AT)
    actions.follow(case_id=case, actor=AGENT, at=AT)
    actions.follow(case_id=case, actor=AGENT, at=AT, person_id=CONSUMER.id)
    assert queries.followers_of(case) == [AGENT.id, CONSUMER.id]
    actions.unfollow(case_id=case, actor=AGENT)
    assert list(Follower.objects.values_list("person_id", flat=True)) == [CONSUMER.id]


def test_a_draft_is_sealed_and_ends_with_its_writer(case: UUID) -> None:
    actions.save_draft(case_id=case, audience="internal", body="电话 13812345678", actor=AGENT, at=AT)
    row = Draft.objects.get()
    assert "13812345678" not in bytes(row.sealed).decode("latin-1")
    PersonKey.objects.filter(person_id=AGENT.id).delete()
    with pytest.raises(VaultError):
        queries.draft_body(row)
