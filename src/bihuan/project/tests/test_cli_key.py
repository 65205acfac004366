from __future__ import annotations

import argparse

import pytest

from bihuan.accounts.keys import find_key
from bihuan.accounts.models import ApiKey
from bihuan.accounts.tests.factories import organisation
from bihuan.engine.errors import NotFound
from bihuan.journal.time import now
from bihuan.project.cli import key

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    key.add_parser(parser.add_subparsers())
    return key.run(parser.parse_args(["key", *words]))


def test_a_key_is_made_bound_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    shop = organisation()
    run("create", "erp", "--scope", "complaints:read", "--for", shop.reference or "", "--days", "30")
    secret = capsys.readouterr().out.strip()
    found = find_key(secret, at=now())
    assert found is not None
    assert (found.organisation_id, found.scopes, found.role) == (
        shop.id,
        ["complaints:read"],
        "merchant_operator",
    )
    run("list")
    listed = capsys.readouterr().out
    assert str(found.id) in listed
    assert secret not in listed
    run("revoke", str(found.id))
    assert find_key(secret, at=now()) is None


def test_an_unknown_scope_and_an_unknown_merchant_are_refused() -> None:
    with pytest.raises(SystemExit):
        run("create", "erp", "--scope", "everything:write")
    with pytest.raises(NotFound):
        run("create", "erp", "--scope", "complaints:read", "--for", "nobody")
    assert not ApiKey.objects.exists()
