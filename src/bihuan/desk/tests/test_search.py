"""Search: Chinese words in texts, messages, notes and names of evidence; numbers; only what one may see."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from bihuan.accounts.models import Text
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.tests.play import owned, submit, take
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.desk import queries
from bihuan.desk.queries import finding
from bihuan.evidence import actions as evidence

from .conftest import AT


def ids(played: stage.Stage, text: str, part: str = "supervisor") -> set[UUID]:
    return {hit.case.id for hit in queries.find(played.who(part), text, at=AT).hits}


def test_words_of_the_matter_anywhere_in_it(played: stage.Stage) -> None:
    one = submit(played, matter_text="吃完以后肚子疼，去医院看了急诊").case_id
    submit(played, matter_text="快递三天没有更新")
    for query in ("肚子疼", "医院", "急诊 吃完", "看了急诊"):
        assert ids(played, query) == {one}, query
    assert ids(played, "疼肚") == set()
    assert ids(played, "医院 快递") == set()


def test_width_and_case_of_letters_do_not_matter(played: stage.Stage) -> None:
    one = submit(played, matter_text="型号ＡＢＣ１２ 与 iPhone 描述不符").case_id
    assert ids(played, "abc12") == {one}
    assert ids(played, "IPHONE") == {one}


def test_messages_and_notes_are_found_with_their_words(played: stage.Stage, case_id: UUID) -> None:
    take(played, "agent", case_id, AT, "send_message", audience="internal", text="疑似同一批次的密封圈老化")
    hit = queries.find(played.who("agent"), "密封圈", at=AT).hits[0]
    assert (hit.case.id, hit.by, hit.word) == (case_id, "text", "密封圈")


def test_names_of_evidence_are_found(played: stage.Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = evidence.upload
    monkeypatch.setattr(evidence, "upload", lambda **given: upload(**{**given, "name": "漏水照片.jpg"}))
    case_id = owned(played)
    hit = queries.find(played.who("agent"), "漏水照", at=AT).hits[0]
    assert (hit.case.id, hit.by, hit.word) == (case_id, "evidence", "漏水照")


def test_numbers_lead_to_the_case(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    case = Case.objects.get()
    answer = desk.get("/desk/search", {"q": f" {case.number.lower()} "})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/{case_id}")
    assert ids(played, case.order_number) == {case_id}
    assert ids(played, case.number[:10]) == ids(played, case.number[2:10]) == {case_id}
    assert ids(played, case.number[:9]) == set()


def test_nobody_finds_what_they_may_not_see(played: stage.Stage, case_id: UUID) -> None:
    number = Case.objects.get().number
    assert ids(played, "水壶漏水", "agent") == {case_id}
    for query in ("水壶漏水", number):
        assert ids(played, query, "counsel") == set(), query
    assert signed_in(played.who("counsel")).get("/desk/search", {"q": number}).status_code == 200
    for part in ("consumer", "merchant", "auditor"):
        assert signed_in(played.who(part)).get("/desk/search?q=水壶").status_code == 403, part


def test_what_was_destroyed_is_not_found(played: stage.Stage, case_id: UUID) -> None:
    Text.objects.filter(subject_id=case_id).update(body=None, salt=None, redacted_at=AT, reason="erased")
    assert ids(played, "水壶漏水") == set()


def test_too_short_says_so_and_keeps_what_was_typed(desk: Client) -> None:
    answer = desk.get("/desk/search", {"q": "水"})
    assert answer.status_code == 422
    assert 'value="水"' in answer.content.decode()
    assert desk.get("/desk/search").status_code == 200


def test_words_in_very_many_texts_are_looked_for_among_the_newest(
    played: stage.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [owned(played) for _ in range(3)]
    monkeypatch.setattr(finding, "MANY", 1)
    for part in ("supervisor", "agent"):
        found = queries.find(played.who(part), "漏水", at=AT)
        assert found.newest, part
        assert {hit.case.id for hit in found.hits} == set(made), part
    monkeypatch.setattr(finding, "NEWEST", 2)
    assert len(queries.find(played.who("agent"), "漏水", at=AT).hits) == 2


def test_what_was_written_last_stands_first_and_pages_go_on(
    played: stage.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = owned(played), owned(played)
    Text.objects.filter(subject_id=old).update(created_at=AT - timedelta(days=40))
    supervisor = played.who("supervisor")
    assert [hit.case.id for hit in queries.find(supervisor, "漏水", at=AT).hits] == [new, old]
    monkeypatch.setattr(finding, "PAGE", 1)
    first = queries.find(supervisor, "漏水", at=AT)
    second = queries.find(supervisor, "漏水", at=AT, skip=1)
    assert ([hit.case.id for hit in first.hits], first.more) == ([new], True)
    assert ([hit.case.id for hit in second.hits], second.more) == ([old], False)


def test_marks_of_the_query_are_only_letters(played: stage.Stage, desk: Client) -> None:
    for query in ("100%", "a_b", "'; --", "<b>x</b>", "\\\\", "%s%s"):
        assert desk.get("/desk/search", {"q": query}).status_code == 200, query
    assert "<b>x" not in desk.get("/desk/search", {"q": "<b>x</b>"}).content.decode()
