"""Deposits, draws, receipts, moves, reversals, write-offs: each adds up, refusals change nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.engine.errors import BihuanError, Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.models import Entry
from bihuan.ledger import actions, queries
from bihuan.ledger.actions.posting import account_id
from bihuan.ledger.chart import Account
from bihuan.ledger.models import Posting, WriteOff
from bihuan.ledger.tests.factories import (
    AT,
    AUDITOR,
    CARRIER,
    CASE,
    MANAGER,
    MERCHANT,
    SUPERVISOR,
    book_all,
    books,
    credit,
    given,
    merchant_person,
    order,
    sent,
)  # fmt: skip

pytestmark = pytest.mark.django_db
CLAIM = account_id(Account.MERCHANT, MERCHANT)


@pytest.fixture(autouse=True)
def owed() -> None:
    """The merchant owes 1,000 fen of a refund and has a deposit of 5,000."""
    order()
    credit(sent(1_000))
    book_all()
    deposit(5_000)


def deposit(amount: int, **more: Any) -> int:
    said = {"actor": SUPERVISOR, "at": AT, "organisation_id": MERCHANT, "given": given(amount)}
    return actions.deposit_in(**(said | more))


def move(amount: int, taker: str = "carrier", taker_id: UUID | None = CARRIER, **more: Any) -> int:
    said = {"actor": SUPERVISOR, "at": AT, "from_bearer": "merchant", "from_id": MERCHANT}
    return actions.move(
        to_bearer=taker, to_id=taker_id, **({"given": given(amount, reference="")} | said | more)
    )


def test_a_deposit_is_held_and_given_back() -> None:
    assert books() == {"clearing": 4_000, "deposit": -5_000, "merchant": 1_000}
    actions.deposit_out(actor=SUPERVISOR, at=AT, organisation_id=MERCHANT, given=given(2_000))
    assert books()["deposit"] == -3_000


def test_recourse_on_the_deposit() -> None:
    number = actions.draw_deposit(
        actor=SUPERVISOR, at=AT, organisation_id=MERCHANT, given=given(1_000, case_id=CASE)
    )
    assert books() == {"clearing": 4_000, "deposit": -4_000}
    posting = Posting.objects.get(id=number)
    entry = Entry.objects.get(id=posting.entry_id)
    assert (entry.event, entry.subject_id, entry.data["amount"]) == ("ledger.deposit_drawn", MERCHANT, 1_000)
    assert posting.case_id == CASE


def test_recourse_on_the_carrier() -> None:
    move(400, given=given(400, case_id=CASE))
    assert books()["carrier"] == 400
    actions.receive(actor=MANAGER, at=AT, owed="carrier", organisation_id=CARRIER, given=given(400))
    assert books() == {"clearing": 4_400, "deposit": -5_000, "merchant": 600}


def test_the_platform_takes_a_cost_over() -> None:
    move(1_000, "expense", None)
    assert (books()["expense"], books().get("merchant")) == (1_000, None)


REFUSED: list[tuple[str, dict[str, Any], type[BihuanError]]] = [
    ("deposit_in", {"actor": AUDITOR}, NotAllowed),
    ("deposit_in", {"actor": merchant_person()}, NotAllowed),
    ("deposit_in", {"given": given(0)}, Invalid),
    ("deposit_in", {"given": given(5, reference="")}, Invalid),
    ("deposit_out", {"given": given(5_001)}, Refusal),
    ("draw_deposit", {"given": given(1_001)}, Refusal),
    ("draw_deposit", {"given": given(5, reason=" ")}, Invalid),
    ("draw_deposit", {"given": given(5, case_id=MERCHANT)}, Refusal),
    ("receive", {"owed": "merchant", "given": given(1_001)}, Refusal),
    ("receive", {"owed": "deposit", "given": given(1)}, Invalid),
]


@pytest.mark.parametrize(("verb", "more", "error"), REFUSED)
def test_refused_nothing_changed(verb: str, more: dict[str, Any], error: type[BihuanError]) -> None:
    before, entries = books(), Entry.objects.count()
    said = {"actor": SUPERVISOR, "at": AT, "organisation_id": MERCHANT, "given": given(100)}
    with pytest.raises(error):
        getattr(actions, verb)(**(said | more))
    assert (books(), Entry.objects.count()) == (before, entries)


def test_nobody_bears_more_than_there_is() -> None:
    before = books()
    for more in ({"given": given(1_001)}, {"given": given(10, case_id=CARRIER)}):
        with pytest.raises(Refusal):
            move(0, **more)
    with pytest.raises(Invalid):
        move(10, "merchant", MERCHANT)
    with pytest.raises(Invalid):
        move(10, "carrier", None)
    assert books() == before


def test_a_mistake_is_reversed_once_and_stays_to_be_seen() -> None:
    number = deposit(300)
    undone = actions.reverse(actor=MANAGER, at=AT, posting_id=number, reason="录入错误")
    assert books()["deposit"] == -5_000
    assert Posting.objects.get(id=undone).reverses_id == number
    with pytest.raises(Refusal):
        actions.reverse(actor=MANAGER, at=AT, posting_id=number, reason="再次")


def test_what_follows_from_a_refund_is_not_reversed_by_hand() -> None:
    first = Posting.objects.filter(what="refund").get()
    with pytest.raises(Refusal):
        actions.reverse(actor=MANAGER, at=AT, posting_id=first.pk, reason="x")
    with pytest.raises(NotAllowed):
        actions.reverse(actor=SUPERVISOR, at=AT, posting_id=first.pk, reason="x")
    with pytest.raises(NotFound):
        actions.reverse(actor=MANAGER, at=AT, posting_id=0, reason="x")


def test_a_deposit_that_was_drawn_is_not_taken_back() -> None:
    number = Posting.objects.get(what="deposit_in").pk
    actions.draw_deposit(actor=SUPERVISOR, at=AT, organisation_id=MERCHANT, given=given(1_000))
    with pytest.raises(Refusal):
        actions.reverse(actor=MANAGER, at=AT, posting_id=number, reason="x")


def write_off(amount: int = 600, **more: Any) -> WriteOff:
    said = {"actor": SUPERVISOR, "at": AT, "account_id": CLAIM, "reason": "商家已注销，无财产可执行"}
    return actions.ask_write_off(**(said | {"amount_fen": amount} | more))


def test_a_claim_is_given_up_by_two_people() -> None:
    row = write_off()
    assert (books()["merchant"], len(queries.write_offs(actor=AUDITOR))) == (1_000, 1)
    actions.approve_write_off(actor=MANAGER, at=AT, write_off_id=row.id)
    assert (books()["merchant"], books()["write_off"]) == (400, 600)
    assert queries.write_offs(actor=AUDITOR) == []


def test_nobody_decides_on_the_own_write_off() -> None:
    row = write_off(actor=MANAGER)
    with pytest.raises(Refusal) as refused:
        actions.approve_write_off(actor=MANAGER, at=AT, write_off_id=row.id)
    assert refused.value.error_code == "ledger.four_eyes"
    with pytest.raises(NotAllowed):
        actions.approve_write_off(actor=SUPERVISOR, at=AT, write_off_id=row.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(state="approved", decided_by=MANAGER.id, decided_at=AT)
    assert books()["merchant"] == 1_000


def test_a_rejected_one_stays_owed() -> None:
    row = write_off()
    with pytest.raises(Invalid):
        actions.reject_write_off(actor=MANAGER, at=AT, write_off_id=row.id, reason="")
    actions.reject_write_off(actor=MANAGER, at=AT, write_off_id=row.id, reason="继续追偿")
    with pytest.raises(Refusal):
        actions.approve_write_off(actor=MANAGER, at=AT, write_off_id=row.id)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_writeoff SET state = 'asked', decided_by = NULL, decided_at = NULL")
    assert books()["merchant"] == 1_000


def test_what_was_paid_meanwhile_is_not_given_up() -> None:
    row = write_off(1_000)
    actions.receive(actor=MANAGER, at=AT, owed="merchant", organisation_id=MERCHANT, given=given(1))
    with pytest.raises(Refusal):
        actions.approve_write_off(actor=MANAGER, at=AT, write_off_id=row.id)
    with pytest.raises(Refusal):
        write_off(1_001)
    with pytest.raises(Invalid):
        write_off(1, account_id=account_id(Account.DEPOSIT, MERCHANT))
    assert WriteOff.objects.get().state == "asked"


def test_who_sees_what() -> None:
    own, stranger = merchant_person(), merchant_person(CARRIER)
    assert {b.kind: b.fen for b in queries.balances_of(actor=own, organisation_id=MERCHANT)} == {
        "merchant": 1_000, "deposit": -5_000,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        queries.balances_of(actor=stranger, organisation_id=MERCHANT)
    with pytest.raises(NotAllowed):
        queries.trial_balance(actor=own)
    assert len(queries.postings(actor=own, filters=queries.Filters())) == 4
    assert queries.postings(actor=stranger, filters=queries.Filters()) == []
    assert sum(b.fen for b in queries.trial_balance(actor=AUDITOR)) == 0
    with pytest.raises(NotFound):
        queries.account_for(stranger, CLAIM)
    with pytest.raises(NotFound):
        queries.posting_for(stranger, Posting.objects.get(what="deposit_in").pk)


def test_an_account_with_its_running_balance() -> None:
    actions.receive(actor=MANAGER, at=AT, owed="merchant", organisation_id=MERCHANT, given=given(250))
    lines = queries.lines_of(queries.account_for(AUDITOR, CLAIM))
    assert [(line.amount_fen, line.balance_fen) for line in lines] == [(-250, 750), (1_000, 1_000)]
    assert [line.balance_fen for line in queries.lines_of(queries.account_for(AUDITOR, CLAIM), limit=1)] == [
        750
    ]
    assert {b.kind: b.fen for b in queries.balances_of_case(actor=AUDITOR, case_id=CASE)} == {
        "consumer": 0, "transit": 0, "clearing": -1_000, "merchant": 1_000,
    }  # fmt: skip
