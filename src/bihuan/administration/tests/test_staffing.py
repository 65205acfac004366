"""People needed against people there: from recorded cases, set figures, shifts (ASM-2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from bihuan.accounts import actions as accounts
from bihuan.accounts.models import Person, Team
from bihuan.accounts.models.people import Department
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import consumer, staff
from bihuan.administration import actions
from bihuan.administration.pages import staffing as page
from bihuan.administration.queries import staffing
from bihuan.administration.tests.conftest import AT
from bihuan.cases.models import Case
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.engine.clause import parse_clause
from bihuan.engine.clausetypes import ZONE
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import last_of
from bihuan.journal.subject import Subject
from bihuan.norms import queries as norms
from bihuan.norms.reading import __file__ as reading
from bihuan.workforce import actions as work
from bihuan.workforce.actions import NewState

CLAUSE = Path(reading).parents[1] / "rulebooks" / "asm" / "clauses" / "ASM-2.3.yaml"
MONDAY = datetime(2026, 9, 20, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped figures, whatever rulebook the room's tests load."""
    found = parse_clause(yaml.safe_load(CLAUSE.read_text(encoding="utf-8")), "asm")
    monkeypatch.setattr(norms, "clause", lambda _id: found)


@pytest.fixture
def team() -> Team:
    return accounts.create_team(department=Department.SERVICE, name="一组", actor=PROGRAM, at=AT)


def came(count: int, at: datetime, kind: str = "quality", team: Team | None = None) -> None:
    """So many cases received at a time; only what the load counts of them is real."""
    buyer = consumer(f"138{uuid4().int % 10**8:08d}")
    Case.objects.bulk_create(
        Case(
            number=uuid4().hex[:20], code_hash="", flow="complaint", state="closed", is_open=False,
            channel="site", type=kind, consumer_id=buyer, received_at=at, team=team,
        )
        for _ in range(count)
    )  # fmt: skip


def on_shift(team: Team, *skills: str, days: int = 7, at: datetime = MONDAY) -> Person:
    """Somebody who works from nine to six on so many days."""
    who = staff(Role.AGENT, team_id=team.id)
    facts: dict[str, Any] = {"number": who.username, "education": "college", "skills": skills}
    work.hire(person_id=who.id, actor=PROGRAM, at=AT, **facts)
    certificate: dict[str, Any] = {"version": "1", "from_at": AT - 9 * HOUR, "until_at": AT + 2400 * HOUR}
    work.issue_certificate(person_id=who.id, actor=PROGRAM, at=AT, **certificate)
    for day in range(days):
        begin = at + timedelta(days=day, hours=9)
        work.plan_shift(person_id=who.id, from_at=begin, until_at=begin + 9 * HOUR, actor=PROGRAM, at=AT)
    return who


def week(**more: Any) -> staffing.Forecast:
    return staffing.forecast(PROGRAM, start=MONDAY, at=AT, **more)


def test_without_cases_nobody_is_needed() -> None:
    found = week()
    assert (len(found.slots), found.cases, found.spells) == (168, 0, [])
    assert {figure.people for figure in found.figures} == {0.0}


def test_cases_times_minutes_are_people(team: Team) -> None:
    for day in range(8):
        came(6, AT.replace(hour=2) - timedelta(days=day), team=team)
    found = week()
    ten = next(slot for slot in found.slots if slot.at == MONDAY + 10 * HOUR)
    assert round(ten.arriving, 4) == round(6 * 35 / 60 / 0.85 / 0.85, 4)
    quality = next(f for f in found.figures if f.kind == "quality")
    assert (round(quality.weekly), quality.minutes, quality.source) == (42, 35.0, "assumed")


