"""An upload under an Idempotency-Key: bytes reach the store before the transaction begins, the row once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from bihuan.accounts import actions as accounts
from bihuan.evidence import actions
from bihuan.evidence.models import Blob, Item
from bihuan.evidence.tests.factories import AT, pdf
from bihuan.journal.actor import PROGRAM
from bihuan.project.models import GivenAnswer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def put_outside(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each file that went to the store: whether a transaction was open."""
    seen: list[bool] = []
    store = actions.store

    def watched() -> Any:
        target, put = store(), store().put

        def noted(path: Any, digest: str) -> Any:
            seen.append(connection.in_atomic_block)
            return put(path, digest)

        monkeypatch.setattr(target, "put", noted, raising=False)
        return target

    monkeypatch.setattr(actions, "store", watched)
    return seen


def send(key: str, **more: str) -> Any:
    secret = accounts.create_api_key(name="shop", scopes=["evidence:write"], actor=PROGRAM, at=AT).secret
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    fields = {"file": SimpleUploadedFile("a.pdf", pdf()), "party": "consumer", **more}
    return Client(raise_request_exception=False).post("/api/v1/evidence", fields, headers=headers)


def test_the_store_is_written_outside_of_any_transaction(put_outside: list[bool]) -> None:
    assert send("k").status_code == 201
    assert put_outside == [False]
    assert (Item.objects.count(), GivenAnswer.objects.count()) == (1, 1)


def test_what_is_refused_leaves_no_row(put_outside: list[bool]) -> None:
    assert send("k", party="weather").status_code in (403, 422)
    assert (put_outside, Item.objects.count(), Blob.objects.count()) == ([], 0, 0)
    assert not GivenAnswer.objects.exists()
