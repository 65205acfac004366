"""``Idempotency-Key``: repeated, at the same time, after a kill, with another body."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from bihuan.cases.models import Case
from bihuan.complaints import actions
from bihuan.project.api import once
from bihuan.project.models import GivenAnswer

from .conftest import AT, complaint, key_of, rows
from .files import picture

pytestmark = pytest.mark.django_db


def test_the_same_key_gives_the_same_answer_and_acts_once(played, platform) -> None:
    first = platform.post("/complaints", complaint(played), key="k1")
    before = rows()
    again = platform.post("/complaints", complaint(played), key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Idempotent-Replayed"], first.has_header("Idempotent-Replayed")) == ("true", False)
    assert (rows(), Case.objects.count()) == (before, 1)


def test_the_same_key_with_another_body_is_refused(played, platform) -> None:
    platform.post("/complaints", complaint(played), key="k1")
    before = rows()
    other = platform.post("/complaints", complaint(played, demand_amount=2), key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")
    assert rows() == before


def test_another_caller_may_use_the_same_key(played, platform) -> None:
    platform.post("/complaints", complaint(played), key="k1")
    assert key_of().post("/complaints", complaint(played), key="k1").status_code == 201
    assert Case.objects.count() == 2


def test_what_was_refused_is_not_kept(played, platform) -> None:
    case = platform.post("/complaints", complaint(played), key="k1").json()["id"]
    path = f"/complaints/{case}/steps/supplement"
    before = rows()
    assert platform.post(path, {"text": "补充说明"}, key="k2").status_code == 409
    assert rows() == before
    agent = played.people["supervisor"]
    actions.request_supplement(case_id=case, actor=agent, at=AT, missing=["evidence"], reason="请补充照片")
    assert platform.post(path, {"text": "补充说明"}, key="k2").status_code == 200


def test_a_step_is_taken_once(played, platform) -> None:
    case = platform.post("/complaints", complaint(played)).json()["id"]
    answers = [platform.post(f"/complaints/{case}/steps/withdraw", {}, key="w") for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def test_a_file_is_taken_once_and_another_one_under_its_key_refused(played, platform) -> None:
    first = platform.form("/evidence", {"file": picture(10), "party": "consumer"}, key="f")
    again = platform.form("/evidence", {"file": picture(10), "party": "consumer"}, key="f")
    other = platform.form("/evidence", {"file": picture(200), "party": "consumer"}, key="f")
    assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 422)


@pytest.mark.parametrize("key", [" ", "x" * 129, "ключ".encode().decode("latin-1"), "a b", "a\tb"])
def test_a_malformed_key_is_refused(played, platform, key) -> None:
    before = rows()
    answer = platform.post("/complaints", complaint(played), key=key)
    assert (answer.status_code, answer.json()["code"], rows()) == (400, "idempotency.key", before)


def test_answers_are_sealed_and_go_after_a_day(played, platform) -> None:
    receipt = platform.post("/complaints", complaint(played), key="k1").json()
    assert receipt["code"].encode() not in bytes(GivenAnswer.objects.get().answer)
    assert once.forget(at=AT + timedelta(hours=23)) == 0
    assert once.forget(at=AT + timedelta(hours=25)) == 1


def test_it_adds_two_statements_and_in_a_drill_one_for_the_time(played, platform) -> None:
    from django.test.utils import CaptureQueriesContext

    platform.post("/complaints", complaint(played))  # warm
    counts = []
    for key in ("", "k1"):
        with CaptureQueriesContext(connection) as found:
            platform.post("/complaints", complaint(played), key=key)
        counts.append(len([q for q in found if "SAVEPOINT" not in q["sql"]]))
    assert counts[1] - counts[0] == 3
