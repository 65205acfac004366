"""Short words for tests: apply, take steps, let time pass with its jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.aftersales import actions, steps
from bihuan.aftersales.actions import NewApplication, Submitted
from bihuan.aftersales.jobs import attend
from bihuan.aftersales.stage import NUMBER
from bihuan.cases import queries as cases
from bihuan.clocks import queries as clocks
from bihuan.clocks.firing import fire_due
from bihuan.complaints import stage
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.project.drain import drain

from .conftest import AT

ADDRESS = {"recipient": "退货组", "phone": "13800138000", "region": "浙江省杭州市", "address": "一号仓"}


def new(played: stage.Stage, **more: Any) -> NewApplication:
    values: dict[str, Any] = {
        "channel": "site",
        "consumer_id": played.who("consumer").id,
        "order_number": NUMBER,
        "kind": "return",
        "ground": "no_reason",
        "pieces": {1: 1},
        "text": "颜色不喜欢",
        "opened": True,
        "used": False,
    }
    return NewApplication(**{**values, **more})


def apply(played: stage.Stage, *, at: datetime = AT, photos: int = 0, **more: Any) -> Submitted:
    consumer = played.who("consumer")
    time.set_drill_time(at)
    files = tuple(stage.photo(consumer, at=at, shade=n) for n in range(photos))
    evidence = {"photo": files} if files else {}
    done = actions.submit(actor=consumer, at=at, new=new(played, **{"evidence": evidence, **more}))
    drain(at=at)
    return done


def take(played: stage.Stage, who: str, case_id: UUID, at: datetime, step: str, **data: Any) -> Any:
    time.set_drill_time(at)
    result = steps.take(name=step, case_id=case_id, actor=played.who(who), at=at, data=data)
    drain(at=at)
    return result


def pass_to(at: datetime) -> None:
    """Let the time be that, and everything happen that is due then."""
    time.set_drill_time(at)
    drain(at=at)
    while fire_due(at=at).rows:
        drain(at=at)
    attend(at=at)
    drain(at=at)


def photo(played: stage.Stage, who: str, at: datetime, shade: int = 200) -> UUID:
    time.set_drill_time(at)
    party = {"consumer": "consumer", "merchant": "merchant"}.get(who, "platform")
    return stage.photo(played.who(who), at=at, party=party, shade=shade)


def returned(played: stage.Stage, case_id: UUID, at: datetime, **parcel: Any) -> None:
    """From approval to the goods being back."""
    take(played, "merchant", case_id, at, "give_address", **ADDRESS)
    sent = {"carrier": "顺丰速运", "tracking_number": "SFBACK1", **parcel}
    take(played, "consumer", case_id, at, "send_back", **sent)
    take(played, "merchant", case_id, at, "receive")


def intact(*pieces: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"number": n, "quantity": q, "finding": "intact"} for n, q in pieces]


def state(case_id: UUID) -> str:
    return cases.get(case_id).state


def turn(case_id: UUID) -> tuple[str, str]:
    """The step that the case waits for, and who takes it."""
    case = cases.get(case_id)
    return case.next_step, case.next_step_by


def said(case_id: UUID) -> list[str]:
    return [e.event for e in journal.entries_of(case_id)]


def verdicts(case_id: UUID) -> dict[tuple[str, str], str | None]:
    return {(s.clock.clause_id, s.clock.key): s.clock.verdict for s in clocks.of(case_id)}
