"""Providers' reports over HTTP, and the jobs as the worker runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from bihuan.notices import jobs
from bihuan.notices.models import Notice
from bihuan.notices.ports import choice
from bihuan.notices.ports.signing import SIGNATURE, TIMESTAMP, sign
from bihuan.notices.ports.sms import HttpSmsPort
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import consumer, queue
from bihuan.notices.tests.gateway import SECRET, Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.notices.tests.urls")]


@pytest.fixture(autouse=True)
def real(gateway: Gateway) -> Iterator[None]:
    choice.install({"sms": HttpSmsPort(gateway.url, SECRET), "station": StationPort()})
    yield
    choice.install({})


def report(body: bytes, *, secret: str = SECRET, channel: str = "sms") -> int:
    stamp = int(datetime.now(UTC).timestamp())
    headers = {TIMESTAMP: str(stamp), SIGNATURE: sign(secret.encode(), stamp, body)}
    answer = Client().post(
        f"/notices/reports/{channel}", body, content_type="application/json", headers=headers
    )
    return answer.status_code


def sent() -> Notice:
    jobs.send([str(queue(consumer()))])
    return Notice.objects.get()


def test_the_job_sends_and_a_signed_report_is_taken() -> None:
    notice = sent()
    assert (notice.state, notice.provider_ref) == ("accepted", "sms-1")
    assert report(json.dumps({"reports": [{"id": "sms-1", "status": "delivered"}]}).encode()) == 200
    assert Notice.objects.get().state == "delivered"


def test_a_forged_report_changes_nothing() -> None:
    sent()
    body = json.dumps({"reports": [{"id": "sms-1", "status": "bounced"}]}).encode()
    assert [report(body, secret="guess"), report(b"{}"), report(body, channel="station")] == [401, 422, 401]
    assert report(body, channel="mail") == 404
    assert Client().get("/notices/reports/sms").status_code == 405
    assert Notice.objects.get().state == "accepted"


def test_a_report_about_nothing_of_ours_is_answered_alike() -> None:
    assert report(json.dumps({"reports": [{"id": "x", "status": "bounced"}]}).encode()) == 200


def test_the_worker_may_run_the_job_of_a_notice_that_is_gone() -> None:
    jobs.send(["11111111-1111-4111-8111-111111111112"])
    jobs.sweep(0)
