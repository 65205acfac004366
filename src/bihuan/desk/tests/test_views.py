"""Views: kept, changed, shared by supervisors, removed; nobody changes another's."""

from __future__ import annotations

from uuid import UUID

from django.test import Client

from bihuan.complaints import stage
from bihuan.complaints.tests.play import said
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.desk.models import View

NEW = {"name": "质量 紧急", "query": "owner=all&type=quality&urgency=urgent&col=channel&col=state"}


def test_what_is_shown_is_kept_with_its_columns(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    answer = desk.post("/desk/views", NEW)
    view = View.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk?view={view.id}")
    assert view.filters == {"owner": "all", "type": "quality", "urgency": "urgent"}
    assert (view.columns, view.shared) == (["state", "channel"], False)
    page = desk.get(f"/desk?view={view.id}").content.decode()
    assert 'aria-current="page"><span>质量 紧急</span>' in page
    assert "bhd-cols-2" in page
    assert said(played.who("agent").id)[-1] == "desk.view_saved"


def test_a_private_view_is_nobody_else_s(played: stage.Stage, desk: Client) -> None:
    desk.post("/desk/views", NEW)
    view = View.objects.get()
    other = signed_in(played.who("other_agent"))
    assert "质量 紧急" not in other.get(f"/desk?view={view.id}").content.decode()
    assert other.post("/desk/views", {**NEW, "name": "x", "change": str(view.id)}).status_code == 404
    assert other.post(f"/desk/views/{view.id}/remove").status_code == 404
    assert View.objects.get().name == "质量 紧急"


def test_shared_views_are_supervisors(played: stage.Stage, desk: Client, boss: Client) -> None:
    shared = {**NEW, "shared": "yes"}
    assert desk.post("/desk/views", shared).status_code == 403
    assert not View.objects.exists()
    boss.post("/desk/views", shared)
    view = View.objects.get()
    assert "质量 紧急" in desk.get("/desk").content.decode()
    assert desk.post(f"/desk/views/{view.id}/remove").status_code == 404
    assert signed_in(played.who("manager")).post(f"/desk/views/{view.id}/remove").status_code == 302
    assert not View.objects.exists()


def test_a_view_is_changed_in_place(desk: Client) -> None:
    desk.post("/desk/views", NEW)
    view = View.objects.get()
    changed = {"name": "只看质量", "query": f"view={view.id}&urgency=", "change": str(view.id)}
    assert desk.post("/desk/views", changed).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.filters) == ("只看质量", {"owner": "all", "type": "quality"})
    assert View.objects.count() == 1


def test_a_name_taken_empty_or_personal_is_refused_and_kept_in_the_form(desk: Client) -> None:
    desk.post("/desk/views", NEW)
    for name, status in (("质量 紧急", 409), ("  ", 422), ("x" * 41, 422), ("13812345678 的投诉", 422)):
        answer = desk.post("/desk/views", {**NEW, "name": name})
        assert answer.status_code == status, name
    assert 'value="13812345678 的投诉"' in answer.content.decode()
    assert View.objects.count() == 1
