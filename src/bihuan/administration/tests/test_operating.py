"""Keys, jobs, failed notices, backups: what is shown, done and refused."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from bihuan.accounts.keys import find_key
from bihuan.accounts.models import ApiKey
from bihuan.accounts.permissions import Role
from bihuan.administration import actions, jobs
from bihuan.administration.models import Backup, JobFailure
from bihuan.administration.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.engine.errors import NotAllowed, Refusal
from bihuan.journal import queue, time
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.queries import entries_of
from bihuan.journal.subject import Subject
from bihuan.notices.models import Notice

ADMIN = Actor(uuid4(), ActorKind.STAFF, frozenset({"administrator"}))
AUDITOR = Actor(uuid4(), ActorKind.STAFF, frozenset({"auditor"}))


@pytest.fixture
def admin() -> Client:
    return as_role(Role.ADMINISTRATOR)


def a_job(status: str = "failed") -> int:
    queue.defer(task="notices.send", queue="notices", calls=[{"notice_ids": []}])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status", [status])
        cursor.execute("SELECT max(id) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def test_a_key_shows_its_secret_once_and_works_until_it_is_revoked(admin: Client) -> None:
    fields = {"name": "ERP", "scopes": ["orders:read"], "rate": 60, "why": "订单同步"}
    text = admin.post("/admin-room/keys/new", fields).content.decode()
    secret = re.search(r"bh_[0-9a-f]{8}_[\w\-]+", text)
    assert secret is not None
    key = ApiKey.objects.get()
    assert (key.scopes, key.rate) == (["orders:read"], 60)
    assert find_key(secret[0], at=AT) is not None
    assert secret[0] not in text_of(admin, "/admin-room/keys")
    assert admin.post(f"/admin-room/keys/{key.id}/revoke", {"why": "停用"}).status_code == 302
    assert find_key(secret[0], at=AT) is None
    assert [e.event for e in entries_of(key.id)] == ["key.created", "key.revoked"]
    assert admin.post(f"/admin-room/keys/{key.id}/revoke").status_code == 409


def test_a_key_without_scopes_or_with_unknown_ones_is_not_made(admin: Client) -> None:
    for scopes in ([], ["everything:all"]):
        fields = {"name": "ERP", "scopes": scopes, "rate": 60}
        assert admin.post("/admin-room/keys/new", fields).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_failed_job_is_shown_with_its_error_and_starts_again(admin: Client) -> None:
    job = a_job()
    actions.note_failure(job_id=job, error="unavailable", place="notices/ports/sms.py:88 send", at=AT)
    text = text_of(admin, "/admin-room/jobs")
    assert "notices/ports/sms.py:88 send" in text
    assert admin.post(f"/admin-room/jobs/{job}/retry").status_code == 302
    assert queue.state_of(job) == "todo"
    assert [e.event for e in entries_of(Subject.named("job", str(job)).id)] == ["job.retried"]
    with pytest.raises(Refusal):
        actions.retry_job(job_id=job, actor=ADMIN, at=AT)


def test_a_job_is_given_up_with_a_reason_only(admin: Client) -> None:
    job = a_job()
    assert admin.post(f"/admin-room/jobs/{job}/give-up", {"why": " "}).status_code == 422
    assert queue.state_of(job) == "failed"
    assert admin.post(f"/admin-room/jobs/{job}/give-up", {"why": "收件人已电话告知"}).status_code == 302
    assert queue.state_of(job) == "cancelled"


def test_an_auditor_starts_no_job_again() -> None:
    job = a_job()
    with pytest.raises(NotAllowed):
        actions.retry_job(job_id=job, actor=AUDITOR, at=AT)
    assert queue.state_of(job) == "failed"
    assert as_role(Role.AUDITOR).post(f"/admin-room/jobs/{job}/retry").status_code == 403


def test_the_worker_notes_kind_and_place_of_an_error_and_not_its_words() -> None:
    context = SimpleNamespace(job=SimpleNamespace(id=7))

    def fails() -> None:
        raise ValueError("13812345678")

    for _ in range(2):
        with pytest.raises(ValueError, match="138"):
            jobs.noted(fails, context, None)
    row = JobFailure.objects.get()
    assert (row.job_id, row.error, row.times) == (7, "ValueError", 2)
    assert "test_operating.py" in row.place
    assert "138" not in row.place + row.error


def test_a_failed_notice_is_sent_again_or_given_up(admin: Client) -> None:
    from bihuan.notices.tests.factories import consumer, queue

    time.set_drill_time(AT + timedelta(days=20))
    ids = [queue(consumer(f"1381234567{n}"), key=f"k{n}") for n in range(2)]
    Notice.objects.update(state="failed", failed_at=AT, next_try_at=None, code="no_adapter")
    text = text_of(admin, "/admin-room/notices")
    assert text.count("no_adapter") == 2
    assert admin.post(f"/admin-room/notices/{ids[0]}/retry").status_code == 302
    assert admin.post(f"/admin-room/notices/{ids[1]}/give-up").status_code == 422
    assert admin.post(f"/admin-room/notices/{ids[1]}/give-up", {"why": "已当面告知"}).status_code == 302
    assert Notice.objects.get(id=ids[0]).state == "queued"
    assert entries_of(ids[1])[-1].event == "notice.given_up"
    assert "Every notice went out" in text_of(admin, "/admin-room/notices")


def test_the_overview_names_what_is_broken(admin: Client) -> None:
    a_job()
    text = text_of(admin, "/admin-room")
    assert "1 jobs failed for good." in text
    assert "No worker runs" in text
    assert "No backup was made from here yet." in text


def test_a_backup_is_written_verified_and_shown(admin: Client, room: Path, monkeypatch: Any) -> None:
    from bihuan.project import jobs as project
    from bihuan.project.runtime import backup

    def dump(owner: str, path: Path) -> None:
        path.write_bytes(b"PGDMP")

    monkeypatch.setattr(backup.clients, "dump", dump)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    (room / "home").mkdir()
    monkeypatch.setattr(project.settings, "HOME", room / "home", raising=False)
    for _ in range(2):
        assert admin.post("/admin-room/backups/run").status_code == 302
    run = Backup.objects.get()
    project.back_up.func(str(run.id))
    run.refresh_from_db()
    assert (run.state, run.members, run.slot, run.verified_at) == ("ended", 1, None, AT)
    assert (room / "backups" / run.file).stat().st_size == run.size
    assert [e.event for e in entries_of(run.id)] == ["backup.requested", "backup.ended"]
    text = text_of(admin, "/admin-room/backups")
    assert run.file in text
    assert "no longer in the folder" not in text
    project.back_up.func(str(run.id))
    assert Backup.objects.get().verified_at == AT


def test_a_damaged_backup_is_found(room: Path, monkeypatch: Any) -> None:
    from bihuan.project.runtime import backup
    from bihuan.project.runtime.errors import CannotRun

    monkeypatch.setattr(backup.clients, "dump", lambda owner, path: path.write_bytes(b"PGDMP" * 400))
    (room / "home").mkdir()
    target = room / "one.tar"
    backup.write(room / "home", "x", target, lambda _: None)
    assert backup.verify(target)[0] == 1
    raw = bytearray(target.read_bytes())
    raw[600] ^= 1
    target.write_bytes(raw)
    with pytest.raises(CannotRun, match="damaged"):
        backup.verify(target)


def test_a_backup_that_fails_says_so(room: Path, monkeypatch: Any) -> None:
    from bihuan.project import jobs as project

    run = actions.request_backup(actor=ADMIN, at=AT)
    monkeypatch.setattr(project.backup, "write", lambda *a, **k: 1 / 0)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    with pytest.raises(ZeroDivisionError):
        project.back_up.func(str(run.id))
    run.refresh_from_db()
    assert (run.state, run.failure, run.slot) == ("failed", "ZeroDivisionError", None)
    assert actions.request_backup(actor=PROGRAM, at=AT).id != run.id
