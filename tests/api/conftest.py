"""A small stage, keys of each kind, and callers that speak JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.test import Client, override_settings

from bihuan.accounts import actions as accounts
from bihuan.accounts import limits
from bihuan.accounts.models import Person
from bihuan.complaints import stage
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM, Actor

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SCOPES = [
    "complaints:read", "complaints:write", "evidence:read", "evidence:write",
    "orders:read", "orders:write", "refunds:read", "refunds:write",
]  # fmt: skip
BACKEND = "bihuan.accounts.backends.PersonBackend"


class Caller:
    """A client with a key or a session; paths stand below /api/v1."""

    def __init__(self, secret: str = "", client: Client | None = None) -> None:
        self.client = client or Client(raise_request_exception=False)
        self.headers = {"Accept-Language": "en", "Accept-Encoding": "identity"}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(
        self, path: str, body: Any = None, *, key: str = "", raw: bytes | None = None, **more: Any
    ) -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        content = raw if raw is not None else json.dumps(body).encode()
        kind = more.pop("content_type", "application/json")
        return self.client.post(f"/api/v1{path}", content, content_type=kind, headers=headers, **more)

    def form(self, path: str, fields: Mapping[str, Any], *, key: str = "") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", fields, headers=headers)


def build() -> stage.Stage:
    limits.forget_leases()
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return stage.build(at=AT, count=6)


def key_of(organisation: UUID | None = None, scopes: list[str] | None = None, rate: int = 100_000) -> Caller:
    made = accounts.create_api_key(
        name="erp", scopes=scopes or SCOPES, organisation_id=organisation, rate=rate, actor=PROGRAM, at=AT
    )
    return Caller(made.secret)


def session_of(actor: Actor) -> Caller:
    """A browser session of an actor, without the token of a form being asked for."""
    person = Person.objects.get(id=actor.id)
    client = Client(raise_request_exception=False)
    session = client.session
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.id), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return Caller(client=client)


def complaint(played: stage.Stage, **changes: Any) -> dict[str, Any]:
    """A body that is accepted at once."""
    order = played.orders[0]
    return {
        "consumer": {"reference": order["buyer"]["ref"]},
        "type": "quality",
        "matter": "汤洒了一半，外包装破损",
        "demand": "refund",
        "demand_amount": 1000,
        "order_number": order["number"],
    } | changes


_TABLES = """
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND relname NOT IN ('accounts_bucket', 'django_session', 'accounts_apikey') ORDER BY relname
"""


def rows() -> dict[str, int]:
    """How many rows every table has, apart from what counts requests."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [row[0] for row in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{n}', count(*) FROM \"{n}\"" for n in names))
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def theatre(django_db_setup: None, django_db_blocker: Any) -> Iterator[stage.Stage]:
    """One stage for all tests of a file, in a transaction around theirs."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield build()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            time._kinds.clear()


@pytest.fixture
def played(theatre: stage.Stage, db: None) -> stage.Stage:
    limits.forget_leases()
    return theatre


@pytest.fixture
def platform(played: stage.Stage) -> Caller:
    return key_of()


@pytest.fixture
def merchant(played: stage.Stage) -> Caller:
    return key_of(played.people["merchant"].organisation_id)
