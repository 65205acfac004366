"""What goods may be asked for, by kind."""

from __future__ import annotations

import pytest

from bihuan.engine.eligibility import Good, Promise, scope
from bihuan.engine.eligibility.facts import KINDS
from bihuan.engine.eligibility.tests.known import ask, good
from bihuan.engine.tests.known import CAL


def found(goods: Good, *promises: Promise, **more: object) -> dict[tuple[str, str], tuple[object, ...]]:
    rows = scope(ask(**more), goods, promises, CAL)  # type: ignore[arg-type]
    return {
        (row.want, row.ground): (row.article, row.needs, str(row.until), row.freight_back) for row in rows
    }


def test_ordinary_goods_within_seven_days() -> None:
    rows = found(good())
    assert rows[("return", "no_reason")] == ("L-03", (), "2026-03-09", "consumer")
    assert rows[("return", "quality")] == ("L-01", ("shown",), "2026-03-09", "merchant")
    assert rows[("resend", "missing_item")] == ("G-17", ("shown",), "2029-03-02", "")
    assert rows[("return", "certified_defect")] == ("L-20", ("shown",), "None", "merchant")
    assert ("price_protection", "price_drop") not in rows


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_covered_for_quality(kind: str) -> None:
    rows = found(good(kind, opened=True))
    assert ("return", "quality") in rows
    assert (("return", "no_reason") in rows) is (kind not in ("custom", "perishable", "newspaper", "digital"))


def test_a_warranty_and_promises_lengthen_it() -> None:
    rows = found(good(warranty_months=12), Promise("platform", "return", days=30), asked="03-20")
    assert rows[("repair", "quality")] == ("L-12", ("shown",), "2027-03-02", "merchant")
    assert rows[("return", "no_reason")][:3] == ("L-19", (), "2026-04-01")
    assert ("return", "quality") not in rows


def test_durable_goods_need_no_showing_for_six_months() -> None:
    assert found(good("durable", warranty_months=12))[("repair", "quality")][1] == ()


def test_before_delivery_an_order_is_cancelled_or_refused() -> None:
    waiting = found(good(), shipped=None, signed=None)
    assert waiting[("refund_only", "no_reason")] == ("PCN-2.3.2.b", (), "None", "")
    assert {ground for _, ground in found(good(), signed=None)} == {"no_reason", "lost", "late"}
    early = found(good(), signed=None, asked="03-08")
    assert early[("resend", "lost")] == ("G-17", ("shown",), "None", "")
    assert {ground for _, ground in early} == {"no_reason", "lost"}
