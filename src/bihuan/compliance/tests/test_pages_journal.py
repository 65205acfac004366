"""Asking for a verification, following it, reading what it found."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from bihuan.accounts.permissions import Role
from bihuan.compliance import actions, jobs
from bihuan.compliance.models import Verification
from bihuan.compliance.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.engine.errors import NotAllowed
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.verification.report import Report, finding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_book")]
AUDITOR = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"auditor"}))


def queued() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [actions.TASK])
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def ask(at: datetime = AT) -> Verification:
    return actions.request_verification(actor=AUDITOR, at=at)


def run(made: Verification) -> Verification:
    jobs.verify.func(str(made.id))
    made.refresh_from_db()
    return made


def test_the_button_asks_once_and_the_job_keeps_what_it_found() -> None:
    client = as_role(Role.AUDITOR)
    first, second = (client.post("/oversight/journal/verify") for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (302, second.headers["Location"])
    made = Verification.objects.get()
    assert queued() == [{"verification_id": str(made.id)}]
    assert "It begins as soon as a worker is free." in text_of(client, first.headers["Location"])
    run(made)
    assert (made.state, made.ok, made.slot, made.read) == ("ended", True, None, made.report["entries"])
    assert [e.event for e in journal.entries_of(made.id)] == ["verification.requested", "verification.ended"]
    assert "agrees with what was signed" in text_of(client, first.headers["Location"])
    assert str(made.id) in text_of(client, "/oversight/journal")


def test_a_change_in_the_database_is_named_on_the_page() -> None:
    made = ask()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_entry SET proven = NOT proven WHERE subject_id = %s", [made.id])
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    run(made)
    assert (made.ok, made.faults, made.notes) == (False, 1, 0)
    text = text_of(as_role(Role.MANAGER), f"/oversight/journal/verifications/{made.id}")
    assert f"(verification:{made.id}, no. 1) was changed in: proven." in text
    text = text_of(as_role(Role.MANAGER, language="zh-hans"), f"/oversight/journal/verifications/{made.id}")
    assert "changed_column" in text


def test_progress_is_shown_and_a_part_loads_itself_again() -> None:
    made = ask()
    assert actions.begin_verification(verification_id=made.id, actor=PROGRAM, at=AT)
    actions.note_progress(verification_id=made.id, read=1200, due=4800, actor=PROGRAM, at=AT)
    path = f"/oversight/journal/verifications/{made.id}"
    page = as_role(Role.AUDITOR).get(path, headers={"HX-Request": "true"}).content.decode()
    assert "1,200 / 4,800" in page
    assert 'value="1200"' in page
    assert f'hx-get="{path}"' in page
    assert "<html" not in page


def test_notes_of_a_report_are_no_faults_and_only_so_many_findings_are_kept() -> None:
    made = ask()
    actions.begin_verification(verification_id=made.id, actor=PROGRAM, at=AT)
    faults = [finding("deleted", sequence=n, subject="case:x") for n in range(600)]
    report = Report(findings=[finding("outside_silent", place="host"), *faults], seconds=1.0)
    assert actions.end_verification(verification_id=made.id, report=report, actor=PROGRAM, at=AT)
    assert not actions.end_verification(verification_id=made.id, report=report, actor=PROGRAM, at=AT)
    made.refresh_from_db()
    assert (made.ok, len(made.report["findings"]), made.report["left_out"]) == (False, 500, 101)


def test_a_failed_run_is_kept_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> Report:
        raise OSError("disk")

    monkeypatch.setattr(jobs.journal, "verify", broken)
    made = ask()
    with pytest.raises(OSError, match="disk"):
        run(made)
    made.refresh_from_db()
    assert (made.state, made.slot, made.ok, made.failure) == ("failed", None, None, "OSError")
    assert "Nothing is said about the journal" in text_of(
        as_role(Role.AUDITOR), f"/oversight/journal/verifications/{made.id}"
    )


def test_a_job_that_comes_twice_does_nothing_and_a_killed_one_begins_anew() -> None:
    made = ask()
    assert actions.begin_verification(verification_id=made.id, actor=PROGRAM, at=AT)
    ended_at = run(made).ended_at
    assert run(made).ended_at == ended_at
    assert not actions.begin_verification(verification_id=made.id, actor=PROGRAM, at=AT)


def test_a_run_that_lost_its_job_makes_room() -> None:
    made = ask()
    assert ask(AT + timedelta(minutes=14)).id == made.id
    time.set_drill_time(AT + timedelta(minutes=16))
    later = ask(AT + timedelta(minutes=16))
    made.refresh_from_db()
    assert (made.state, made.failure, later.state) == ("failed", "lost", "waiting")


def test_who_may_not_ask() -> None:
    client = as_role(Role.SUPERVISOR)
    text = text_of(client, "/oversight/journal")
    assert "Verify the whole journal" not in text
    assert client.post("/oversight/journal/verify").status_code == 403
    assert as_role(Role.AUDITOR).get("/oversight/journal/verify").status_code == 405
    with pytest.raises(NotAllowed):
        actions.request_verification(actor=Actor(uuid4(), ActorKind.STAFF, frozenset({"agent"})), at=AT)
    assert not Verification.objects.exists()


def test_without_anchors_the_page_says_so_and_everything_is_exposed() -> None:
    text = text_of(as_role(Role.AUDITOR), "/oversight/journal")
    assert "No anchor was made yet." in text
    assert "lie above the last anchor" in text
    text_of(as_role(Role.AUDITOR), "/oversight/journal?before=x", 422)


def test_the_verifier_can_be_taken_along() -> None:
    page = as_role(Role.AUDITOR).get("/oversight/journal/verifier")
    assert b"def main" in page.content
    assert page.headers["Content-Disposition"] == 'attachment; filename="bihuan_verify.py"'
