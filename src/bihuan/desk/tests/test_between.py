"""Next and previous among the rows one came from."""

from __future__ import annotations

from datetime import timedelta

from django.template import Context, Template
from django.test import Client, RequestFactory

from bihuan.accounts import queries as accounts
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.tests.play import submit
from bihuan.desk import queries
from bihuan.desk.filters import Wanted
from bihuan.desk.queries import Asking

from .conftest import AT


def three(played: stage.Stage) -> list[Case]:
    ids = [submit(played).case_id for _ in range(3)]
    for hours, one in enumerate(ids):
        Case.objects.filter(id=one).update(strictest_due_at=AT + timedelta(hours=hours + 1))
    return [Case.objects.get(id=one) for one in ids]


def test_neighbours_of_a_row(played: stage.Stage) -> None:
    cases, asking, all_ = three(played), Asking(played.who("agent"), AT), Wanted(owner="all")
    spot = queries.key(cases[1])
    find = {"spot": spot, "without": cases[1].id}
    assert queries.neighbour(asking, all_, back=False, **find) == cases[2]
    assert queries.neighbour(asking, all_, back=True, **find) == cases[0]
    last = {"spot": queries.key(cases[2]), "without": cases[2].id}
    assert queries.neighbour(asking, all_, back=False, **last) is None


def test_the_place_stays_when_the_case_moves_on(played: stage.Stage) -> None:
    cases, asking = three(played), Asking(played.who("agent"), AT)
    spot = queries.key(cases[1])
    Case.objects.filter(id=cases[1].id).update(strictest_due_at=AT + timedelta(days=9))
    found = queries.neighbour(asking, Wanted(owner="all"), spot=spot, without=cases[1].id, back=False)
    assert found == cases[2]


def test_without_clocks_come_last_both_ways(played: stage.Stage) -> None:
    cases, asking, all_ = three(played), Asking(played.who("supervisor"), AT), Wanted(owner="all")
    Case.objects.filter(id=cases[2].id).update(strictest_due_at=None)
    cases[2].refresh_from_db()
    after = queries.neighbour(asking, all_, spot=queries.key(cases[1]), without=cases[1].id, back=False)
    before = queries.neighbour(asking, all_, spot=queries.key(cases[2]), without=cases[2].id, back=True)
    assert (after, before) == (cases[2], cases[1])


def test_the_part_for_the_case_page(played: stage.Stage, desk: Client) -> None:
    cases = three(played)
    listed = desk.get("/desk?view=unowned").content.decode()
    path = listed.split(f'href="/desk/{cases[0].id}?')[1].split('"')[0].replace("&amp;", "&")
    assert path.startswith("view=unowned&after=")
    part = shown(played, cases[0], f"?{path}")
    assert f"/desk/{cases[1].id}?view=unowned&amp;after=" in part
    assert "data-bhd-previous" not in part
    assert f'action="/desk/{cases[0].id}/aside"' in part


def test_without_a_place_or_with_a_forged_one_the_part_has_no_neighbours(played: stage.Stage) -> None:
    case = three(played)[0]
    for query in ("", "?view=mine&after=nonsense"):
        assert "data-bhd-next" not in shown(played, case, query)


def shown(played: stage.Stage, case: Case, query: str) -> str:
    request = RequestFactory().get(f"/desk/{case.id}{query}")
    request.user = accounts.person_by_id(played.who("agent").id)
    request.actor = played.who("agent")
    context = Context({"case": case, "request": request})
    return Template('{% include "desk/_between.html" %}').render(context)
