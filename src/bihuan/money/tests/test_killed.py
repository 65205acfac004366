"""kill -9 between any two steps: paid once, known in the end, said once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from urllib.parse import quote

import pytest
from django.db import connection

from bihuan.journal.actor import PROGRAM
from bihuan.marketplace.tests.serving import Setup
from bihuan.money import actions
from bihuan.money.models import Refund
from bihuan.money.tests.factories import AT, ask, committed, later, order, said, send, state

pytestmark = pytest.mark.django_db(transaction=True)


def database() -> str:
    """The address of the test's database."""
    given = connection.settings_dict
    login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@" if given["USER"] else ""
    port = f"&port={given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{login}/{given['NAME']}?host={quote(str(given['HOST']), safe='')}{port}"


def killed(bank: Setup, row: Refund, point: str, verb: str, at: datetime) -> None:
    environ = os.environ | {
        "DATABASE_URL": database(),
        "BIHUAN_DATABASE_OWNER_URL": database(),
        "BIHUAN_MARKETPLACE": "http",
        "BIHUAN_MARKETPLACE_URL": bank.config.url,
        "BIHUAN_MARKETPLACE_KEY_ID": bank.config.key_id,
        "BIHUAN_MARKETPLACE_SECRET": bank.config.secret,
    }
    command = [sys.executable, "-m", "bihuan.money.tests.dying", point, verb, str(row.id), at.isoformat()]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def recover(row: Refund) -> None:
    for minutes in (3, 6, 12, 24, 48):
        actions.sweep(actor=PROGRAM, at=later(minutes))
    assert state(row) == "initiated"


@pytest.mark.parametrize(
    "point", ["sent_not_committed", "before_the_call", "after_the_call", "answer_not_committed", "after_all"]
)
def test_killed_while_sending(bank: Setup, point: str) -> None:
    order()
    row = ask(700)
    killed(bank, row, point, "send", AT)
    recover(row)
    assert bank.app.payments == [("refund-0001", 700)]
    assert said(row).count("refund_initiated") == 1
    assert committed() == {1: 700}


@pytest.mark.parametrize("point", ["before_asking", "after_asking", "before_the_call", "after_the_call"])
def test_killed_while_asking_after_a_request_that_never_arrived(bank: Setup, point: str) -> None:
    order()
    row = ask(700)
    bank.app.faults.errors = 3
    assert send(row) == "unknown"
    killed(bank, row, point, "poll", later(3))
    recover(row)
    assert bank.app.payments == [("refund-0001", 700)]
    assert said(row).count("refund_initiated") == 1
