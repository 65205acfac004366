"""kill -9 between any two steps of refund and booking: paid once, booked once, the books are the refunds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from bihuan.journal.models import Entry
from bihuan.ledger import queries
from bihuan.ledger.models import Leg, Posting
from bihuan.ledger.tests.factories import AUDITOR, ask, book_all, books, credit, later, paid_order
from bihuan.marketplace.tests.serving import Setup
from bihuan.money.models import Refund
from bihuan.money.tests.factories import AT, committed, send
from bihuan.money.tests.test_killed import database, killed, recover
from bihuan.project import reactions

pytestmark = pytest.mark.django_db(transaction=True)


def killed_while_booking(entry: Entry, point: str) -> None:
    environ = os.environ | {"DATABASE_URL": database(), "BIHUAN_DATABASE_OWNER_URL": database()}
    command = [sys.executable, "-m", "bihuan.ledger.tests.dying", point, str(entry.id), AT.isoformat()]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr


def refund() -> Refund:
    paid_order()
    return ask(1_560)


def right() -> bool:
    return queries.is_zero() and all(one.agrees for one in queries.agreement(actor=AUDITOR))


@pytest.mark.parametrize("point", ["before_posting", "posted_not_committed", "committed"])
def test_killed_while_booking(bank: Setup, point: str) -> None:
    row = refund()
    send(row)
    first = Entry.objects.get(event="money.refund_sent")
    killed_while_booking(first, point)
    assert Posting.objects.count() == (1 if point == "committed" else 0)
    for entry in Entry.objects.filter(event__in=queries.BOOKED_EVENTS):
        for _ in range(2):
            reactions.react(entry_id=entry.id, reaction="ledger.book", at=later(60))
    assert (Posting.objects.count(), Leg.objects.count(), books()) == (
        2, 4, {"merchant": 1_560, "transit": -1_560},
    )  # fmt: skip
    assert right()


@pytest.mark.parametrize("point", ["sent_not_committed", "after_the_call", "answer_not_committed"])
def test_killed_while_sending_a_split_refund(bank: Setup, point: str) -> None:
    row = refund()
    killed(bank, row, point, "send", AT)
    book_all()
    recover(row)
    for _ in range(2):
        credit(row, 90)
    book_all()
    assert bank.app.payments == [("refund-0001", 1_560)]
    assert [part["amount_fen"] for part in bank.app.splits["refund-0001"]] == [400, 160, 1_000]
    assert committed() == {1: 1_560}
    assert books() == {"clearing": -1_000, "merchant": 1_560, "points": -400, "voucher": -160}
    assert right()
