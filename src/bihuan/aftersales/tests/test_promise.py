"""What was promised is paid with the refund: once a person found it, and never twice (R7, L-19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from bihuan.aftersales.models import Application
from bihuan.aftersales.queries import preview
from bihuan.aftersales.stage import record, take_order
from bihuan.complaints import stage
from bihuan.journal.actor import PROGRAM
from bihuan.money import actions as money
from bihuan.money import queries as money_queries

from .conftest import AT
from .play import apply, intact, photo, returned, state, take

HOUR = timedelta(hours=1)


def order(played: stage.Stage, number: str, *promises: str, **more: Any) -> str:
    lines = record(played.orders[0])["lines"]
    for line in lines:
        line["promises"] = list(promises)
    return take_order(played.orders[0], at=AT, number=number, lines=lines, **more)


def fake(played: stage.Stage, number: str, *, shown: bool) -> UUID:
    """A fake coat of 168.75, returned and intact; found to be one or not."""
    done = apply(played, order_number=number, ground="fake", photos=1)
    if done.state == "materials":
        files = {name: [str(photo(played, "consumer", AT, shade=90))] for name in done.missing}
        take(played, "consumer", done.case_id, AT, "give_materials", materials_given=files)
    take(played, "agent", done.case_id, AT, "take")
    if shown:
        report = [str(photo(played, "agent", AT + HOUR, shade=33))]
        take(
            played, "agent", done.case_id, AT + HOUR, "find", finding="shown.yes", reason="鉴定为仿冒",
            evidence_ids=report,
        )  # fmt: skip
    if state(done.case_id) == "deciding":
        take(played, "merchant", done.case_id, AT + HOUR, "approve")
    returned(played, done.case_id, AT + 2 * HOUR)
    take(played, "merchant", done.case_id, AT + 3 * HOUR, "inspect", findings=intact((1, 1)))
    return done.case_id


def parts(case_id: UUID) -> dict[str, tuple[int, str]]:
    found = Application.objects.get(case_id=case_id).parts.all()
    return {part.kind: (part.amount_fen, part.rule) for part in found}


def test_a_fake_pays_ten_once_a_person_found_it(played: stage.Stage) -> None:
    case_id = fake(played, order(played, "AS-10-1", "genuine_or_tenfold"), shown=True)
    assert parts(case_id) == {"price": (16_875, "remedy.R6"), "promise": (168_750, "remedy.R7")}
    promise = Application.objects.get(case_id=case_id).parts.get(kind="promise")
    assert (promise.articles, promise.shown[0]["zh"], promise.beyond_price) == (["L-19"], "按承诺赔付", True)
    assert money_queries.balances("AS-10-1")[1].remaining_fen == 0


def test_nothing_is_paid_on_a_claim_that_nobody_found(played: stage.Stage) -> None:
    case_id = fake(played, order(played, "AS-10-2", "genuine_or_tenfold"), shown=False)
    assert set(parts(case_id)) == {"price"}


def test_what_a_complaint_paid_is_not_paid_again(played: stage.Stage) -> None:
    number = order(played, "AS-10-3", "genuine_or_tenfold")
    money.request_refund(
        actor=PROGRAM, at=AT, key=f"remedy:{uuid4()}:0", order_number=number, kind="goodwill",
        amount_fen=150_000, beyond_price=True, rule="R7", case_id=uuid4(), basis_id=uuid4(),
    )  # fmt: skip
    case_id = fake(played, number, shown=True)
    assert parts(case_id)["promise"] == (18_750, "remedy.R7")
    shown = Application.objects.get(case_id=case_id).parts.get(kind="promise").shown
    assert [row["amount"] for row in shown] == [168_750, -150_000]


def test_a_sum_for_lateness_is_paid_and_the_price_stays(played: stage.Stage) -> None:
    """The carrier's record shows it; the consumer reads the sum before asking."""
    shipment = dict(record(played.orders[0])["shipments"][0])
    shipment["promised_at"] = shipment["shipped_at"]
    number = order(played, "AS-10-4", "late_5yuan", shipments=[shipment])
    seen = preview(
        played.who("consumer"), order_number=number, kind="refund_only", ground="late", pieces={1: 1},
        facts={}, at=AT,
    )  # fmt: skip
    assert (seen.outcome, seen.refund_fen) == ("eligible", 500)
    done = apply(played, order_number=number, kind="refund_only", ground="late", opened=None, used=None)
    if state(done.case_id) == "deciding":
        take(played, "merchant", done.case_id, AT, "approve")
    assert parts(done.case_id) == {"promise": (500, "remedy.R11")}
    again = apply(played, order_number=number, kind="refund_only", ground="late", pieces={2: 1})
    if state(again.case_id) == "deciding":
        take(played, "merchant", again.case_id, AT, "approve")
    application = Application.objects.get(case_id=again.case_id)
    assert (application.parts.count(), application.outcome) == (0, "nothing_left")
