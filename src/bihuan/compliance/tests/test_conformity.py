"""Conformity of a period: each clock in one place, the rate, what stands apart, the rows behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bihuan.compliance import queries
from bihuan.compliance.figures import By, Filters, Line, Outcome, Report
from bihuan.compliance.tests.clocks import clock, some_id, stopped
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.norms import actions as norms
from bihuan.norms import cache, reading
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, tzinfo=UTC)
END = datetime(2026, 4, 1, tzinfo=UTC)
AT = datetime(2026, 3, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
AUDITOR = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"auditor"}))
O = Outcome  # noqa: E741


@pytest.fixture(autouse=True)
def _book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SHIPPED", tmp_path)
    write_book(tmp_path)
    norms.load_rulebooks(actor=PROGRAM, at=START, known=KNOWN)
    yield
    cache.forget()


def report(actor: Actor = AUDITOR, **more: Any) -> Report:
    return queries.conformity(actor=actor, start=START, end=END, at=AT, **more)


def line(**more: Any) -> Line:
    (found,) = report(**more).lines
    return found


def behind(outcome: Outcome, **more: Any) -> list[Any]:
    page = queries.clocks_behind(
        actor=AUDITOR, start=START, end=END, at=AT, clause_id="PCN-3.4.b", outcome=outcome, **more
    )
    return [row.id for row in page.rows]


def one_of_each() -> dict[Outcome, Any]:
    return {
        O.MET: stopped(AT, "met"),
        O.LATE: stopped(AT, "late"),
        O.OVERDUE: clock(AT - HOUR),
        O.OPEN: clock(AT + HOUR),
        O.CANCELLED: stopped(AT, "cancelled"),
        O.PROVISIONAL: stopped(AT, "late", provisional=True),
        O.IMPORTED: stopped(AT, "late", imported=True),
    }


def test_each_clock_is_counted_in_one_place_and_can_be_seen() -> None:
    made = one_of_each()
    figures = line().figures
    assert dict(figures.counts) == dict.fromkeys(Outcome, 1)
    assert figures.rate == Fraction(1, 3)
    assert {outcome: behind(outcome) for outcome in Outcome} == {o: [c.id] for o, c in made.items()}


def test_only_clocks_whose_end_lies_in_the_period() -> None:
    stopped(START - HOUR, "late")
    stopped(END, "late")
    stopped(START, "met")
    assert dict(line().figures.counts) == {O.MET: 1}


def test_a_clause_without_clocks_has_no_rate() -> None:
    assert (line().figures.rate, line().figures.counted, line().evidence) == (None, 0, None)


def test_a_held_clock_is_not_overdue() -> None:
    clock(AT - HOUR, state="held", held_since=AT - 2 * HOUR)
    assert dict(line().figures.counts) == {O.OPEN: 1}
    assert len(behind(O.OPEN)) == 1


def test_on_the_dot_days_have_ended_and_hours_have_not() -> None:
    days = [clock(AT, limit=limit) for limit in ("3wd", "7d", "6mo", "@2026-03-19")]
    hours = [clock(AT, limit=limit) for limit in ("24h", "4bh", "@2026-03-20T00:00:00+00:00")]
    assert dict(line().figures.counts) == {O.OVERDUE: 4, O.OPEN: 3}
    assert set(behind(O.OVERDUE)) == {c.id for c in days}
    assert set(behind(O.OPEN)) == {c.id for c in hours}


def test_by_merchant_and_filtered() -> None:
    stopped(AT, "met", merchant_id=some_id(1))
    stopped(AT, "late", merchant_id=some_id(2), team_id=some_id(9))
    rates = {found.group_id: found.figures.rate for found in report(by=By.MERCHANT).lines}
    assert rates == {some_id(1): 1, some_id(2): 0}
    assert line(filters=Filters(team_id=some_id(9))).figures.rate == 0
    assert line(filters=Filters(book="pcn")).figures.counted == 2
    assert report(filters=Filters(book="ish")).lines == ()
    assert behind(O.MET, filters=Filters(merchant_id=some_id(2))) == []


def test_the_rows_are_paged_by_key_without_gaps() -> None:
    made = {stopped(AT + n // 2 * HOUR, "met").id for n in range(7)}
    seen: list[Any] = []
    after = ""
    while True:
        page = queries.clocks_behind(
            actor=AUDITOR,
            start=START,
            end=END,
            at=AT,
            clause_id="PCN-3.4.b",
            outcome=O.MET,
            after=after,
            limit=2,
        )
        seen += [row.id for row in page.rows]
        after = page.next
        if not after:
            break
    assert (len(seen), set(seen)) == (7, made)


def test_a_switched_off_clause_is_shown_with_its_reason() -> None:
    stopped(AT, "met")
    lawyer = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"officer_legal"}))
    norms.switch_off(clause_id="PCN-3.4.b", reason="合同另有约定", actor=lawyer, at=AT)
    found = line()
    assert [(off.reason, off.on_again_from) for off in found.off] == [("合同另有约定", None)]
    assert found.figures[O.MET] == 1


def test_clocks_of_a_clause_that_no_rulebook_holds_are_still_counted() -> None:
    stopped(AT, "late", clause_id="PCN-0")
    first = report().lines[0]
    assert (first.clause_id, first.clause, first.figures[O.LATE]) == ("PCN-0", None, 1)


def test_the_report_says_what_it_rests_on() -> None:
    exposure = report().exposure
    assert exposure.as_of == AT
    assert exposure.calendar.startswith("cn-")
    assert (list(exposure.rulebooks), exposure.provisional_years) == (["pcn"], ())


def test_a_supervisor_sees_the_own_team_and_a_merchant_the_own_shop() -> None:
    stopped(AT, "met", team_id=some_id(5), merchant_id=some_id(6))
    stopped(AT, "late", team_id=some_id(7), merchant_id=some_id(8))
    team = Actor(uuid4(), ActorKind.STAFF, frozenset({"supervisor"}), team_id=some_id(5))
    shop = Actor(uuid4(), ActorKind.MERCHANT, frozenset({"merchant_admin"}), organisation_id=some_id(6))
    for actor in (team, shop):
        assert dict(line(actor=actor).figures.counts) == {O.MET: 1}
    with pytest.raises(NotAllowed):
        report(actor=shop, filters=Filters(merchant_id=some_id(8)))


def test_a_consumer_and_a_supervisor_without_team_see_nothing() -> None:
    for kind, role in ((ActorKind.CONSUMER, "consumer"), (ActorKind.STAFF, "merchant_operator")):
        with pytest.raises(NotAllowed):
            report(actor=Actor(uuid4(), kind, frozenset({role})))


@pytest.mark.parametrize(
    "after", ["x", "2026-03-01~x", "2026-03-01T00:00:00~00000000-0000-0000-0000-000000000000"]
)
def test_a_forged_key_is_refused(after: str) -> None:
    with pytest.raises(Invalid):
        behind(O.MET, after=after)


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(Invalid, match="is empty"):
        queries.conformity(actor=AUDITOR, start=END, end=START, at=AT)
