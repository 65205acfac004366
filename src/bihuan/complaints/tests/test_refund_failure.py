from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bihuan.accounts import actions as accounts
from bihuan.cases import queries as cases
from bihuan.complaints import actions, stage
from bihuan.complaints.models import Remedy
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import PROGRAM

from .conftest import AT
from .play import owned


def test_a_failed_refund_is_owed_again_under_a_new_key(played: stage.Stage) -> None:
    case = cases.get(owned(played))
    refund = uuid4()
    remedy = Remedy.objects.create(
        complaint=case.complaint, kind="refund", amount=100, refund=refund, created_at=AT
    )
    type(case).objects.filter(id=case.id).update(state="executing")
    actions.note_refund_failed(case_id=case.id, actor=PROGRAM, at=AT, refund_id=refund)
    remedy.refresh_from_db()
    assert (remedy.refund, remedy.tries, remedy.initiated_at) == (None, 1, None)


def test_a_consumer_with_an_open_case_is_not_erased(played: stage.Stage) -> None:
    owned(played)
    consumer = played.who("consumer")
    assert [r.clause for r in cases.retention(consumer.id, AT)] == ["D-06"]
    with pytest.raises(BihuanError) as refused:
        accounts.erase_person(
            person_id=consumer.id,
            reason="consumer_request",
            actor=played.who("administrator"),
            at=AT + timedelta(hours=1),
        )
    assert refused.value.clause == "D-06"
