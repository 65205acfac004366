"""The report as a page: every figure leads to exactly its clocks; wrong periods; who may enter."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import merchant_user, organisation, person
from bihuan.compliance.figures import Outcome
from bihuan.compliance.models import Verification
from bihuan.compliance.tests.clocks import clock, some_id, stopped
from bihuan.compliance.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, clock_ids, links, text_of, visitor
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.norms import actions as norms
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_book")]
HOUR = timedelta(hours=1)
O = Outcome  # noqa: E741
MONTH = "/oversight?from=2026-09-01&to=2026-09-30"
ROWS = "/oversight/clocks?"


def some_of_each() -> dict[Outcome, set[str]]:
    """Two met clocks and one of every other outcome; one more lies outside the period."""
    stopped(AT - timedelta(days=40), "late")
    made: dict[Outcome, list[Any]] = {
        O.MET: [stopped(AT, "met"), stopped(AT - HOUR, "met")],
        O.LATE: [stopped(AT, "late")],
        O.OVERDUE: [clock(AT - HOUR)],
        O.OPEN: [clock(AT + HOUR)],
        O.CANCELLED: [stopped(AT, "cancelled")],
        O.PROVISIONAL: [stopped(AT, "late", provisional=True)],
        O.IMPORTED: [stopped(AT, "late", imported=True)],
    }
    return {outcome: {str(c.id) for c in found} for outcome, found in made.items()}


def asked(path: str, name: str) -> str:
    return parse_qs(urlsplit(path).query)[name][0]


def test_every_figure_leads_to_exactly_the_rows_that_make_it() -> None:
    made = some_of_each()
    client = as_role(Role.AUDITOR)
    figures = [(p, n) for p, n in links(text_of(client, MONTH), ROWS) if asked(p, "outcome") != "counted"]
    assert {asked(path, "outcome") for path, _ in figures} == {str(o) for o in Outcome}
    for path, number in figures:
        ids = clock_ids(text_of(client, path))
        assert len(ids) == int(number)
        assert set(ids) == made[O(asked(path, "outcome"))]


def test_the_rate_leads_to_the_clocks_that_count() -> None:
    made = some_of_each()
    client = as_role(Role.MANAGER)
    rates = [(p, w) for p, w in links(text_of(client, MONTH), ROWS) if asked(p, "outcome") == "counted"]
    assert {words for _, words in rates} == {"50.0%"}
    for path, _ in rates:
        assert set(clock_ids(text_of(client, path))) == made[O.MET] | made[O.LATE] | made[O.OVERDUE]


def test_figures_of_a_merchant_and_of_none_lead_to_their_own_rows() -> None:
    shop = organisation(name="小店")
    mine, nobodys = stopped(AT, "late", merchant_id=shop.id), stopped(AT, "late")
    client = as_role(Role.MANAGER)
    text = text_of(client, f"{MONTH}&by=merchant")
    assert "小店" in text
    rows = {asked(p, "merchant"): p for p, _ in links(text, ROWS) if "merchant=" in p and "=late" in p}
    assert clock_ids(text_of(client, rows[str(shop.id)])) == [str(mine.id)]
    assert clock_ids(text_of(client, rows["none"])) == [str(nobodys.id)]
    narrower = next(p for p, w in links(text, "/oversight?") if w == "小店")
    assert [w for p, w in links(text_of(client, narrower), ROWS) if "=late" in p and "PCN" in p] == ["1"]


def test_rows_are_judged_at_the_instant_of_the_report() -> None:
    open_then = clock(AT - HOUR)
    client = as_role(Role.AUDITOR)
    before = (AT - 2 * HOUR).isoformat().replace("+", "%2B")
    text = text_of(client, f"{ROWS}from=2026-09-01&to=2026-09-30&outcome=open&at={before}")
    assert clock_ids(text) == [str(open_then.id)]


def test_midnight_is_24_00_of_the_day_before_and_a_row_says_why() -> None:
    made = stopped(AT.replace(hour=16), "met", limit="3wd")
    client = as_role(Role.AUDITOR)
    text = text_of(client, f"{ROWS}from=2026-09-21&to=2026-09-21&outcome=met")
    assert "2026-09-20 24:00" in text
    assert clock_ids(text) == [str(made.id)]


def test_more_rows_than_a_page_holds_are_paged_without_gaps() -> None:
    made = {str(stopped(AT + n // 3 * HOUR / 60, "met").id) for n in range(120)}
    client, seen = as_role(Role.AUDITOR), []
    path = f"{ROWS}from=2026-09-01&to=2026-09-30&outcome=met"
    while path:
        text = text_of(client, path)
        seen += clock_ids(text)
        path = next((p for p, w in links(text, ROWS) if w == "Next page"), "")
    assert (len(seen), set(seen)) == (120, made)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-09-30&to=2026-09-01", "The last day lies before the first one."),
        ("from=yesterday&to=2026-09-01", "Give a day between 2004 and 2099"),
        ("from=2026-09-01", "Give a day between 2004 and 2099"),
        ("from=9999-12-31&to=9999-12-31", "Give a day between 2004 and 2099"),
        ("from=2004-01-01&to=2099-12-31", "A period has at most ten years."),
        ("book=nothing", "There is no such rulebook."),
        ("merchant=x", "merchant or team cannot be read"),
        ("at=2199-01-01T00:00:00Z", "lies in the future"),
    ],
)
def test_a_wrong_period_is_said_at_its_field_and_what_was_typed_stays(query: str, words: str) -> None:
    text = text_of(as_role(Role.MANAGER), f"/oversight?{query}", 422)
    assert words in text
    assert not links(text, ROWS)
    if "yesterday" in query:
        assert 'value="yesterday"' in text


@pytest.mark.parametrize(
    "query", ["outcome=lost", "outcome=met&after=x", "outcome=met&at=never", "outcome=met&team=1"]
)
def test_a_changed_address_of_rows_is_refused(query: str) -> None:
    text_of(as_role(Role.MANAGER), f"{ROWS}from=2026-09-01&to=2026-09-30&{query}", 422)


def test_presets_are_months_and_quarters_in_china() -> None:
    client = as_role(Role.MANAGER)
    for preset, days in {
        "this_month": "2026-09-01 – 2026-09-30",
        "last_month": "2026-08-01 – 2026-08-31",
        "quarter": "2026-07-01 – 2026-09-30",
    }.items():
        assert days in text_of(client, f"/oversight?period={preset}")


def test_a_clause_shows_nature_flags_and_why_it_was_switched_off(small_book: Path) -> None:
    write_book(small_book, verified=False, assumed=True, note={"zh": "注", "en": "note"})
    lawyer = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"officer_legal"}))
    norms.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)
    norms.switch_off(clause_id="PCN-3.4.b", reason="合同另有约定", actor=lawyer, at=AT)
    text = text_of(as_role(Role.AUDITOR, language="zh-hans"), MONTH)
    for words in ("规范要求", "未核对全文", "数值由本平台设定", "合同另有约定", "统计依据", "cn-"):
        assert words in text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.OFFICER_LEGAL, Role.COUNSEL])
def test_the_watchers_enter(role: Role) -> None:
    client = as_role(role)
    for path in ("/oversight", "/oversight/coverage", "/oversight/journal", "/oversight/journal/format"):
        text_of(client, path)


def test_others_are_refused_and_strangers_asked_to_sign_in(client: Any) -> None:
    operator = visitor(merchant_user(organisation(), Role.MERCHANT_OPERATOR))
    paths = ("/oversight", "/oversight/coverage", "/oversight/journal", f"{ROWS}outcome=met")
    carrier = organisation(OrganisationKind.CARRIER)
    driver = visitor(person(ActorKind.PARTNER, Role.PARTNER_OPERATOR, organisation_id=carrier.id))
    for who in (operator, as_role(Role.OFFICER_PRODUCT), driver):
        for path in paths:
            text_of(who, path, 403)
        assert who.post("/oversight/journal/verify").status_code == 403
    for path in paths:
        assert client.get(path).headers["Location"].startswith("/sign-in?next=%2Foversight")
    assert not Verification.objects.exists()


def test_a_supervisor_sees_the_own_team_and_no_clock_of_another() -> None:
    boss = as_role(Role.SUPERVISOR)
    assert boss.get(MONTH).status_code == 200
    other = stopped(AT, "late", team_id=some_id(7))
    text = text_of(boss, MONTH)
    assert "your own cases only" in text or "your team only" in text
    assert not [p for p, _ in links(text, ROWS) if "=late" in p]
    text_of(boss, f"/oversight/clocks/{other.id}", 404)
    assert not [p for p, _ in links(text_of(boss, f"{MONTH}&team={some_id(7)}"), ROWS) if "=late" in p]


def test_a_person_without_a_view_of_the_case_sees_no_number() -> None:
    made = stopped(AT, "late")
    text = text_of(as_role(Role.OFFICER_LEGAL), f"{ROWS}from=2026-09-01&to=2026-09-30&outcome=late")
    assert f"case {str(made.subject_id)[:8]}…" in text
    assert "/oversight/case/" not in text
