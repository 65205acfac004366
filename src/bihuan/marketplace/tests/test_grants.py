"""Vouchers and longer validity: the built-in store's book, a marketplace outside, lost answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid, NotFound
from bihuan.marketplace import actions, queries
from bihuan.marketplace import models as m
from bihuan.marketplace.grant import Grant, GrantKind, GrantState
from bihuan.marketplace.port import Unknown, Why
from bihuan.marketplace.store import Store
from bihuan.marketplace.tests.factories import actor, line, record, take
from bihuan.marketplace.tests.serving import running

VOUCHER = Grant("grant-0001", GrantKind.VOUCHER, "A1", 30, "incident", 500)
LONGER = Grant("grant-0002", GrantKind.VALIDITY, "A1", 7, "incident")
ABSENT = Grant("grant-0003", GrantKind.VOUCHER, "A9", 30, "incident", 500)


def _taken(**more: object) -> None:
    take(record("A1", line(1)) | more)


@pytest.mark.django_db
def test_the_store_gives_each_once_and_names_who_gets_nothing() -> None:
    _taken()
    first = Store().grant([VOUCHER, LONGER, ABSENT])
    again = Store().grant([VOUCHER, LONGER, ABSENT])
    assert first == again
    assert not isinstance(first, Unknown)
    assert [(one.key, str(one.state), one.code) for one in first] == [
        ("grant-0001", "granted", ""), ("grant-0002", "granted", ""),
        ("grant-0003", "refused", "order_absent"),
    ]  # fmt: skip
    assert m.Grant.objects.count() == 2


@pytest.mark.django_db
def test_a_known_key_with_other_content_is_refused_and_changes_nothing() -> None:
    _taken()
    Store().grant([VOUCHER])
    found = Store().grant([replace(VOUCHER, amount_fen=900)])
    assert not isinstance(found, Unknown)
    assert (found[0].state, found[0].code) == (GrantState.REFUSED, "key_used")
    assert m.Grant.objects.get().amount_fen == 500


@pytest.mark.django_db
def test_an_ended_order_cannot_stay_valid_longer_but_what_was_given_stays() -> None:
    _taken()
    given = Store().grant([LONGER])
    m.Order.objects.update(status="cancelled")
    assert Store().grant([LONGER]) == given
    found = Store().grant([replace(LONGER, key="grant-0009"), replace(VOUCHER, key="grant-0008")])
    assert not isinstance(found, Unknown)
    assert [(str(one.state), one.code) for one in found] == [("refused", "ended"), ("granted", "")]


@pytest.mark.django_db
def test_whoever_redeems_reads_the_book() -> None:
    _taken()
    Store().grant([VOUCHER])
    found = queries.grants_of(actor(Role.AGENT), "A1")
    assert [(row.kind, row.amount_fen, row.days) for row in found] == [("voucher", 500, 30)]
    with pytest.raises(NotFound):
        queries.grants_of(actor(Role.AGENT), "A9")


def test_a_call_has_an_end() -> None:
    with pytest.raises(Invalid, match="200"):
        actions.grant(grants=[VOUCHER] * 201)


def test_a_marketplace_outside_is_asked_for_many_at_once() -> None:
    with running() as on:
        found = on.port.grant([VOUCHER, LONGER, ABSENT])
        assert not isinstance(found, Unknown)
        assert [(str(one.state), one.code, one.reference) for one in found] == [
            ("granted", "", "grant-1"), ("granted", "", "grant-2"), ("refused", "order_absent", ""),
        ]  # fmt: skip
        assert on.app.requests == [("PUT", "v1/grants")]


def test_a_lost_answer_is_unknown_and_asking_again_gives_nothing_more() -> None:
    with running(attempts=1) as on:
        on.app.faults.lose_answers = 1
        assert on.port.grant([VOUCHER]) == Unknown(Why.ERROR)
        again = on.port.grant([VOUCHER])
        assert not isinstance(again, Unknown)
        assert again[0].state is GrantState.GRANTED
        assert on.app.given == [("grant-0001", "A1")]


def test_an_answer_that_leaves_out_a_key_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as on:
        monkeypatch.setattr(on.app, "_grant", lambda asked: {"key": "grant-0001", "state": "granted"})
        assert on.port.grant([VOUCHER, LONGER]) == Unknown(Why.MALFORMED)


def test_what_is_held_is_pending_until_it_is_given() -> None:
    with running() as on:
        on.app.faults.hold_grants = True
        first = on.port.grant([VOUCHER])
        on.app.grants["grant-0001"]["state"] = "granted"
        then = on.port.grant([VOUCHER])
        assert not isinstance(first, Unknown)
        assert not isinstance(then, Unknown)
        assert [str(first[0].state), str(then[0].state)] == ["pending", "granted"]
