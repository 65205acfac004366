"""Reports of violations by the API (PCN-3.1.1.b): no order, and no name if none is given."""

from __future__ import annotations

import pytest

from bihuan.accounts.models import Person
from bihuan.cases.models import Case
from bihuan.journal import queries as journal

from .conftest import rows, session_of
from .files import picture

pytestmark = pytest.mark.django_db
SEEN = {"about": "merchant", "matter": "某店铺出售无厂名厂址的电热毯"}


def test_a_report_without_order_and_name_is_registered(played, platform) -> None:
    file = platform.form("/evidence", {"file": picture(), "party": "consumer"}).json()
    answer = platform.post("/complaints/reports", {**SEEN, "evidence": [file["id"]]})
    assert (answer.status_code, answer.json()["state"]) == (201, "accepted")
    case = Case.objects.get(id=answer.json()["id"])
    assert (case.type, case.channel, case.order_number) == ("violation", "api", "")
    said = next(e for e in journal.entries_of(case.id) if e.event == "complaint.reported")
    assert said.data == {"about": "merchant", "named": False}


def test_a_consumer_reports_in_person(played) -> None:
    consumer = session_of(played.people["consumer"])
    answer = consumer.post("/complaints/reports", {**SEEN, "channel": "site"})
    assert answer.status_code == 201
    assert Case.objects.get().consumer_id == played.people["consumer"].id


def test_a_named_reporter_can_be_written_to(played, platform) -> None:
    answer = platform.post("/complaints/reports", {**SEEN, "reporter": {"phone": "13912345678"}})
    said = next(e for e in journal.entries_of(answer.json()["id"]) if e.event == "complaint.reported")
    assert said.data["named"] is True


def test_what_is_not_known_is_refused_and_leaves_nobody_behind(played, platform, merchant) -> None:
    people, before = Person.objects.count(), rows()
    assert platform.post("/complaints/reports", {**SEEN, "about": "weather"}).status_code == 422
    assert platform.post("/complaints/reports", {"about": "goods", "matter": ""}).status_code == 422
    assert merchant.post("/complaints/reports", SEEN).status_code == 403
    assert (Person.objects.count(), rows()) == (people, before)
