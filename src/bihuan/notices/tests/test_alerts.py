"""Copies by mail and browser as each member of staff chose, never in quiet hours, and the pages for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.test import Client

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.models import Person
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.notices import actions, queries
from bihuan.notices.alerts import GROUPS, group_of, quiet_until
from bihuan.notices.models import Alerts, InboxLetter, Notice
from bihuan.notices.ports import choice
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import AT, FakePort, consumer, deliver, queue
from bihuan.notices.wording import catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> Iterator[FakePort]:
    port = FakePort(field=PersonalField.EMAIL)
    choice.install({"mail": port, "station": StationPort()})
    yield port
    choice.install({})


@pytest.fixture
def who() -> Actor:
    """An agent with a mail address, named 小李."""
    new = NewPerson(
        kind=ActorKind.STAFF, username="xiaoli", label="小李", values={PersonalField.EMAIL: "li@example.cn"}
    )
    person = accounts.create_person(new=new, actor=PROGRAM, at=AT)
    accounts.grant_role(person_id=person.id, role=Role.AGENT, actor=PROGRAM, at=AT)
    Person.objects.filter(id=person.id).update(state="active")
    return accounts_queries.actor_by_id(person.id, at=AT)


def choose(who: Actor, quiet: tuple[time, time] | None = None, **choices: list[str]) -> None:
    start, end = quiet or (None, None)
    actions.set_alerts(choices=choices, quiet_from=start, quiet_until=end, actor=who, at=AT)


def mention(who: Actor, at: datetime = AT) -> UUID:
    made = queue(who.id, kind="mention")
    Notice.objects.filter(id=made).update(next_try_at=at)
    actions.place(notice_ids=[made], at=at)
    return made


def test_without_a_choice_there_is_the_letter_alone(who: Actor, mail: FakePort) -> None:
    mention(who)
    assert (Notice.objects.count(), InboxLetter.objects.count()) == (1, 1)


def test_a_copy_by_mail_says_why_and_tells_nobody(who: Actor, mail: FakePort) -> None:
    choose(who, mention=["mail"], breach=["browser"])
    letter = mention(who)
    copy = Notice.objects.get(copy_of=letter)
    deliver(copy.id)
    assert mail.sent[0].address == "li@example.cn"
    assert "您收到此邮件，是因为备注中提到了您" in mail.sent[0].body
    assert mail.sent[0].body.endswith("/account/alerts")
    assert [told.notice_id for told in queries.told(copy.subject_id)] == [letter]
    assert [one.notice_id for one in queries.inbox(who)] == [letter]


def test_another_group_is_not_copied(who: Actor, mail: FakePort) -> None:
    choose(who, breach=["mail"])
    mention(who)
    assert not Notice.objects.exclude(copy_of=None).exists()


def test_quiet_hours_hold_copies_back_until_they_end(who: Actor, mail: FakePort) -> None:
    choose(who, quiet=(time(22), time(7, 30)), mention=["mail"])
    night = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)  # 23:00 in China
    letter = mention(who, night)
    copy = Notice.objects.get(copy_of=letter)
    assert copy.next_try_at == datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    assert actions.claim(notice_id=copy.id, at=night) is None
    assert InboxLetter.objects.filter(notice_id=letter).exists()


def test_a_copy_that_fails_is_not_on_the_list_of_what_reached_nobody(who: Actor, mail: FakePort) -> None:
    choose(who, mention=["mail"])
    letter = mention(who)
    choice.install({"station": StationPort()})
    deliver(Notice.objects.get(copy_of=letter).id)
    assert Notice.objects.get(copy_of=letter).state == "failed"
    assert queries.failed_count() == 0


@pytest.mark.parametrize(("hour", "ends"), [(21, None), (22, (1, 7)), (23, (1, 7)), (3, (0, 7)), (7, None)])
def test_quiet_hours_may_pass_midnight(hour: int, ends: tuple[int, int] | None) -> None:
    at = datetime(2026, 9, 30, hour, tzinfo=UTC) - timedelta(hours=8)
    day = datetime(2026, 9, 30, tzinfo=UTC) - timedelta(hours=8)
    wanted = day + timedelta(days=ends[0], hours=ends[1]) if ends else None
    assert quiet_until(at, time(22), time(7)) == wanted


def test_every_kind_to_staff_has_a_group_and_every_group_its_kinds() -> None:
    known = catalogue()
    assert all(
        kind in known and known[kind].audience == "staff" for kinds in GROUPS.values() for kind in kinds
    )
    assert {group_of(kind) for kind, words in known.items() if words.audience == "staff"} == set(GROUPS)


def test_a_choice_that_is_not_ours_is_refused(who: Actor) -> None:
    for wrong in ({"weather": ["mail"]}, {"mention": ["pigeon"]}):
        with pytest.raises(Invalid):
            choose(who, **wrong)
    with pytest.raises(Invalid):
        actions.set_alerts(choices={}, quiet_from=time(22), quiet_until=None, actor=who, at=AT)
    assert not Alerts.objects.exists()


def page(who: Actor) -> Client:
    return signed_in(who)


def test_letters_are_read_where_they_lead(who: Actor, mail: FakePort) -> None:
    letter, browser = mention(who), page(who)
    text = browser.get("/account/letters").content.decode()
    assert "you were mentioned in a note, or follow the case" in text
    assert queries.unread(who) == 1
    assert browser.get(f"/account/letters/{letter}").status_code == 302
    assert queries.unread(who) == 0
    mention_again = queue(who.id, kind="assigned", key="k2")
    actions.place(notice_ids=[mention_again], at=AT)
    assert browser.post("/account/letters/read").status_code == 302
    assert queries.unread(who) == 0


def test_the_page_keeps_what_was_chosen(who: Actor, mail: FakePort) -> None:
    browser = page(who)
    given = {"mention": ["mail", "browser"], "quiet_from": "22:00", "quiet_until": "07:00"}
    assert browser.post("/account/alerts", given).status_code == 302
    row = Alerts.objects.get(person_id=who.id)
    assert (row.choices, row.quiet_from) == ({"mention": ["mail", "browser"]}, time(22))
    assert browser.post("/account/alerts", {"quiet_from": "22:00"}).status_code == 422
    assert browser.post("/account/alerts", {"quiet_from": "late"}).status_code == 422
    assert Alerts.objects.get(person_id=who.id).quiet_from == time(22)


def test_an_open_page_hears_of_a_letter_and_whether_to_show_it(who: Actor, mail: FakePort) -> None:
    letter, browser = mention(who), page(who)
    assert browser.get(f"/account/letters/{letter}/news").json()["show"] is False
    choose(who, mention=["browser"])
    said = browser.get(f"/account/letters/{letter}/news").json()
    assert (said["show"], said["link"]) == (True, f"/account/letters/{letter}")
    assert "1" in browser.get("/account/letters/bell").content.decode()


def test_nobody_reads_anothers_letters(who: Actor, mail: FakePort) -> None:
    letter = mention(who)
    other = consumer()
    stranger = signed_in(accounts_queries.actor_by_id(other, at=AT))
    for path in ("letters", f"letters/{letter}", f"letters/{letter}/news", "letters/bell", "alerts"):
        assert stranger.get(f"/account/{path}").status_code == 404, path
    assert queries.unread(who) == 1


def test_the_same_over_the_api(who: Actor, mail: FakePort) -> None:
    browser, path = page(who), "/api/v1/notices/alerts"
    body = {"choices": {"breach": ["mail"]}, "quiet_from": "22:00", "quiet_until": "07:00"}
    assert browser.put(path, json.dumps(body), content_type="application/json").status_code == 204
    said = browser.get(path).json()
    assert (said["choices"], said["quiet_from"], said["ways"]) == (
        {"breach": ["mail"]},
        "22:00:00",
        ["mail", "browser"],
    )
    wrong = json.dumps({"choices": {"weather": ["mail"]}})
    assert browser.put(path, wrong, content_type="application/json").status_code == 422
    assert Alerts.objects.get().choices == {"breach": ["mail"]}
