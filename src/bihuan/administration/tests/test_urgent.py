"""The lists of urgent needs through the page: tried, proposed with a reason, agreed to by somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.cases import green
from bihuan.cases.models import GreenLists
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.engine.green import find
from bihuan.journal.models import Entry
from bihuan.journal.time import now
from bihuan.norms import queries as norms

PAGE = "/admin-room/urgent"
SHIPPED = {
    "haste": ["急用"],
    "needs": [{"code": "medicine", "products": ["medicine"], "words": ["胰岛素"]}],
}


class Shipped:
    """The clause with its own lists."""

    def params_at(self, at: Any) -> dict[str, Any]:
        del at
        return SHIPPED


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    known = norms.clause
    own = lambda clause_id: Shipped() if clause_id == green.CLAUSE else known(clause_id)  # noqa: E731
    monkeypatch.setattr(green.norms, "clause", own)


@pytest.fixture
def admin() -> Client:
    return as_role(Role.ADMINISTRATOR)


def form(**more: str) -> dict[str, str]:
    given = {
        "haste": "急用",
        "medicine.products": "medicine",
        "medicine.words": "胰岛素，雾化器",
        "why": "多次漏识别",
    }
    return given | {name.replace("__", "."): value for name, value in more.items()}


def need(text: str) -> str:
    found = find(green.values(now()), text=text)
    return found.code if found else ""


def test_the_page_shows_what_holds(admin: Client) -> None:
    page = text_of(admin, PAGE)
    assert "胰岛素" in page
    assert 'name="infant.beside"' in page


def test_it_holds_when_a_second_person_agrees_and_not_before(admin: Client) -> None:
    assert admin.post(PAGE, form()).status_code == 302
    row = GreenLists.objects.get()
    assert (row.state, need("雾化器没到")) == ("asked", "")
    assert admin.post(f"{PAGE}/{row.id}/agree").status_code == 403
    other = as_role(Role.MANAGER)
    assert "medicine.words: 雾化器" in text_of(other, PAGE)
    assert other.post(f"{PAGE}/{row.id}/agree").status_code == 302
    assert need("雾化器没到") == "medicine"
    assert green.lists_at(row.made_at - timedelta(seconds=1)) == SHIPPED
    said = Entry.objects.filter(event__startswith="green.lists").order_by("id")
    assert [(e.event, e.data.get("added"), e.data.get("outcome")) for e in said] == [
        ("green.lists_proposed", 1, None), ("green.lists_decided", None, "agreed"),
    ]  # fmt: skip


def test_a_rejection_needs_a_reason_and_leaves_everything(admin: Client) -> None:
    admin.post(PAGE, form())
    row, other = GreenLists.objects.get(), as_role(Role.MANAGER)
    assert other.post(f"{PAGE}/{row.id}/reject", {"why": ""}).status_code == 422
    assert other.post(f"{PAGE}/{row.id}/reject", {"why": "过宽"}).status_code == 302
    assert (GreenLists.objects.get().state, need("雾化器没到")) == ("rejected", "")
    assert other.post(f"{PAGE}/{row.id}/agree").status_code == 409


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"why": ""}, 422),
        ({"medicine__words": "药"}, 422),
        ({"medicine__words": "13812345678"}, 422),
        ({"medicine__products": "Medicine!"}, 422),
        ({"medicine__words": "", "medicine__products": ""}, 422),
        ({"medicine__words": "胰岛素"}, 409),
    ],
)
def test_what_cannot_be_proposed_stays_in_the_form(admin: Client, given: dict[str, str], status: int) -> None:
    found = admin.post(PAGE, form(**given))
    assert (found.status_code, GreenLists.objects.count()) == (status, 0)
    assert "急用" in found.content.decode()


def test_one_proposal_waits_at_a_time(admin: Client) -> None:
    admin.post(PAGE, form())
    assert admin.post(PAGE, form(medicine__words="胰岛素，制氧机")).status_code == 409
    assert GreenLists.objects.count() == 1


def test_a_text_is_tried_and_nothing_is_kept(admin: Client) -> None:
    page = admin.post(PAGE, form(text="雾化器没到", **{"try": "1"})).content.decode()
    assert "words.1" in page
    assert GreenLists.objects.count() == 0


def test_who_may_not_change_the_lists(admin: Client) -> None:
    agent = as_role(Role.AGENT)
    assert agent.get(PAGE).status_code == 403
    assert agent.post(PAGE, form()).status_code == 403
    assert GreenLists.objects.count() == 0
