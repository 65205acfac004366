"""Two requests with one key at the same time, and a process that dies in the middle: on real transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from bihuan.cases.models import Case
from bihuan.complaints import actions
from bihuan.project.models import GivenAnswer

from .conftest import Caller, build, complaint, key_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_at_once_act_once_and_what_dies_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    played = build()
    caller = key_of()
    assert killed(monkeypatch, caller, complaint(played)) == 503
    assert (Case.objects.count(), GivenAnswer.objects.count()) == (0, 0)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: sent(caller, complaint(played)), range(4)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert sum(a.has_header("Idempotent-Replayed") for a in answers) == 3
    assert (Case.objects.count(), GivenAnswer.objects.count()) == (1, 1)


def sent(caller: Caller, body: dict[str, Any]) -> Any:
    try:
        return caller.post("/complaints", body, key="k1")
    finally:
        connections.close_all()


def killed(monkeypatch: pytest.MonkeyPatch, caller: Caller, body: dict[str, Any]) -> int:
    """The server process of the request dies after it acted and before it is through."""
    real = actions.submit

    def submit(**given: Any) -> Any:
        done = real(**given)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        parts = connection.get_connection_params()
        known = {
            name: parts[name] for name in ("dbname", "user", "password", "host", "port") if parts.get(name)
        }
        with psycopg.connect(**known, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return done

    monkeypatch.setattr(actions, "submit", submit)
    status = int(caller.post("/complaints", body, key="k1").status_code)
    monkeypatch.setattr(actions, "submit", real)
    connections.close_all()
    return status
