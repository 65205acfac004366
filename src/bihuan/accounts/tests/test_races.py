"""Two at the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from bihuan.accounts import actions
from bihuan.accounts.errors import SignInFailed, TooMany
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.models import Person
from bihuan.accounts.tests.factories import AT, PHONE, claims, signed
from bihuan.journal.actor import PROGRAM

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[], Any], many: int = 4) -> list[Any]:
    """What each of the threads got: a value or the error."""
    gate = Barrier(many)

    def run(_: int) -> Any:
        try:
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(run, range(many)))


def test_one_new_consumer_is_made_once() -> None:
    facts = actions.ConsumerFacts(phone=PHONE, name="王小明")
    made = at_once(lambda: actions.ensure_consumer(facts=facts, actor=PROGRAM, at=AT))
    assert len({m.person_id for m in made}) == 1
    assert sum(m.created for m in made) == 1
    assert Person.objects.count() == 1


def test_one_token_opens_once() -> None:
    actions.create_token_issuer(name="mall", algorithm="HS256", key=b"k" * 32, actor=PROGRAM, at=AT)
    token = signed(claims(AT), b"k" * 32)
    got = at_once(lambda: actions.enter_by_token(token=token, at=AT))
    assert sum(isinstance(g, Person) for g in got) == 1
    assert sum(isinstance(g, SignInFailed) for g in got) == 3


def test_one_code_opens_once_and_counts_every_try() -> None:
    sent: list[str] = []
    actions.register_code_sender(lambda _phone, code, _language: sent.append(code))
    issued = actions.request_code(phone=PHONE, language="en", at=AT)
    issued.send()
    got = at_once(lambda: actions.verify_code(code_id=issued.id, code=sent[0], language="en", at=AT))
    assert sum(isinstance(g, Person) for g in got) == 1


def test_a_bucket_gives_no_more_than_it_holds() -> None:
    got = at_once(lambda: take("race", Limit(3, 3600)), many=6)
    assert sum(g is None for g in got) == 3
    assert sum(isinstance(g, TooMany) for g in got) == 3
