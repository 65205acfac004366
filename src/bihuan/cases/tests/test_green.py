"""Urgent needs go ahead of every queue (PCN-2.3.4.b): found, shown, marked, taken off, served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import actions, stage, steps
from bihuan.complaints.tests.conftest import AT, played, set_stage
from bihuan.complaints.tests.play import owned, said, submit, take, verdicts
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.desk import queries as desk
from bihuan.desk.filters import Wanted
from bihuan.desk.queries import Asking
from bihuan.engine.errors import BihuanError, Invalid, NotAllowed, Refusal
from bihuan.marketplace.models import OrderLine
from bihuan.notices.models import Notice

__all__ = ["played", "set_stage"]


def test_a_product_of_need_is_marked_at_intake(played: stage.Stage) -> None:
    OrderLine.objects.filter(order__number=played.orders[0]["number"]).update(category="medicine")
    case = cases.get(submit(played).case_id)
    assert (case.green, case.green_by, case.green_served_at) == ("medicine", "product:medicine", None)
    assert said(case.id).count("case.greened") == 1
    told = Notice.objects.get(kind="green", recipient_id=played.who("supervisor").id)
    assert (told.subject_id, told.params["need"]) == (case.id, ["medicine"])


def test_words_mark_and_denied_words_do_not(played: stage.Stage) -> None:
    marked = cases.get(submit(played, matter_text="还没收到胰岛素，家里断药了").case_id)
    plain = cases.get(submit(played, matter_text="这不是药品，只是水壶漏水").case_id)
    assert (marked.green, marked.green_by) == ("medicine", "words:words.3")
    assert (plain.green, said(plain.id).count("case.greened")) == ("", 0)


def test_who_is_in_charge_serves_it_once(played: stage.Stage) -> None:
    case_id = owned(played, matter_text="家里断药了，请快点")
    assert verdicts(case_id)["PCN-2.3.4.b"] is None
    for text in ("已联系药房", "骑手已出发"):
        take(played, "agent", case_id, AT + timedelta(minutes=9), "send_message", text=text)
    assert said(case_id).count("case.green_served") == 1
    assert cases.get(case_id).green_served_at == AT + timedelta(minutes=9)
    assert verdicts(case_id)["PCN-2.3.4.b"] == "met"


def test_a_mark_needs_a_known_need_and_a_reason(played: stage.Stage) -> None:
    case_id = owned(played)
    agent = played.who("agent")
    for given, error in (
        ({"need": "hurry", "reason": "急"}, Invalid),
        ({"need": "elderly", "reason": ""}, Refusal),
    ):
        with pytest.raises(error):
            actions.mark_green(case_id=case_id, actor=agent, at=AT, **given)
    assert cases.get(case_id).green == ""
    assert "case.greened" not in said(case_id)


def test_taking_it_off_is_a_supervisor_s_and_the_program_does_not_mark_again(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "agent", case_id, AT, "mark_green", need="elderly", reason="收件人年逾八十，独居")
    with pytest.raises(NotAllowed):
        actions.unmark_green(case_id=case_id, actor=played.who("agent"), at=AT, reason="不急")
    assert cases.get(case_id).green == "elderly"
    take(played, "supervisor", case_id, AT, "unmark_green", reason="已送达")
    case = cases.get(case_id)
    assert (case.green, case.green_by) == ("", "person")
    with pytest.raises(Refusal) as refused:
        actions.unmark_green(case_id=case_id, actor=played.who("supervisor"), at=AT, reason="已送达")
    assert refused.value.clause == "PCN-2.3.4.b"


def four(played: stage.Stage) -> list[UUID]:
    """Two that are not green and due soon, two that are green: due late, and without a clock."""
    ids = [submit(played).case_id for _ in range(4)]
    for hours, one in enumerate(ids):
        Case.objects.filter(id=one).update(strictest_due_at=AT + timedelta(hours=hours + 1))
    Case.objects.filter(id__in=ids[2:]).update(green="medicine", green_by="person")
    Case.objects.filter(id=ids[3]).update(strictest_due_at=None)
    return [ids[2], ids[3], ids[0], ids[1]]


@pytest.mark.parametrize("who", ["agent", "supervisor"])
def test_every_page_of_the_inbox_goes_on_across_the_border(played: stage.Stage, who: str) -> None:
    wanted, asking = Wanted(owner="all"), Asking(played.who(who), AT)
    order = four(played)
    for size in (1, 2, 3):
        seen: list[UUID] = []
        after: str | None = ""
        while after is not None:
            page = desk.page(asking, wanted, after=after, limit=size)
            seen, after = [*seen, *(case.id for case in page.rows)], page.after
        assert seen == order, size
    listed: list[UUID] = []
    key: str | None = None
    while len(listed) < 4:
        found = cases.inbox(played.who(who), after=key, limit=1)
        listed, key = [*listed, *(case.id for case in found.rows)], found.after
    assert listed == order


def test_next_and_previous_cross_the_border(played: stage.Stage) -> None:
    order, asking, wanted = four(played), Asking(played.who("agent"), AT), Wanted(owner="all")
    for here, there in ((1, 2), (2, 3)):
        one, other = Case.objects.get(id=order[here]), Case.objects.get(id=order[there])
        assert desk.neighbour(asking, wanted, spot=desk.key(one), without=one.id, back=False) == other
        assert desk.neighbour(asking, wanted, spot=desk.key(other), without=other.id, back=True) == one


def test_the_view_of_green_ones_and_its_count(played: stage.Stage) -> None:
    order, asking = four(played), Asking(played.who("supervisor"), AT)
    only = Wanted(owner="all", green="only")
    assert [case.id for case in desk.page(asking, only).rows] == order[:2]
    assert str(desk.counts(asking, {"green": only})["green"]) == "2"


def test_every_site_shows_it(played: stage.Stage) -> None:
    case_id = owned(played, matter_text="断药了，请马上送")
    pages = {"agent": (f"/desk/{case_id}", "/desk"), "consumer": (f"/my/{case_id}", "/my"),
             "merchant": (f"/partner/{case_id}", "/partner?shown=open")}  # fmt: skip
    for who, paths in pages.items():
        for path in paths:
            page: Any = signed_in(played.who(who)).get(path).content.decode()
            assert "bh-green" in page, path


def test_pages_take_the_mark(played: stage.Stage) -> None:
    case_id = owned(played)
    desk_client: Client = signed_in(played.who("agent"))
    form = desk_client.get(f"/desk/{case_id}/steps/mark_green").content.decode()
    assert all(code in form for code in ("medicine", "disability"))
    desk_client.post(f"/desk/{case_id}/steps/mark_green", {"need": "infant", "reason": "宝宝断奶粉"})
    assert cases.get(case_id).green == "infant"
    assert "unmark_green" not in {
        door.step.name for door in steps.possible(played.who("agent"), cases.get(case_id))
    }


def test_a_switched_off_clause_marks_nothing(played: stage.Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.norms import queries as norms

    monkeypatch.setattr(norms, "switched_off", lambda: {"PCN-2.3.4.b": None})
    assert cases.get(submit(played, matter_text="断药了").case_id).green == ""
    assert issubclass(Invalid, BihuanError)
