"""Clauses off and on, own limits, calendars by upload; words of notices, phrases."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.administration.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.subject import Subject
from bihuan.norms import actions, cache, queries
from bihuan.norms.models import OwnLimit
from bihuan.norms.tests.books import KNOWN, write_book
from bihuan.notices.models import OwnWording
from bihuan.notices.own import in_use
from bihuan.phrases import queries as phrases
from bihuan.phrases.models import Former, Phrase

ADMIN = Actor(uuid4(), ActorKind.STAFF, frozenset({"administrator"}))
AGENT = Actor(uuid4(), ActorKind.STAFF, frozenset({"agent"}))
ID = "PCN-3.4.b"
TOMORROW = date(2026, 9, 21)


@pytest.fixture
def admin() -> Client:
    return as_role(Role.ADMINISTRATOR)


def set_limit(value: Any = "12h", since: date = TOMORROW, actor: Actor = ADMIN) -> OwnLimit:
    return actions.set_limit(
        clause_id=ID, since=since, value=value, reason="本平台承诺更快", actor=actor, at=AT, known=KNOWN
    )


def events() -> list[str]:
    return [e.event for e in journal.entries_of(Subject.named("clause", ID).id)][1:]


def test_a_clause_is_switched_off_with_a_reason_and_on_again(admin: Client) -> None:
    assert admin.post(f"/admin-room/rules/{ID}/off", {"why": ""}).status_code == 422
    assert admin.post(f"/admin-room/rules/{ID}/off", {"why": "另有合同约定"}).status_code == 302
    (found,) = queries.switched()
    assert (found.kind, found.clause_id, found.reason) == ("off", ID, "另有合同约定")
    assert "另有合同约定" in text_of(admin, "/admin-room/rules")
    assert admin.post(f"/admin-room/rules/{ID}/on", {"why": "合同到期"}).status_code == 302
    assert queries.switched() == []
    (ended,) = queries.switched(start=AT - timedelta(days=1), end=AT + timedelta(days=1))
    assert ended.until_at == AT
    assert events() == ["clause.switched_off", "clause.switched_on"]


def test_an_own_limit_binds_from_its_day_and_keeps_the_old_text(admin: Client) -> None:
    fields = {"since": "2026-09-21", "limit_fixed": "12h", "why": "本平台承诺更快"}
    assert admin.post(f"/admin-room/rules/{ID}/limit", fields).status_code == 302
    assert [(s.isoformat(), str(v.fixed)) for s, v in queries.clause(ID).limits] == [
        ("2026-01-01", "24h"), ("2026-09-21", "12h"),
    ]  # fmt: skip
    assert [str(v.fixed) for _s, v in queries.shipped_clause(ID).limits] == ["24h"]
    assert queries.read_clause(ID).own
    assert len(queries.history(ID)) == 2
    assert events() == ["clause.limit_set", "clause.changed"]
    (found,) = queries.switched()
    assert (found.kind, found.since, found.value, found.reason) == (
        "limit", TOMORROW, "12h", "本平台承诺更快",
    )  # fmt: skip
    assert "12" in text_of(admin, f"/admin-room/rules/{ID}")


def test_an_own_limit_survives_the_next_start() -> None:
    set_limit()
    cache.forget()
    assert actions.load_rulebooks(actor=ADMIN, at=AT, known=KNOWN).books == ()
    assert len(queries.clause(ID).limits) == 2


@pytest.mark.parametrize("since", [date(2026, 9, 20), date(2025, 1, 1)])
def test_an_own_limit_never_reaches_back(since: date) -> None:
    with pytest.raises(Invalid):
        set_limit(since=since)
    assert not OwnLimit.objects.exists()
    assert len(queries.clause(ID).limits) == 1


@pytest.mark.parametrize("value", ["soon", {"by": "complexity", "general": "3wd"}, ""])
def test_what_the_loader_does_not_take_is_refused(value: Any) -> None:
    with pytest.raises(Invalid):
        set_limit(value)
    assert not OwnLimit.objects.exists()


def test_the_form_shows_what_the_loader_says(admin: Client) -> None:
    fields = {"since": "2026-09-21", "limit_fixed": "soon", "why": "x"}
    answer = admin.post(f"/admin-room/rules/{ID}/limit", fields)
    assert (answer.status_code, "soon" in answer.content.decode()) == (422, True)
    assert not OwnLimit.objects.exists()


def test_law_is_not_the_operators_to_set(room: Any) -> None:
    write_book(room / "books", nature="statutory")
    actions.load_rulebooks(actor=ADMIN, at=AT, known=KNOWN)
    cache.forget()
    with pytest.raises(Refusal, match="is law"):
        set_limit()
    assert not OwnLimit.objects.exists()


def test_who_may_not_set_limits() -> None:
    with pytest.raises(NotAllowed):
        set_limit(actor=AGENT)
    assert as_role(Role.MANAGER).post(f"/admin-room/rules/{ID}/limit").status_code == 403
    assert not OwnLimit.objects.exists()


def test_a_limit_is_taken_back_before_its_day_only(admin: Client) -> None:
    row = set_limit()
    assert admin.post(f"/admin-room/rules/{ID}/limits/{row.pk}", {"why": "误设"}).status_code == 302
    assert len(queries.clause(ID).limits) == 1
    later = set_limit("6h")
    time.set_drill_time(AT + timedelta(days=2))
    with pytest.raises(Refusal, match="binds already"):
        actions.withdraw_limit(limit_id=later.pk, actor=ADMIN, at=AT + timedelta(days=2), known=KNOWN)
    assert len(queries.clause(ID).limits) == 2


def year(*days: tuple[str, bool]) -> SimpleUploadedFile:
    rows = [{"name": "元旦", "date": day, "isOffDay": off} for day, off in days]
    return SimpleUploadedFile("2027.json", json.dumps({"year": 2027, "days": rows}).encode())


def test_a_calendar_is_looked_at_before_it_is_taken(admin: Client) -> None:
    fields = {"source": "国办发明电", "published_on": "2026-09-19", "complete": "on"}
    answer = admin.post(
        "/admin-room/calendars/preview", {**fields, "file": year(("2027-01-01", True), ("2027-01-03", False))}
    )
    text = answer.content.decode()
    assert (answer.status_code, "2027-01-03" in text, "0 of 0 provisional clocks" in text) == (
        200,
        True,
        True,
    )
    assert not queries.is_published(date(2027, 1, 4))
    found = queries.preview_calendar(json.loads(year(("2027-01-01", True)).read()))
    data = {"text": year(("2027-01-01", True)).read().decode(), **fields, "complete": "1"}
    assert admin.post("/admin-room/calendars/take", data).status_code == 302
    assert (found.first, found.version, queries.is_published(date(2027, 1, 4))) == (True, 1, True)


@pytest.mark.parametrize("raw", [b"\xff", b"[]", b"{", b'{"year": 2027, "days": []}'])
def test_a_file_that_is_no_calendar_comes_back_into_the_form(admin: Client, raw: bytes) -> None:
    fields = {"source": "x", "file": SimpleUploadedFile("x.json", raw)}
    assert admin.post("/admin-room/calendars/preview", fields).status_code == 422


WORDS = {
    "zh_title": "投诉 {number} 已受理", "zh_body": "{name}：\n编号 {number}\n查询码 {code}\n{link}",
    "zh_sms": "{number} {code}\n{link}", "en_title": "{number} accepted",
    "en_body": "{name}: {number} {code} {link}", "en_sms": "{number} {code} {link}",
}  # fmt: skip


def test_own_words_are_previewed_used_and_taken_back(admin: Client) -> None:
    path = "/admin-room/wordings/acceptance"
    text = admin.post(path, {**WORDS, "preview": "1"}).content.decode()
    assert "投诉 TS-2026-000123 已受理" in text
    assert not OwnWording.objects.exists()
    assert admin.post(path, {**WORDS, "why": "更简短"}).status_code == 302
    assert in_use(["acceptance"])["acceptance"].text("title", "zh") == "投诉 {number} 已受理"
    assert admin.post(f"{path}/restore", {"why": "恢复"}).status_code == 302
    assert in_use(["acceptance"])["acceptance"].text("title", "zh") == "投诉已受理：{number}"
    assert OwnWording.objects.get().ended_at == AT
    subject = Subject.named("wording", "acceptance")
    assert [e.event for e in journal.entries_of(subject.id)] == ["wording.changed", "wording.restored"]


@pytest.mark.parametrize(
    ("part", "text"), [("zh_sms", "{number} {link}"), ("en_body", "{name} {number} {code} {link} {phone}")]
)
def test_words_with_other_placeholders_are_refused(admin: Client, part: str, text: str) -> None:
    answer = admin.post("/admin-room/wordings/acceptance", {**WORDS, part: text})
    assert (answer.status_code, "These words cannot be used" in answer.content.decode()) == (422, True)
    assert not OwnWording.objects.exists()


def test_a_notice_goes_out_in_own_words(admin: Client) -> None:
    from bihuan.notices.models import Notice
    from bihuan.notices.ports import choice
    from bihuan.notices.tests.factories import FakePort, consumer, deliver, queue

    time.set_drill_time(AT + timedelta(days=20))
    admin.post("/admin-room/wordings/acceptance", WORDS)
    port = FakePort()
    choice.install({"sms": port})
    try:
        made = queue(consumer(), code="ABC123")
        deliver(made, at=Notice.objects.get(id=made).queued_at)
    finally:
        choice.install({})
    assert port.sent[0].body.startswith("TS-2026-000123 ABC123")


def add(client: Client, code: str, status: int = 302, **more: str) -> None:
    fields = {"code": code, "of": "", "title_zh": f"标题{code}", "title_en": code, "body_zh": "您好{name}",
              "body_en": "Hello {name}", **more}  # fmt: skip
    assert client.post("/admin-room/phrases?kind=reply", fields).status_code == status


def test_quick_replies_are_kept_ordered_and_retired(admin: Client) -> None:
    for code in ("first", "second"):
        add(admin, code)
    add(admin, "quality_only", of="quality")
    assert [p.code for p in phrases.offered("reply")] == ["first", "second"]
    assert [p.code for p in phrases.offered("reply", of=["quality"])] == ["quality_only", "first", "second"]
    second = Phrase.objects.get(code="second")
    assert admin.post(f"/admin-room/phrases/{second.id}/move", {"way": "up"}).status_code == 302
    assert [p.code for p in phrases.offered("reply")] == ["second", "first"]
    assert admin.post(f"/admin-room/phrases/{second.id}/retire").status_code == 302
    assert [p.code for p in phrases.offered("reply")] == ["first"]
    assert phrases.words([second.id]) == {second.id: "标题second"}
    assert admin.post(f"/admin-room/phrases/{second.id}/restore").status_code == 302
    assert [p.code for p in phrases.find("sec", language="en")] == ["second"]
    assert [e.event for e in journal.entries_of(second.id)] == [
        "phrase.added", "phrase.placed", "phrase.retired", "phrase.restored",
    ]  # fmt: skip


def test_a_change_keeps_what_was_said_before(admin: Client) -> None:
    add(admin, "first")
    it = Phrase.objects.get()
    fields = {
        "title_zh": "新标题",
        "title_en": "New",
        "body_zh": "新内容",
        "body_en": "New words",
        "why": "更清楚",
    }
    assert admin.post(f"/admin-room/phrases/{it.id}/change", fields).status_code == 302
    assert (Former.objects.get().words["title_zh"], Phrase.objects.get().version) == ("标题first", 2)
    assert "标题first" in text_of(admin, f"/admin-room/phrases/{it.id}")


@pytest.mark.parametrize(
    "wrong",
    [{"title_en": ""}, {"body_zh": "{phone}"}, {"body_zh": "身份证 11010519491231002X"}, {"code": "A B"}],
)
def test_what_a_phrase_may_not_be(admin: Client, wrong: dict[str, str]) -> None:
    add(admin, **{"code": "first", "status": 422, **wrong})  # type: ignore[arg-type]
    assert not Phrase.objects.exists()


def test_a_code_is_given_once(admin: Client) -> None:
    add(admin, "first")
    add(admin, "first", 409)
    assert Phrase.objects.count() == 1
    assert UUID(str(Phrase.objects.get().id))


def test_the_preview_counts_the_clocks_that_would_be_judged_again(room: Any) -> None:
    from datetime import datetime

    from bihuan.clocks import queries as clocks
    from bihuan.compliance.tests.clocks import clock

    write_book(room / "books", limit="3wd")
    actions.load_rulebooks(actor=ADMIN, at=AT, known=KNOWN)
    cache.forget()
    text, calendars = queries.clause(ID), queries.calendars()
    start = datetime.fromisoformat("2026-12-30T10:00:00+08:00")
    counted = {"clause_hash": text.hash, "calendar_version": calendars.work.version, "limit": "3wd"}
    due = datetime.fromisoformat("2027-01-05T00:00:00+08:00")
    row = clock(due, started_at=start, provisional=True, **counted)
    clock(due, started_at=start, provisional=False, **counted)
    year = {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}
    found = clocks.rejudged_by(queries.preview_calendar(year).calendars)
    assert (found.looked, found.changed, found.running, found.more) == (1, 1, 1, False)
    row.refresh_from_db()
    assert (row.provisional, row.due_at) == (True, due)