def test_short_when_it_waits_longer_than_the_patience_and_covered_by_a_shift(team: Team) -> None:
    for day in range(8):
        came(1, AT.replace(hour=2) - timedelta(days=day), team=team)
    missing = week().spells
    assert [(s.missing, s.kinds) for s in missing] == [(1, ("quality",))] * 7
    assert missing[0].from_at == MONDAY + 14 * HOUR
    on_shift(team, "quality")
    assert week().spells == []
    work.record_absence(
        person_id=Person.objects.get(worker__isnull=False).id, kind="illness", from_at=MONDAY,
        until_at=MONDAY + 24 * HOUR, actor=PROGRAM, at=AT,
    )  # fmt: skip
    assert [s.from_at for s in week().spells] == [MONDAY + 14 * HOUR]


def test_another_skill_does_not_help_and_a_unit_counts_its_own(team: Team) -> None:
    other = accounts.create_team(department=Department.LEGAL, name="法务组", actor=PROGRAM, at=AT)
    came(20, AT - timedelta(days=1), team=team)
    on_shift(team, "refund")
    top = work.open_unit(
        new=NewState(name="总部", team_ids=[other.id]), from_at=AT, reason="设立", actor=PROGRAM, at=AT
    )
    low = work.open_unit(
        new=NewState(name="客服", parent_id=top.id, team_ids=[team.id]), from_at=AT, reason="设立",
        actor=PROGRAM, at=AT,
    )  # fmt: skip
    assert {kind for spell in week(unit_id=low.id).spells for kind in spell.kinds} == {"quality"}
    assert week(unit_id=low.id).cases == week(unit_id=top.id).cases == 20
    work.close_unit(unit_id=low.id, until_at=AT + HOUR, reason="撤并", actor=PROGRAM, at=AT)
    later = staffing.forecast(PROGRAM, start=MONDAY, at=AT + HOUR, unit_id=top.id)
    assert later.cases == 0


def test_the_platform_s_own_figure_counts_from_its_day(team: Team) -> None:
    came(20, AT - timedelta(days=1), team=team)
    day = AT.astimezone(ZONE).date()
    work.set_effort(kind="quality", minutes=10, from_date=day, reason="抽样计时", actor=PROGRAM, at=AT)
    figure = next(f for f in week().figures if f.kind == "quality")
    assert (figure.minutes, figure.source) == (10.0, "set")
    with pytest.raises(Refusal) as refused:
        work.set_effort(
            kind="quality", minutes=5, from_date=day - timedelta(days=1), reason="补", actor=PROGRAM, at=AT
        )
    assert refused.value.clause == "ASM-2.3"
    work.set_effort(kind="quality", minutes=None, from_date=day, reason="撤回", actor=PROGRAM, at=AT)
    assert next(f for f in week().figures if f.kind == "quality").source == "assumed"


def test_the_page_in_both_languages_and_setting_a_figure(team: Team) -> None:
    came(20, AT - timedelta(days=1), team=team)
    for language, words in (("zh-hans", "缺"), ("en", "missing")):
        text = text_of(as_role(Role.SUPERVISOR, language=language), "/admin-room/staffing?day=2026-09-21")
        assert words in text
        assert text.count('<td class="un-') + text.count('<td class=""') >= 168
    client = as_role(Role.MANAGER)
    fields = {"kind": "quality", "minutes": "12", "from_date": "2026-09-20", "why": "抽样"}
    assert client.post("/admin-room/staffing/effort", fields).status_code == 302
    assert "set by this platform" in text_of(client, "/admin-room/staffing")
    assert as_role(Role.AGENT).post("/admin-room/staffing/effort", fields).status_code == 403
    assert page.EFFORT.clause == "ASM-2.3"


def test_the_week_is_written_down(team: Team) -> None:
    came(20, AT - timedelta(days=1), team=team)
    short = actions.record_staffing(actor=PROGRAM, at=AT)
    entry = last_of(Subject.named("staffing", "week").id, ["staffing.foreseen"])
    assert entry is not None
    assert (entry.data["short"], entry.data["kinds"], entry.data["days"]) == (short, ["quality"], 7)
    assert short > 0
