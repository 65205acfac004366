"""Working together on the case page: drafts of two windows, citing, naming, following, files, other cases."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from bihuan.cases.models import Case, Link
from bihuan.complaints import stage
from bihuan.conversations.models import Draft, Follower
from bihuan.conversations.queries import draft_body
from bihuan.evidence.models import Item

from .conftest import AT
from .play import owned, said, submit, take
from .test_pages_consumer import signed_in

HX = {"HX-Request": "true"}


@pytest.fixture
def case_id(played: stage.Stage) -> UUID:
    return owned(played, files=2)


@pytest.fixture
def desk(played: stage.Stage) -> Client:
    return signed_in(played.who("agent"))


def save(desk: Client, case_id: UUID, text: str, seen: object, **more: str) -> tuple[int, str]:
    given = {"audience": "consumer", "text": text, "seen": str(seen), **more}
    answer = desk.post(f"/desk/{case_id}/draft", given, headers=HX)
    return answer.status_code, answer.content.decode()


def revision(page: str) -> str:
    found = re.search(r'id="seen-consumer" value="(\d+)"', page)
    assert found
    return found[1]


def test_two_windows_never_overwrite_each_other(desk: Client, case_id: UUID) -> None:
    seen = revision(desk.get(f"/desk/{case_id}").content.decode())
    first = revision(save(desk, case_id, "第一个窗口的答复", seen)[1])
    status, page = save(desk, case_id, "第二个窗口的答复", seen)
    assert status == 409
    assert "第一个窗口的答复" in page
    assert draft_body(Draft.objects.get()) == "第一个窗口的答复"
    assert save(desk, case_id, "第一个窗口接着写", first)[0] == 200
    assert save(desk, case_id, "第二个窗口的答复", seen, force="1")[0] == 200
    assert draft_body(Draft.objects.get()) == "第二个窗口的答复"


def test_a_draft_that_was_sent_elsewhere_is_said(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    seen = revision(save(desk, case_id, "写了一半", 0)[1])
    take(played, "agent", case_id, AT, "send_message", text="已从另一个窗口发出的答复")
    status, page = save(desk, case_id, "写了一半，接着写", seen)
    assert status == 409
    assert "has sent or emptied" in page
    assert not Draft.objects.exists()


def test_clauses_are_found_in_both_languages(desk: Client) -> None:
    for words in ("pcn-3.2.3", "调查时限", "investigation limit"):
        page = desk.get("/desk/cite", {"q": words}, headers=HX).content.decode()
        assert 'data-bh-insert="«PCN-3.2.3 Investigation limit» "' in page, words
    assert "No clause fits" in desk.get("/desk/cite", {"q": "量子"}, headers=HX).content.decode()
    assert "<form" in desk.get("/desk/cite", {"q": "受理"}).content.decode()


def test_a_citation_becomes_a_link_and_nothing_else_does(
    desk: Client, played: stage.Stage, case_id: UUID
) -> None:
    text = "依据 «PCN-3.2.3 调查时限» 于五日内答复 <b>«javascript:x y»</b>"
    take(played, "agent", case_id, AT, "send_message", text=text)
    page = desk.get(f"/desk/{case_id}").content.decode()
    assert '<a class="bh-cited" href="/rules/PCN-3.2.3">«PCN-3.2.3 调查时限»</a>' in page
    assert "&lt;b&gt;«javascript:x y»&lt;/b&gt;" in page


def test_colleagues_are_offered_by_name_and_only_to_the_house(
    played: stage.Stage, desk: Client, case_id: UUID
) -> None:
    page = desk.get(f"/desk/{case_id}/colleagues", {"q": "老周"}, headers=HX).content.decode()
    assert 'data-bh-insert="@主管 老周 "' in page
    assert "小吴" not in page
    everybody = desk.get(f"/desk/{case_id}/colleagues", headers=HX).content.decode()
    assert "will be able to read" in everybody
    for part in ("consumer", "merchant"):
        assert signed_in(played.who(part)).get(f"/desk/{case_id}/colleagues").status_code == 404


def test_following_and_not_any_more(desk: Client, played: stage.Stage, case_id: UUID) -> None:
    assert desk.post(f"/desk/{case_id}/follow", {"on": "1"}).status_code == 302
    assert "Unfollow" in desk.get(f"/desk/{case_id}").content.decode()
    assert "Unfollow" not in desk.post(f"/desk/{case_id}/follow", {"on": "0"}, headers=HX).content.decode()
    assert not Follower.objects.exists()
    assert signed_in(played.who("counsel")).post(f"/desk/{case_id}/follow", {"on": "1"}).status_code == 404
    assert not Follower.objects.exists()


def test_a_file_is_shown_large_with_digest_giver_and_neighbours(
    played: stage.Stage, desk: Client, case_id: UUID
) -> None:
    first, second = Item.objects.filter(subject_id=case_id).order_by("uploaded_at", "id")
    page = desk.get(f"/desk/{case_id}/evidence/{first.id}", headers=HX).content.decode()
    assert first.blob_id in page
    assert f"/desk/{case_id}/evidence/{second.id}" in page
    assert "data-bh-next" in page
    assert "data-bh-previous" not in page
    assert "Consumer #" in page
    assert "the complainant, the merchant and the carrier" in page
    assert "<html" in desk.get(f"/desk/{case_id}/evidence/{second.id}").content.decode()
    assert desk.get(f"/desk/{case_id}/evidence/{uuid4()}").status_code == 404
    other = submit(played).case_id
    assert desk.get(f"/desk/{other}/evidence/{first.id}").status_code == 404


def test_other_cases_of_the_complainant_with_state_and_merge_filled_in(
    played: stage.Stage, case_id: UUID
) -> None:
    other = owned(played)
    number = Case.objects.get(id=other).number
    page = signed_in(played.who("supervisor")).get(f"/desk/{case_id}").content.decode()
    assert number in page
    assert "same order" in page
    assert f"/desk/{case_id}/steps/merge?into_id={other}" in page
    assert f"/desk/{case_id}/steps/link?number={number}" in page
    form = signed_in(played.who("supervisor")).get(f"/desk/{case_id}/steps/merge?into_id={other}")
    assert f'value="{other}" selected' in form.content.decode()


def test_cases_are_linked_and_the_link_taken_back(desk: Client, played: stage.Stage, case_id: UUID) -> None:
    other = Case.objects.get(id=owned(played))
    assert desk.post(f"/desk/{case_id}/steps/link", {"number": other.number}).status_code == 302
    assert said(case_id)[-1] == "complaint.linked"
    for one, another in ((case_id, other.number), (other.id, Case.objects.get(id=case_id).number)):
        linked = desk.get(f"/desk/{one}").content.decode().split('id="linked"')[1].split("</section>")[0]
        assert another in linked
    assert (
        desk.post(
            f"/desk/{other.id}/steps/unlink", {"number": Case.objects.get(id=case_id).number}
        ).status_code
        == 302
    )
    assert not Link.objects.filter(undone_at=None).exists()


def test_a_number_that_is_none_or_the_case_itself_links_nothing(desk: Client, case_id: UUID) -> None:
    for number in ("BH000000000000", Case.objects.get().number):
        answer = desk.post(f"/desk/{case_id}/steps/link", {"number": number})
        assert answer.status_code == 422
        assert 'id="error-number"' in answer.content.decode()
    assert not Link.objects.exists()
