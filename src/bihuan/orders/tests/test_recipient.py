"""The desk finds an order by its recipient: by keyed digests alone, and every look-up is written down."""

from __future__ import annotations

import pytest

from bihuan.complaints.stage import Stage
from bihuan.engine.errors import NotAllowed
from bihuan.journal.models import Entry
from bihuan.marketplace.models import Order
from bihuan.orders import actions
from bihuan.orders.tests.play import AT, ask, order, run

GIFT = {"recipient": {"name": "Zhao Min", "phone": "19911112222"}}


def found(played: Stage, text: str, who: str = "agent") -> list[str]:
    return [one.number for one in actions.find_orders(actor=played.who(who), at=AT, text=text)]


def looks() -> list[tuple[str, int]]:
    entries = Entry.objects.filter(event="vault.searched").order_by("id")
    return [(entry.data["by"], entry.data["count"]) for entry in entries]


def test_by_whole_name_however_it_is_written_and_by_number(played: Stage) -> None:
    order(played, **GIFT)
    order(played, "S2", recipient={"name": "赵敏敏"})
    assert found(played, "ZHAO  min") == ["S1"]
    assert found(played, "199 1111 2222") == ["S1"]
    assert found(played, "Zhao") == []
    assert found(played, "赵敏敏") == ["S2"]
    assert looks() == [("recipient", 1), ("phone", 0), ("recipient", 0), ("recipient", 1)]


def test_nothing_readable_is_kept(played: Stage) -> None:
    order(played, **GIFT)
    row = Order.objects.get(number="S1")
    assert (len(bytes(row.recipient_name)), len(bytes(row.recipient_phone))) == (32, 32)
    assert "Zhao" not in str(Order.objects.filter(number="S1").values())


def test_a_recipient_that_was_changed_is_found_and_the_old_one_no_more(played: Stage) -> None:
    order(played, **GIFT)
    ask(played, "change_recipient")
    run()
    assert (found(played, "王小明"), found(played, "Zhao Min")) == (["S1"], [])
    order(played, freight_fen=700)  # a later record that does not tell the recipient
    assert found(played, "王小明") == ["S1"]


def test_only_the_desk_looks(played: Stage) -> None:
    order(played, **GIFT)
    for who in ("consumer", "merchant", "auditor"):
        with pytest.raises(NotAllowed):
            found(played, "Zhao Min", who)
    assert looks() == []
