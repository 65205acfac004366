from __future__ import annotations

from datetime import timedelta

from bihuan.complaints import queries, stage
from bihuan.project import acts

from .conftest import AT
from .play import take


def test_a_held_offer_is_not_told_to_the_consumer_in_any_way(played: stage.Stage) -> None:
    performance = acts.Play(played)
    acts.prepare(performance, {"facts": {"state": "settling"}, "acts": [{"at": AT + timedelta(hours=1)}]})
    case_id = performance.case_id
    assert case_id is not None
    at = AT + timedelta(hours=2)
    take(played, "agent", case_id, at, "offer", kind="refund", amount=20001, text="退款二百元零一分")
    seen = queries.file_for(played.who("consumer"), case_id, at=at)
    assert "complaint.offered" not in [h.event for h in seen.timeline]
    assert seen.as_json()["offers"] == []
    desk = queries.file_for(played.who("supervisor"), case_id, at=at)
    assert "complaint.offer_held" in [h.event for h in desk.timeline]
