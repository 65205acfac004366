"""Recourse on a carrier books itself once the consumer has the money, never more than claimed, once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts.queries.people import OrganisationKind
from bihuan.aftersales.events import RecourseDue
from bihuan.journal.actions import Draft, append
from bihuan.journal.models import Entry
from bihuan.journal.subject import Subject
from bihuan.ledger import actions
from bihuan.ledger.models import Posting
from bihuan.ledger.tests.factories import (
    AT,
    CARRIER,
    CASE,
    MANAGER,
    MERCHANT,
    PROGRAM,
    book_all,
    books,
    credit,
    fail,
    later,
    order,
    sent,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def due(amount: int, carrier: UUID | None = CARRIER) -> int:
    said = RecourseDue(
        recourse_id=uuid4(), amount=amount, ground="lost", organisation_id=MERCHANT, carrier_id=carrier
    )
    with transaction.atomic():
        draft = Draft(subject=Subject("case", CASE), event=said, actor=PROGRAM, occurred_at=AT)
        return append([draft])[0].id


def moved() -> list[tuple[str, int]]:
    found = Entry.objects.filter(event="ledger.moved").order_by("id")
    return [(entry.data["to_id"], entry.data["amount"]) for entry in found]


def test_the_merchant_bears_it_until_the_consumer_has_it_then_the_carrier_owes_it() -> None:
    order()
    entry = due(1_000)
    row = sent(1_560, case_id=CASE)
    book_all()
    assert actions.claim(entry_id=entry, actor=PROGRAM, at=later(60)) == []
    assert books() == {"merchant": 1_560, "transit": -1_560}
    credit(row)
    book_all()
    assert books() == {"carrier": 1_000, "clearing": -1_560, "merchant": 560}
    assert moved() == [(str(CARRIER), 1_000)]


def test_a_claim_above_what_arrived_reaches_as_far_as_that() -> None:
    order()
    due(9_000)
    credit(sent(700, case_id=CASE))
    book_all()
    assert books() == {"carrier": 700, "clearing": -700}
    credit(sent(300, case_id=CASE, key="refund-0002"), 7)
    book_all()
    assert moved() == [(str(CARRIER), 700), (str(CARRIER), 300)]


def test_doubled_and_late_it_is_booked_once() -> None:
    order()
    credit(sent(1_560, case_id=CASE))
    book_all()
    entry = due(1_000)
    assert len(actions.claim(entry_id=entry, actor=PROGRAM, at=later(60))) == 1
    assert actions.claim(entry_id=entry, actor=PROGRAM, at=later(61)) == []
    assert actions.catch_up(actor=PROGRAM, at=later(70), since=AT) == 0
    assert books()["carrier"] == 1_000


def test_what_a_person_reversed_stays_reversed() -> None:
    order()
    credit(sent(1_560, case_id=CASE))
    book_all()
    entry = due(1_000)
    number = actions.claim(entry_id=entry, actor=PROGRAM, at=later(60))[0]
    actions.reverse(actor=MANAGER, at=later(62), posting_id=number, reason="承运方举证已签收")
    assert actions.claim(entry_id=entry, actor=PROGRAM, at=later(63)) == []
    assert "carrier" not in books()


def test_an_unknown_carrier_and_a_failed_refund_stay_with_a_person() -> None:
    order()
    due(1_000, None)
    credit(sent(500, case_id=CASE))
    due(1_000)
    fail(sent(200, case_id=uuid4(), key="refund-0002"))
    assert not Posting.objects.filter(what="moved").exists()
    book_all()
    assert moved() == [(str(CARRIER), 500)]


def test_a_remedy_for_a_lost_parcel_is_claimed_of_its_one_carrier() -> None:
    parcel = {"carrier": "sf", "tracking_number": "T1", "state": "lost"}
    order(shipments=[parcel])
    accounts_id = accounts.create_organisation(
        kind=OrganisationKind.CARRIER, name="顺丰", reference="sf", actor=PROGRAM, at=AT
    ).id
    row = sent(800, case_id=CASE, kind="goodwill", beyond_price=True, rule="remedy.R8")
    credit(row)
    book_all()
    assert books() == {"carrier": 800, "clearing": -800}
    assert moved() == [(str(accounts_id), 800)]
