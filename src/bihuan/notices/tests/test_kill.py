"""kill -9 between the provider's yes and our note of it: one message, told once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections

from bihuan.notices import actions
from bihuan.notices.models import Notice
from bihuan.notices.ports import choice
from bihuan.notices.ports.sms import HttpSmsPort
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import AT, consumer, deliver, queue, said
from bihuan.notices.tests.gateway import SECRET, Gateway
from bihuan.notices.workflow import LEASE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def real(gateway: Gateway) -> Iterator[None]:
    choice.install({"sms": HttpSmsPort(gateway.url, SECRET), "station": StationPort()})
    yield
    choice.install({})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def killed_worker(notice_id: UUID, *, before_call: bool) -> int:
    """A process that claims the notice, perhaps sends it, and is killed; its exit status."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            taken = actions.claim(notice_id=notice_id, at=AT)
            if taken is not None and not before_call:
                actions.make(taken, at=AT)
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("before_call", [True, False])
def test_a_killed_worker_loses_and_doubles_nothing(gateway: Gateway, before_call: bool) -> None:
    notice_id = queue(consumer(), key=f"killed:{before_call}")
    assert killed_worker(notice_id, before_call=before_call) == -signal.SIGKILL
    assert (Notice.objects.get().state, len(gateway.sent)) == ("sending", 0 if before_call else 1)
    notice = deliver(notice_id, at=AT + LEASE + timedelta(seconds=1))
    assert (notice.state, len(gateway.sent), said(notice_id)) == ("accepted", 1, ["notice.accepted"])
