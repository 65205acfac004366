from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.models import BlindIndex, Person
from bihuan.marketplace import models as m
from bihuan.marketplace import queries
from bihuan.marketplace.config import Config
from bihuan.marketplace.digests import phone_digest, ref_digest
from bihuan.marketplace.port import Check, Claimant
from bihuan.marketplace.tests.factories import AT, line, record, take

pytestmark = pytest.mark.django_db
HTTP = Config(adapter="http", url="https://m.example", key_id="k", secret="s")


def facts(number: str = "A1", *lines: str, person_id: UUID | None = None, **who: object) -> queries.Facts:
    claimant = Claimant(**who)  # type: ignore[arg-type]
    return queries.acceptance_facts(order_number=number, lines=lines, claimant=claimant, person_id=person_id)


def person(**digests: bytes) -> UUID:
    made = Person.objects.create(kind="consumer", pseudonym="AB12", created_at=AT)
    for field, digest in digests.items():
        BlindIndex.objects.create(person=made, field=field, part="whole", digest=digest, proven=True)
    return made.id


def said(found: queries.Facts) -> tuple[str, ...]:
    return tuple(f"{c.result}:{c.basis}" for c in (found.order, found.party, found.registered))


def test_the_buyer_by_reference() -> None:
    take(record())
    found = facts(buyer_ref="buyer-1")
    assert said(found) == ("pass:order.found", "pass:party.buyer_ref", "pass:buyer.registered")
    assert found.standing.result is Check.PASS


def test_the_buyer_by_phone() -> None:
    take(record())
    found = facts(phone_digest=phone_digest("+86 199-0000-0001"))
    assert said(found) == ("pass:order.found", "pass:party.phone", "pass:buyer.registered")


def test_a_person_is_recognised_by_the_phone_in_the_vault() -> None:
    take(record())
    found = facts(person_id=person(phone=phone_digest("19900000001")))
    assert said(found) == ("pass:order.found", "pass:party.phone", "pass:buyer.registered")


def test_a_person_is_recognised_by_the_reference_in_the_vault() -> None:
    take(record())
    found = facts(person_id=person(external_ref=ref_digest("buyer-1")))
    assert said(found) == ("pass:order.found", "pass:party.buyer_ref", "pass:buyer.registered")


def test_a_stranger_is_no_party() -> None:
    take(record())
    found = facts(person_id=person(phone=phone_digest("19900000002")))
    assert said(found) == ("pass:order.found", "fail:party.other", "fail:buyer.unknown_here")
    assert found.standing.result is Check.FAIL


def test_an_order_that_the_store_does_not_know() -> None:
    assert said(facts("A9", buyer_ref="b")) == (
        "fail:order.absent",
        "fail:order.absent",
        "fail:buyer.unknown_here",
    )


def test_an_order_that_an_outside_marketplace_was_not_asked_for(settings: object) -> None:
    settings.MARKETPLACE = HTTP  # type: ignore[attr-defined]
    found = facts("A9", buyer_ref="b")
    assert said(found) == ("unknown:order.not_asked", "unknown:order.not_asked", "unknown:buyer.not_asked")
    assert found.standing.result is Check.UNKNOWN


@pytest.mark.parametrize(
    ("result", "answered_at", "expected"),
    [("unknown", None, "unknown:order.unreachable"), ("absent", AT, "fail:order.absent")],
)
def test_what_came_of_the_last_question(
    settings: object, result: str, answered_at: object, expected: str
) -> None:
    settings.MARKETPLACE = HTTP  # type: ignore[attr-defined]
    m.Lookup.objects.create(number="A9", result=result, asked_at=AT, answered_at=answered_at)
    assert said(facts("A9", buyer_ref="b"))[0] == expected


def test_no_order_and_nobody_given() -> None:
    assert said(facts("")) == ("fail:order.not_given", "fail:order.not_given", "fail:buyer.not_given")


def test_a_phone_where_the_order_has_none_is_unknown() -> None:
    take(record(buyer={"ref": "buyer-1"}))
    assert said(facts(phone_digest=phone_digest("19900000001")))[1] == "unknown:party.no_phone"


def test_a_buyer_who_is_not_registered_is_still_a_party() -> None:
    take(record(buyer={"ref": "buyer-1", "registered": False}))
    found = facts(buyer_ref="buyer-1")
    assert said(found)[2] == "fail:buyer.unregistered"
    assert found.standing.basis == "party.buyer_ref"


def test_lines() -> None:
    take(record("A1", line(1), line(2, 250)))
    found = facts("A1", "2", buyer_ref="buyer-1")
    assert [(item.number, item.paid_fen) for item in found.named_lines] == [(2, 250)]
    assert found.lines.basis == "line.found"
    assert facts("A1", "2", "7").lines.basis == "line.absent"
    assert facts("A1").lines.basis == "line.not_given"


def test_it_is_one_round_trip() -> None:
    take(record())
    with CaptureQueriesContext(
        connection,
    ) as caught:
        facts("A1", "1", buyer_ref="buyer-1")
    assert len(caught) == 1
