"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.ledger.models import Account, Leg, Posting
from bihuan.ledger.tests.factories import AT, MANAGER, book_all, order, sent

pytestmark = pytest.mark.django_db

FORBIDDEN = [
    "UPDATE ledger_leg SET amount_fen = amount_fen + 1",
    "DELETE FROM ledger_leg",
    "UPDATE ledger_posting SET what = 'moved'",
    "DELETE FROM ledger_posting",
    "UPDATE ledger_account SET kind = 'expense'",
    "DELETE FROM ledger_account",
    "INSERT INTO ledger_account (id, kind, currency) VALUES (gen_random_uuid(), 'carrier', 'CNY')",
    "INSERT INTO ledger_account (id, kind, currency) VALUES (gen_random_uuid(), 'transit', 'CNY')",
    "INSERT INTO ledger_leg (posting_id, account_id, amount_fen)"
    " SELECT min(posting_id), min(account_id::text)::uuid, 0 FROM ledger_leg",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_database_refuses(sql: str) -> None:
    order()
    sent()
    book_all()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert (Posting.objects.count(), Leg.objects.count()) == (2, 4)


def posting() -> Posting:
    return Posting.objects.create(
        entry_id=10**12, what="moved", booked_by=MANAGER.id, occurred_at=AT, booked_at=AT
    )


@pytest.mark.parametrize("amounts", [[], [5], [5, -4], [5, 5, -9]])
def test_what_does_not_add_up_cannot_be_committed(amounts: list[int]) -> None:
    order()
    sent()
    book_all()
    row = posting()
    account = Account.objects.first()
    for amount in amounts:
        Leg.objects.create(posting=row, account=account, amount_fen=amount)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_no_leg_joins_a_posting_later() -> None:
    order()
    sent()
    book_all()
    row, account = Posting.objects.first(), Account.objects.first()
    late = [Leg(posting=row, account=account, amount_fen=amount) for amount in (7, -7)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Leg.objects.bulk_create(late)
    assert Leg.objects.count() == 4
