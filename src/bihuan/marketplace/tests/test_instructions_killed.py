"""kill -9 between any two steps: carried out once, known in the end, said once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from bihuan.journal.actor import PROGRAM
from bihuan.marketplace import actions
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.tests.factories import AT
from bihuan.marketplace.tests.instructing import again, give, later, said, send
from bihuan.marketplace.tests.serving import Setup, running
from bihuan.money.tests.test_killed import database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings: object) -> Iterator[Setup]:
    with running() as made:
        settings.MARKETPLACE = made.config  # type: ignore[attr-defined]
        yield made


def killed(shop: Setup, row: Instruction, point: str, verb: str, at: datetime) -> None:
    environ = os.environ | {
        "DATABASE_URL": database(),
        "BIHUAN_DATABASE_OWNER_URL": database(),
        "BIHUAN_MARKETPLACE": "http",
        "BIHUAN_MARKETPLACE_URL": shop.config.url,
        "BIHUAN_MARKETPLACE_KEY_ID": shop.config.key_id,
        "BIHUAN_MARKETPLACE_SECRET": shop.config.secret,
    }
    command = [sys.executable, "-m", "bihuan.marketplace.tests.dying", point, verb, str(row.id)]
    done = subprocess.run([*command, at.isoformat()], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def recover(shop: Setup, row: Instruction) -> None:
    for minutes in (3, 6, 12, 24, 48):
        actions.sweep_instructions(actor=PROGRAM, at=later(minutes))
    assert again(row).state == "done"
    assert [key for key, _, _ in shop.app.carried_out] == ["order-0001"]
    assert said(row).count("done") == 1


@pytest.mark.parametrize(
    "point", ["sent_not_committed", "before_the_call", "after_the_call", "answer_not_committed", "after_all"]
)
def test_killed_while_sending(shop: Setup, point: str) -> None:
    row = give()
    killed(shop, row, point, "send", AT)
    recover(shop, row)


@pytest.mark.parametrize("point", ["before_asking", "after_asking", "before_the_call", "after_the_call"])
def test_killed_while_asking_after_one_that_never_arrived(shop: Setup, point: str) -> None:
    row = give()
    shop.app.faults.errors = 3
    assert send(row) == "unknown"
    killed(shop, row, point, "poll", later(3))
    recover(shop, row)
