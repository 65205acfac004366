from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bihuan.accounts import actions
from bihuan.accounts.errors import SignInFailed
from bihuan.accounts.models import ConsumerCode, Person
from bihuan.accounts.tests.factories import AT, PHONE, consumer, events_of
from bihuan.engine.errors import Invalid, Unavailable
from bihuan.journal.actor import PROGRAM

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    out = []
    actions.register_code_sender(lambda phone, code, language: out.append((phone, code, language)))
    return out


def ask(sent, at=AT, phone=PHONE):
    issued = actions.request_code(phone=phone, language="en", at=at)
    issued.send()
    return issued, sent[-1][1]


def verify(issued, code, at=AT):
    return actions.verify_code(code_id=issued.id, code=code, language="en", at=at)


def test_the_right_code_opens_or_makes_the_account(sent) -> None:
    issued, code = ask(sent)
    assert sent == [(PHONE, code, "en")]
    assert issued.shown is None
    who = verify(issued, code)
    assert (who.kind, who.language, events_of(who.id)) == ("consumer", "en", ["person.created"])
    issued, code = ask(sent)
    assert verify(issued, code).id == who.id


def test_a_consumer_known_from_a_call_is_the_same(sent) -> None:
    who = consumer()
    issued, code = ask(sent)
    assert verify(issued, code).id == who


def test_a_code_is_good_once_for_five_minutes_and_only_the_newest(sent) -> None:
    old, old_code = ask(sent)
    issued, code = ask(sent)
    for bad, value, at in [
        (old, old_code, AT),
        (issued, code, AT + timedelta(minutes=5)),
        (actions.Issued(uuid4(), AT, None, lambda: None), code, AT),
    ]:
        with pytest.raises(SignInFailed):
            verify(bad, value, at)
    verify(issued, code, AT + timedelta(minutes=4, seconds=59))
    with pytest.raises(SignInFailed):
        verify(issued, code)
    assert Person.objects.count() == 1


def test_five_wrong_tries_kill_the_code(sent) -> None:
    issued, code = ask(sent)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(SignInFailed):
            verify(issued, wrong)
    with pytest.raises(SignInFailed):
        verify(issued, code)
    assert ConsumerCode.objects.get().attempts == 5
    assert not Person.objects.exists()


def test_somebody_locked_does_not_come_in(sent) -> None:
    who = consumer()
    actions.lock(person_id=who, reason="abuse", actor=PROGRAM, at=AT)
    issued, code = ask(sent)
    with pytest.raises(SignInFailed):
        verify(issued, code)


def test_without_a_way_to_send_codes_there_are_none() -> None:
    with pytest.raises(Unavailable):
        actions.request_code(phone=PHONE, language="en", at=AT)
    assert not ConsumerCode.objects.exists()


@pytest.mark.parametrize("phone", ["12345", "010-66554433", "23812345678", "abc", "+86 12"])
def test_what_takes_no_message_gets_no_code(sent, phone: str) -> None:
    with pytest.raises(Invalid):
        actions.request_code(phone=phone, language="en", at=AT)
    assert not ConsumerCode.objects.exists()


def test_codes_that_are_past_are_cleared_away(sent) -> None:
    ask(sent)
    assert actions.purge_codes(at=AT + timedelta(minutes=4)) == 0
    assert actions.purge_codes(at=AT + timedelta(minutes=5)) == 1


def through_pages(client, phone=PHONE, shown=True):
    page = client.post("/sign-in/phone", {"phone": phone, "next": "/?a=1"}, follow=True)
    return page.context["shown"] if shown else page


def test_a_demo_shows_the_code_on_the_page(client, demo) -> None:
    code = through_pages(client)
    assert len(code) == 6
    done = client.post("/sign-in/phone/code", {"code": f" {code} ", "next": "/?a=1"})
    assert done.headers["Location"] == "/?a=1"
    who = client.get("/").json()
    assert (who["kind"], who["roles"]) == ("consumer", ["consumer"])
    assert events_of(UUID(who["actor"]))[-1] == "person.signed_in"


def test_production_never_shows_it(client, sent) -> None:
    page = through_pages(client, shown=False)
    assert page.context["shown"] is None
    assert sent[0][1] not in page.content.decode()


def test_the_page_is_the_same_whoever_has_an_account(client, sent) -> None:
    from django.test import Client

    consumer()
    known, unknown = through_pages(client, shown=False), through_pages(Client(), "13912345678", shown=False)
    assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)
    wrong = client.post("/sign-in/phone/code", {"code": "000000"})
    assert wrong.status_code == 401


def test_one_code_a_minute_for_a_phone_however_it_is_written(client, sent) -> None:
    through_pages(client, shown=False)
    again = client.post("/sign-in/phone", {"phone": "+86 138-1234-5678"})
    assert (again.status_code, len(sent)) == (429, 1)


def test_one_address_gets_twenty_an_hour(client, sent) -> None:
    for n in range(20):
        client.post("/sign-in/phone", {"phone": f"1380000{n:04d}"})
    assert client.post("/sign-in/phone", {"phone": "13811112222"}).status_code == 429
    assert len(sent) == 20


def test_a_failing_port_tells_nothing(client) -> None:
    def broken(*_):
        raise OSError("down")

    actions.register_code_sender(broken)
    assert client.post("/sign-in/phone", {"phone": PHONE}).status_code == 302


def test_the_session_holds_no_phone(client, sent) -> None:
    through_pages(client, shown=False)
    assert PHONE not in str(dict(client.session))
