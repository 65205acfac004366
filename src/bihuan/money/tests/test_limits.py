"""Limits are data with a day of effect; nobody widens one for a payment of today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bihuan.engine.errors import BihuanError, Invalid, NotAllowed, Refusal
from bihuan.journal.models import Entry
from bihuan.money import actions, queries
from bihuan.money.models import Limit
from bihuan.money.tests.factories import AGENT, AT, MANAGER, SUPERVISOR, ask, line, order

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(AT)
TOMORROW = TODAY + timedelta(days=1)


def limit(**more: object) -> Limit:
    given = {"role": "agent", "most_fen": 30_000, "from_date": TOMORROW, "reason": "双十一期间授权"}
    return actions.set_limit(**({"actor": MANAGER, "at": AT} | given | more))


def test_it_holds_from_its_day_on() -> None:
    order(line(1, 2_000_000))
    limit()
    assert queries.limit_of(AGENT, AT) == 20_000
    assert queries.limit_of(AGENT, AT + timedelta(days=1)) == 30_000
    assert ask(25_000).state == "held"
    assert ask(25_000, key="refund-0002", at=AT + timedelta(days=1)).state == "requested"


def test_the_latest_word_for_a_day_holds_and_the_history_stays() -> None:
    limit()
    limit(most_fen=10_000)
    assert queries.limit_of(AGENT, AT + timedelta(days=2)) == 10_000
    assert [row.most_fen for row in queries.limit_history(actor=SUPERVISOR)] == [10_000, 30_000]


def test_no_limit_at_all() -> None:
    limit(role="supervisor", most_fen=None)
    assert queries.limit_of(SUPERVISOR, AT + timedelta(days=1)) == queries.UNLIMITED


def test_it_is_said_without_the_words_of_the_reason() -> None:
    row = limit()
    entry = Entry.objects.get(event="money.limit_set")
    assert entry.data == {
        "role": "agent", "most": 30_000, "from_date": TOMORROW.isoformat(), "reason_id": str(row.reason_id),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"actor": SUPERVISOR}, NotAllowed),
        ({"from_date": TODAY}, Refusal),
        ({"role": "auditor"}, Invalid),
        ({"most_fen": -1}, Invalid),
        ({"reason": "  "}, Invalid),
    ],
)
def test_refused_nothing_changed(more: dict[str, object], error: type[BihuanError]) -> None:
    with pytest.raises(error):
        limit(**more)
    assert (Limit.objects.count(), Entry.objects.filter(event="money.limit_set").count()) == (0, 0)


def test_the_database_keeps_the_history() -> None:
    limit()
    for sql in ("UPDATE money_limit SET most_fen = 1", "DELETE FROM money_limit"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Limit.objects.get().most_fen == 30_000
