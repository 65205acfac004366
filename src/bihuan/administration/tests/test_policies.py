"""Policies and invitations through the pages: set with a reason, agreed to by a second administrator."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import Person, Policy
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import policies
from bihuan.accounts.tests.factories import staff
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.notices.models import Notice
from bihuan.notices.ports import choice


@pytest.fixture(autouse=True)
def _by_the_room(settings: Any) -> Any:
    settings.MFA_REQUIRED_ROLES = None
    policies.forget_policies()
    yield
    policies.forget_policies()


@pytest.fixture
def admin() -> Client:
    return as_role(Role.ADMINISTRATOR)


def set_factor(client: Client, role: str, compulsory: str, why: str = "钓鱼邮件增多") -> int:
    given = {"compulsory": compulsory, "why": why}
    return client.post(f"/admin-room/policy/factor/{role}", given).status_code


def test_a_second_factor_is_asked_for_and_let_go_by_two(admin: Client) -> None:
    assert set_factor(admin, "manager", "1", why="") == 422
    assert set_factor(admin, "manager", "1") == 302
    assert as_role(Role.MANAGER).get("/oversight").headers["Location"] == "/account/second-factor/add"
    assert set_factor(admin, "manager", "0") == 302
    row = Policy.objects.get(state="asked")
    assert admin.post(f"/admin-room/policy/{row.id}/agree").status_code == 403
    assert as_role(Role.ADMINISTRATOR).post(f"/admin-room/policy/{row.id}/agree").status_code == 302
    assert "钓鱼邮件增多" in text_of(admin, "/admin-room/policy")


def test_retention_stays_within_the_law(admin: Client) -> None:
    answer = admin.post("/admin-room/policy/kept/ended_cases", {"days": "10", "why": "减少留存"})
    assert (answer.status_code, Policy.objects.count()) == (409, 0)
    assert "This is kept for 1098 to 3660 days." in answer.content.decode()
    assert admin.post("/admin-room/policy/kept/drafts", {"days": "10", "why": "减少留存"}).status_code == 302
    assert Policy.objects.get().state == "asked"


def test_only_administrators_set_and_auditors_see(admin: Client) -> None:
    auditor = as_role(Role.AUDITOR)
    assert "/admin-room/policy/factor/" not in auditor.get("/admin-room/policy").content.decode()
    assert set_factor(auditor, "agent", "1") == 403
    assert admin.get("/admin-room/policy/factor/nobody").status_code == 404


def test_the_invitation_goes_by_mail_where_that_is_set_up(admin: Client) -> None:
    who = staff(joined=False, values={"email": "wang@example.cn"})
    assert "w***@example.cn" in text_of(admin, f"/admin-room/people/{who.id}")
    page = admin.post(f"/admin-room/people/{who.id}/invite").content.decode()
    assert "/account/invitation/" not in page
    told = Notice.objects.get(kind="invitation")
    assert (told.channel, told.recipient_id, told.params.get("token")) == ("mail", who.id, None)


def test_without_mail_the_link_is_shown_and_the_form_says_so(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "deployment_kind", lambda: "production")
    monkeypatch.delenv("BIHUAN_SMTP_URL", raising=False)
    who: Person = staff(joined=False, values={"email": "wang@example.cn"})
    page = admin.post(f"/admin-room/people/{who.id}/invite").content.decode()
    assert "http://testserver/account/invitation/" in page
    assert not Notice.objects.exists()
    assert "No mail is set up here" in text_of(admin, "/admin-room/people/new")
