"""The inbox: who may enter, rows by view and filter, columns, pages by key, counts."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.tests.play import owned, submit
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.desk import queries
from bihuan.desk.filters import Wanted
from bihuan.desk.queries import Asking, rows

from .conftest import AT, HX


def test_inbox_is_the_desk_s_alone(played: stage.Stage) -> None:
    assert Client().get("/desk").status_code == 302
    for part in ("consumer", "merchant", "auditor"):
        assert signed_in(played.who(part)).get("/desk").status_code == 403, part
    for part in ("agent", "officer", "counsel", "manager"):
        assert signed_in(played.who(part)).get("/desk").status_code == 200, part


def test_row_names_matter_state_next_step_and_clause(desk: Client, case_id: UUID) -> None:
    page = desk.get("/desk").content.decode()
    for words in (Case.objects.get().number, "收到的水壶漏水", "product quality", "accepted"):
        assert words in page
    assert 'href="/rules/CRP-1.2.b"' in page
    assert "style=" not in page


def test_filters_and_owners_choose_rows(desk: Client, case_id: UUID) -> None:
    number = Case.objects.get().number
    assert number in desk.get("/desk?type=quality&state=accepted").content.decode()
    assert number in desk.get("/desk?channel=site&team=mine&owner=all").content.decode()
    assert number in desk.get("/desk?view=all&owner=mine&due=week").content.decode()
    for query in (
        "type=service",
        "owner=none",
        "channel=mail",
        "due=overdue",
        "view=unowned",
        "urgency=critical",
    ):
        assert number not in desk.get(f"/desk?{query}").content.decode(), query


def test_a_value_that_is_not_ours_counts_as_not_given(desk: Client, case_id: UUID) -> None:
    assert Case.objects.get().number in desk.get("/desk?type=nonsense&team=x&view=y").content.decode()


def test_columns_are_chosen_in_the_address(desk: Client, case_id: UUID) -> None:
    page = desk.get("/desk?col=channel&col=received&col=nonsense").content.decode()
    assert "bhd-cols-2" in page
    assert "2026-03-02 10:00" in page
    assert "bhd-next" not in page


def test_an_agent_sees_own_team_s_and_unowned_but_not_others(played: stage.Stage) -> None:
    mine, other, free = owned(played), owned(played), submit(played).case_id
    Case.objects.filter(id=other).update(
        owner_id=played.who("officer").id, team_id=played.who("officer").team_id
    )
    agent, boss = (Asking(played.who(part), AT) for part in ("agent", "supervisor"))
    page = queries.page(agent, Wanted(owner="all"))
    assert {case.id for case in page.rows} == {mine, free}
    assert {case.id for case in queries.page(boss, Wanted(owner="all")).rows} == {mine, other, free}
    assert not queries.page(agent, Wanted(owner=str(played.who("officer").id))).rows


def test_pages_by_key_show_every_case_once_in_order(played: stage.Stage, boss: Client) -> None:
    ids = {submit(played).case_id for _ in range(5)}
    Case.objects.filter(id=min(ids)).update(strictest_due_at=None)
    for part in ("agent", "supervisor"):
        asking, seen, after = Asking(played.who(part), AT), [], ""
        while True:
            page = queries.page(asking, Wanted(owner="all"), after=after, limit=2)
            seen += [case.id for case in page.rows]
            after = page.after or ""
            if not after:
                break
        assert sorted(seen) == sorted(ids), part
        assert seen[-1] == min(ids), part


def test_a_further_page_is_rows_alone(
    played: stage.Stage, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.desk.pages.listing.PAGE", 2)
    for _ in range(3):
        submit(played)
    first = boss.get("/desk?view=all", headers=HX).content.decode()
    assert first.count("data-bh-row") == 2
    path = first.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    further = boss.get(f"/desk{path}", headers=HX).content.decode()
    assert further.count("data-bh-row") == 1
    assert "columnheader" not in further


def test_a_forged_page_key_is_refused(desk: Client) -> None:
    for key in ("nonsense~x", "2026-01-01~00000000-0000-0000-0000-000000000000"):
        assert desk.get(f"/desk?after={key}").status_code == 422


def test_counts_stop_at_the_cap(played: stage.Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        submit(played)
    asking = Asking(played.who("supervisor"), AT)
    views = {"all": Wanted(owner="all"), "quality": Wanted(owner="all", type="quality")}
    assert [str(c) for c in queries.counts(asking, views).values()] == ["4", "4"]
    monkeypatch.setattr(rows, "CAP", 3)
    monkeypatch.setattr(rows, "EXAMINED", 2)
    assert [str(c) for c in queries.counts(asking, views).values()] == ["3+", "2+"]


def test_the_inbox_asks_the_database_little_however_many_cases(played: stage.Stage, desk: Client) -> None:
    owned(played)
    desk.get("/desk?view=all")  # what a process reads once is read
    with CaptureQueriesContext(connection) as few:
        assert desk.get("/desk?view=all").status_code == 200
    for _ in range(8):
        owned(played)
    with CaptureQueriesContext(connection) as many:
        assert desk.get("/desk?view=all").status_code == 200
    assert len(many) < len(few) + 8, "a question for each case"
    assert len(many) <= 26  # with what is read anew by the minute
