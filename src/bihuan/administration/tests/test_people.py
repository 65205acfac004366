"""People through the pages: made, invited, given roles, helped in, certified, absent, gone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import Person, RoleGrant
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import events_of, staff
from bihuan.administration.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, text_of, visitor
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import last_of
from bihuan.workforce import actions as work
from bihuan.workforce.models import Absence, Certificate, Shift, Worker


@pytest.fixture
def admin() -> Client:
    return as_role(Role.ADMINISTRATOR)


def act(client: Client, who: Person, name: str, status: int = 302, **fields: Any) -> str:
    answer = client.post(f"/admin-room/people/{who.id}/{name}", {"why": "岗位调整", **fields})
    assert answer.status_code == status, re.findall(r'alert">(.*?)</div>', answer.content.decode())
    return answer.content.decode()


def hired(**more: Any) -> Person:
    who = staff(Role.AGENT, **more)
    facts = {"number": who.username or "", "education": "college", "skills": ["quality"]}
    work.hire(person_id=who.id, actor=PROGRAM, at=AT, **facts)
    return who


def test_a_person_is_registered_invited_and_joins(admin: Client) -> None:
    fields = {"kind": "staff", "username": "wang.li", "label": "小王", "language": "zh-hans", "role": "agent",
              "email": "wang@example.cn", "why": "新入职"}  # fmt: skip
    answer = admin.post("/admin-room/people/new", fields)
    made = Person.objects.get(username="wang.li")
    assert answer.headers["Location"] == f"/admin-room/people/{made.id}"
    text = text_of(admin, f"/admin-room/people/{made.id}")
    assert "w***@example.cn" in text
    assert "wang@example.cn" not in text
    text = admin.post(f"/admin-room/people/{made.id}/invite", {"by": "link"}).content.decode()
    link = re.search(r"http://testserver(/account/invitation/[\w\-]+)", text)
    assert link is not None
    joined = {"password": "correct horse battery", "again": "correct horse battery"}
    assert Client(REMOTE_ADDR="127.0.0.1").post(link[1], joined).status_code == 302
    made.refresh_from_db()
    assert made.state == "active"
    assert accounts.roles_of([made.id], at=AT) == {made.id: {"agent"}}


def test_a_user_name_that_is_taken_comes_back_into_the_form(admin: Client) -> None:
    other, before = staff(), Person.objects.count()
    fields = {"kind": "staff", "username": other.username, "language": "en", "label": "Kept words"}
    answer = admin.post("/admin-room/people/new", fields)
    assert answer.status_code == 409
    assert "Kept words" in answer.content.decode()
    assert Person.objects.count() == before


def test_a_role_with_validity_and_reason(admin: Client) -> None:
    who = staff(Role.AGENT)
    fields = {
        "role": "supervisor",
        "from_at": "2026-10-01T09:00",
        "until_at": "2026-10-31T18:00",
        "why": "代班",
    }
    act(admin, who, "grant", **fields)
    grant = RoleGrant.objects.get(person=who, role="supervisor")
    assert (grant.from_at.isoformat(), grant.until_at and grant.until_at.isoformat()) == (
        "2026-10-01T01:00:00+00:00", "2026-10-31T10:00:00+00:00",
    )  # fmt: skip
    entry = last_of(who.id, ["person.role_granted"])
    assert entry is not None
    assert list(accounts.bodies([UUID(entry.data["reason_id"])]).values()) == ["代班"]
    assert accounts.roles_of([who.id], at=AT) == {who.id: {"agent"}}
    act(admin, who, "revoke", role="supervisor")
    assert not RoleGrant.objects.filter(person=who, role="supervisor").exists()


def test_an_auditor_gets_no_other_role_even_later(admin: Client) -> None:
    who = staff(Role.AUDITOR)
    text = act(admin, who, "grant", 409, role="agent", from_at="2026-10-01T09:00")
    assert "An auditor has no other role." in text
    assert RoleGrant.objects.filter(person=who).count() == 1


def test_deactivated_and_unlocked(admin: Client) -> None:
    who = staff(Role.AGENT)
    act(admin, who, "lock", reason="security", why="密码外泄")
    who.refresh_from_db()
    assert who.state == "locked"
    assert visitor(who).get("/account").status_code == 302
    act(admin, who, "unlock")
    who.refresh_from_db()
    assert (who.state, events_of(who.id)[-2:]) == ("active", ["person.locked", "person.unlocked"])


def test_the_second_factor_is_reset_with_a_reason_only(admin: Client) -> None:
    who = staff(Role.AGENT)
    Authenticator.objects.create(user_id=who.pk, type="totp", data={"secret": "x"})
    act(admin, who, "factor", 422, why="")
    assert Authenticator.objects.filter(user_id=who.pk).exists()
    act(admin, who, "factor", why="手机遗失，已当面核实")
    assert not Authenticator.objects.filter(user_id=who.pk).exists()
    entry = last_of(who.id, ["person.second_factor_changed"])
    assert entry is not None
    assert entry.data["change"] == "reset"


def test_nobody_resets_the_own_second_factor() -> None:
    me = staff(Role.ADMINISTRATOR)
    Authenticator.objects.create(user_id=me.pk, type="totp", data={"secret": "x"})
    text = act(visitor(me), me, "factor", 403, why="我自己")
    assert "Nobody resets the own second factor." in text
    assert Authenticator.objects.filter(user_id=me.pk).exists()


def test_a_lock_out_is_ended(admin: Client, settings: Any) -> None:
    from django.utils import timezone

    who = staff(Role.AGENT)
    AccessAttempt.objects.create(
        username=who.username, ip_address="10.0.0.1", failures_since_start=5, get_data="", post_data=""
    )
    AccessAttempt.objects.update(attempt_time=AT)
    assert timezone.now()
    assert "locked after wrong passwords" in text_of(admin, "/admin-room/people")
    act(admin, who, "lockout")
    assert not AccessAttempt.objects.exists()
    assert events_of(who.id)[-1] == "person.lockout_cleared"


def test_work_from_hiring_to_leaving(admin: Client) -> None:
    who = staff(Role.AGENT)
    act(admin, who, "hire", number="E0900", education="college", skills=["quality", "price"], capacity=20)
    act(admin, who, "certify", version="2026", from_at="2026-09-01T00:00", until_at="2026-10-10T00:00")
    act(admin, who, "shift", from_at="2026-09-21T09:00", until_at="2026-09-21T18:00")
    act(admin, who, "absence", kind="illness", from_at="2026-09-20T12:00", until_at="2026-09-22T09:00")
    worker = Worker.objects.get(person=who)
    assert (worker.skills, worker.capacity) == (["price", "quality"], 20)
    text = text_of(admin, f"/admin-room/people/{who.id}")
    assert "2026-10-10 00:00" in text
    text = text_of(admin, "/admin-room/people")
    assert "1 certificate ends within 30 days" in text
    shift, absence = Shift.objects.get(), Absence.objects.get()
    assert admin.post(f"/admin-room/people/{who.id}/shifts/{shift.id}").status_code == 302
    assert admin.post(f"/admin-room/people/{who.id}/absences/{absence.id}").status_code == 302
    assert (Shift.objects.count(), Absence.objects.count()) == (0, 0)
    act(admin, who, "leave", reason="resigned")
    who.refresh_from_db()
    worker.refresh_from_db()
    assert (who.state, worker.left_at) == ("left", AT)


def test_an_overlapping_shift_comes_back_with_its_rule(admin: Client) -> None:
    who = hired()
    act(admin, who, "shift", from_at="2026-09-21T09:00", until_at="2026-09-21T18:00")
    text = act(admin, who, "shift", 409, from_at="2026-09-21T12:00", until_at="2026-09-21T20:00")
    assert "has a shift in this time already" in text
    assert Shift.objects.count() == 1


def test_certificates_that_end_are_told_once_at_each_step() -> None:
    who, boss = hired(), staff(Role.MANAGER)
    until = AT + timedelta(days=20)
    work.issue_certificate(
        person_id=who.id, version="2026", from_at=AT - timedelta(days=1), until_at=until, actor=PROGRAM, at=AT
    )
    assert work.warn_certificates(actor=PROGRAM, at=AT, days=7) == 0
    assert work.warn_certificates(actor=PROGRAM, at=AT, days=30) == 1
    assert work.warn_certificates(actor=PROGRAM, at=AT, days=30) == 0
    time.set_drill_time(until - timedelta(days=2))
    assert work.warn_certificates(actor=PROGRAM, at=until - timedelta(days=3), days=7) == 1
    assert work.warn_certificates(actor=PROGRAM, at=until - timedelta(days=2), days=30) == 0
    assert Certificate.objects.get().warned_days == 7
    from bihuan.notices.models import Notice

    told = Notice.objects.filter(kind="certificate_ends")
    assert {n.recipient_id for n in told} == {who.id, boss.id}
    assert told.count() == 4


def test_a_renewed_certificate_is_not_warned_of() -> None:
    who = hired()
    for start, end in ((-1, 20), (19, 400)):
        work.issue_certificate(
            person_id=who.id, version="2026", from_at=AT + timedelta(days=start),
            until_at=AT + timedelta(days=end), actor=PROGRAM, at=AT,
        )  # fmt: skip
    assert work.warn_certificates(actor=PROGRAM, at=AT, days=30) == 0


def test_a_supervisor_sees_the_own_team_and_records_absences() -> None:
    from bihuan.accounts.actions import create_team

    ours, theirs = (create_team(department="service", name=n, actor=PROGRAM, at=AT) for n in ("一组", "二组"))
    mine, other = hired(team_id=ours.id, label="Ours"), hired(team_id=theirs.id, label="Theirs")
    boss = visitor(staff(Role.SUPERVISOR, team_id=ours.id))
    text = text_of(boss, "/admin-room/people")
    assert ("Ours" in text, "Theirs" in text) == (True, False)
    text_of(boss, f"/admin-room/people/{other.id}", 404)
    fields = {"kind": "leave", "from_at": "2026-09-21T09:00", "until_at": "2026-09-25T18:00"}
    act(boss, mine, "absence", **fields)
    act(boss, other, "absence", 404, **fields)
    act(boss, mine, "lock", 403, reason="other")
    assert list(Absence.objects.values_list("worker_id", flat=True)) == [mine.id]


def test_search_and_filters(admin: Client) -> None:
    staff(Role.AGENT, label="Alpha")
    staff(Role.MANAGER, label="Beta")
    text = text_of(admin, "/admin-room/people?text=alph")
    assert ("Alpha" in text, "Beta" in text) == (True, False)
    text = text_of(admin, "/admin-room/people?role=manager")
    assert ("Alpha" in text, "Beta" in text) == (False, True)
    assert "Nobody fits what was asked." in text_of(admin, "/admin-room/people?state=erased")
    text_of(admin, "/admin-room/people?after=x", 422)
