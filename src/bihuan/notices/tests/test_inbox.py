"""A person's inbox: in their language, with the words it was sent with, and theirs alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.notices import actions, links, queries, wording
from bihuan.notices.models import InboxLetter, Preference
from bihuan.notices.tests.factories import AT, CASE, FakePort, acting, consumer, deliver, queue, staff

pytestmark = pytest.mark.django_db


def test_it_is_written_in_the_readers_language(sms: FakePort) -> None:
    chinese, english = consumer(), consumer("13911112222", language="en")
    deliver(queue(chinese))
    deliver(queue(english, key="k2"))
    assert sms.sent[0].body.startswith("您的投诉TS-2026-000123已受理。")
    assert sms.sent[1].body.startswith("Your complaint TS-2026-000123 is accepted.")
    assert queries.inbox(acting(english))[0].title == "Complaint accepted: TS-2026-000123"


def test_the_name_comes_from_the_vault_only_when_it_is_shown(sms: FakePort) -> None:
    person = consumer()
    deliver(queue(person))
    (letter,) = queries.inbox(acting(person))
    assert letter.body.startswith("王小明，您好：")


def test_a_persons_own_words_come_from_the_kept_text(sms: FakePort) -> None:
    person = consumer()
    subject = Subject("case", CASE)
    text = accounts.keep_text(
        body="材料不清楚，请重拍\n谢谢", subject=subject, about=person, actor=PROGRAM, at=AT
    )
    due = AT + timedelta(days=7)
    deliver(queue(person, kind="supplement_request", text_id=text.id, missing=["evidence"], due_at=due))
    (letter,) = queries.inbox(acting(person))
    assert "说明：材料不清楚，请重拍\n谢谢" in letter.body
    assert "还缺：证据材料。" in letter.body


def test_an_upgrade_of_the_words_changes_no_letter(sms: FakePort, monkeypatch: pytest.MonkeyPatch) -> None:
    person = consumer(phone=None)
    deliver(queue(person))
    before = queries.inbox(acting(person))
    content = dict(wording.template("acceptance").content)
    new = content | {"texts": {k: {"title": "新", "body": "新"} for k in ("zh", "en")}}
    monkeypatch.setattr(wording, "catalogue", lambda: {"acceptance": wording.Template("acceptance", new)})
    assert queries.inbox(acting(person)) == before


def test_the_link_leads_where_the_owner_of_the_page_says(
    sms: FakePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "_FINDERS", [])
    actions.register_link(
        lambda kind, subject, audience, _: f"/{kind}/{subject}" if audience == "complainant" else ""
    )
    person = consumer()
    deliver(queue(person))
    assert queries.inbox(acting(person))[0].path == f"/case/{CASE}"
    assert f"http://localhost:8000/case/{CASE}" in sms.sent[0].body


def test_a_party_is_led_to_its_own_site(sms: FakePort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_FINDERS", [])
    actions.register_link(lambda kind, subject, audience, _: f"/{audience}")
    person = consumer()
    deliver(queue(person, kind="mediation"))
    assert queries.inbox(acting(person))[0].path == "/complainant"


def test_letters_are_paged_and_read_once(sms: FakePort) -> None:
    person = consumer(phone=None)
    for n in range(3):
        deliver(queue(person, key=f"k{n}"), at=AT + n * timedelta(minutes=1))
    first = queries.inbox(acting(person), limit=2)
    rest = queries.inbox(acting(person), before=(first[1].told_at, first[1].notice_id))
    assert [len(first), len(rest)] == [2, 1]
    assert queries.unread(acting(person)) == 3
    for later in (1, 2):
        actions.mark_read(notice_id=first[0].notice_id, actor=acting(person), at=AT + timedelta(hours=later))
    assert InboxLetter.objects.get(notice_id=first[0].notice_id).read_at == AT + timedelta(hours=1)
    assert queries.unread(acting(person)) == 2


def test_others_letters_do_not_exist(sms: FakePort) -> None:
    notice = deliver(queue(consumer(phone=None)))
    stranger = acting(uuid4())
    assert queries.inbox(stranger) == []
    with pytest.raises(NotFound):
        queries.get_for(stranger, notice.id)
    with pytest.raises(NotFound):
        actions.mark_read(notice_id=notice.id, actor=stranger, at=AT)
    assert InboxLetter.objects.get().read_at is None


def test_a_code_for_one_case_opens_only_its_letters(sms: FakePort) -> None:
    person, other = consumer(phone=None), uuid4()
    mine, elsewhere = queue(person), queue(person, key="k2", case_id=other)
    deliver(mine)
    deliver(elsewhere)
    limited = acting(person, case_id=CASE)
    assert [letter.notice_id for letter in queries.inbox(limited)] == [mine]
    with pytest.raises(NotFound):
        queries.get_for(limited, elsewhere)


def test_what_was_not_told_is_not_in_the_inbox(sms: FakePort) -> None:
    person = consumer()
    queue(person)
    assert queries.inbox(acting(person)) == []


@pytest.mark.parametrize("channels", [["pigeon"], ["sms", "sms"]])
def test_a_wrong_preference_is_refused(channels: list[str]) -> None:
    with pytest.raises(Invalid):
        actions.set_preference(channels=channels, actor=staff(Role.AGENT), at=AT)
    assert Preference.objects.count() == 0
