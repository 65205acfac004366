"""Scenarios of the third family: acts through the real actions, in a drill's database.

Each act is taken by a person at a time, jobs run after it, and its expectation is compared with what
came of it: the refusing clause, the state of the case, or an event with some of its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from bihuan.cases import queries as cases
from bihuan.complaints import actions, queries, stage, steps
from bihuan.complaints.actions import NewComplaint, NewItem, NewReport
from bihuan.complaints.stage import Stage
from bihuan.engine.errors import BihuanError
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, ActorKind
from bihuan.journal.time import set_drill_time
from bihuan.marketplace.config import Config
from bihuan.project import aftersales_acts
from bihuan.project.drain import drain

SETTLING: Final = timedelta(minutes=1)
"""Between the acts that bring a case into the state a scenario starts from."""


@dataclass
class Play:
    """One scenario being played: its stage, its case, and what its acts made."""

    stage: Stage
    case_id: UUID | None = None
    made: dict[str, UUID] = field(default_factory=dict)
    shade: int = 0
    flow: str = "complaint"

    def photo(self, who: str, at: datetime) -> UUID:
        self.shade += 1
        party = {"consumer": "consumer", "merchant": "merchant"}.get(who, "platform")
        return stage.photo(self.stage.who(who), at=at, party=party, shade=self.shade)


def play(scenario: Mapping[str, Any], on: Stage) -> list[str]:
    """Play a scenario's acts; returns what came out otherwise than expected, in sentences."""
    performance = Play(on, flow=str(scenario.get("facts", {}).get("flow", "complaint")))
    prepares, _ = FLOWS[performance.flow]
    prepares(performance, scenario)
    problems: list[str] = []
    for number, act in enumerate(scenario["acts"], 1):
        problems += [f"act {number} ({act['does']}): {problem}" for problem in _act(performance, act)]
    return problems


def _act(performance: Play, act: Mapping[str, Any]) -> list[str]:
    at, expected = act["at"], act.get("expect", {})
    set_drill_time(at)
    before = 0 if act["does"] in ("submit", "report") else _last(performance)
    try:
        _, performs = FLOWS[performance.flow]
        performs(performance, act["who"], act["does"], at, dict(act.get("with", {})))
    except BihuanError as error:
        wanted = expected.get("refused")
        if wanted is None:
            return [f"refused with {error.error_code}: {error.text()}"]
        return (
            [] if error.clause == wanted else [f"refused by {error.clause} ({error.text()}), not by {wanted}"]
        )
    drain(at=at)
    if "refused" in expected:
        return [f"was not refused by {expected['refused']}"]
    return _compare(performance, expected, before)


def _compare(performance: Play, expected: Mapping[str, Any], before: int) -> list[str]:
    problems: list[str] = []
    if performance.case_id is None:
        return problems
    case = cases.get(performance.case_id)
    if "state" in expected and case.state != expected["state"]:
        problems.append(f"state is {case.state}, not {expected['state']}")
    if "next_step" in expected and case.next_step != expected["next_step"]:
        problems.append(f"next step is {case.next_step}, not {expected['next_step']}")
    if "event" in expected:
        wanted = {k: v for k, v in expected.items() if k not in ("event", "state", "next_step")}
        said = [
            e for e in journal.entries_of(case.id) if e.sequence > before and e.event == expected["event"]
        ]
        if not any(all(_same(e.data.get(k), v) for k, v in wanted.items()) for e in said):
            found = [e.data for e in said] or [
                e.event for e in journal.entries_of(case.id) if e.sequence > before
            ]
            problems.append(f"{expected['event']} {wanted} was not said; found {found}")
    return problems


def _same(found: Any, wanted: Any) -> bool:
    return str(found) == str(wanted) or found == wanted


def _last(performance: Play) -> int:
    if performance.case_id is None:
        return 0
    entries = journal.entries_of(performance.case_id)
    return entries[-1].sequence if entries else 0


def prepare(performance: Play, scenario: Mapping[str, Any]) -> None:
    """Bring a case into the state that the scenario's facts name, before its first act."""
    facts = dict(scenario.get("facts", {}))
    state = facts.pop("state", None)
    if state is None:
        return
    first: datetime = scenario["acts"][0]["at"]
    way = _way(state, facts)
    at = first - SETTLING * (len(way) + 1)
    for who, does, given in way:
        at += SETTLING
        set_drill_time(at)
        perform(performance, who, does, at, dict(given))
        drain(at=at)


def _way(state: str, facts: Mapping[str, Any]) -> Way:
    """The acts that lead to the state, shaped by the other facts of the scenario."""
    way = [(who, does, dict(given)) for who, does, given in WAYS[state]]
    way[0][2].update({k: facts[k] for k in ("type", "concerns") if k in facts})
    if facts.get("owner") == "none":
        way = [act for act in way if act[1] != "assign"]
    if "complexity" in facts and len(way) > 1:
        way.insert(1, ("agent", "classify", {"complexity": facts["complexity"]}))
    if state == "investigating" and facts.get("liable", "undecided") != "undecided":
        way.append(("agent", "decide_liability", _LIABLE))
    if facts.get("severity") == "major":
        way.append(("agent", "report_major", {"ground": "batch_defect", "reason": "同批多起"}))
    if facts.get("outcome") == "refund":
        refund = {"kind": "refund", "amount": 10000, "text": "退款一百元"}
        way = [(who, does, refund if does == "offer" else given) for who, does, given in way]
        way = [act for act in way if act[1] != "handle"]
        way = [(who, does, {} if does == "execute" else given) for who, does, given in way]
    return way


def perform(performance: Play, who: str, does: str, at: datetime, given: dict[str, Any]) -> None:
    """Take one act. Raises what the action raises."""
    if does == "submit":
        _submit(performance, who, at, given)
    elif does == "report":
        _report(performance, who, at, given)
    elif does == "read":
        queries.file_for(performance.stage.who(who), _case(performance), at=at)
    else:
        _step(performance, who, does, at, given)


def _case(performance: Play) -> UUID:
    if performance.case_id is None:
        raise LookupError("the scenario has no case yet: begin with submit, or name a state in facts")
    return performance.case_id


def _submit(performance: Play, who: str, at: datetime, given: Mapping[str, Any]) -> None:
    order = performance.stage.orders[0]
    number = {"valid": order["number"], "none": "", "unreachable": "X-UNKNOWN-1"}[given.get("order", "valid")]
    consumer = performance.stage.who("consumer")
    actor = performance.stage.who(who)
    photos = tuple(performance.photo(who, at) for _ in range(int(given.get("evidence", 0))))
    items = tuple(
        NewItem(matter=given["type"], demand=given["demand"]) for _ in range(int(given.get("items", 1)))
    )
    concerned = given.get("concerns")
    new = NewComplaint(
        channel=given.get("channel", "site"),
        consumer_id=consumer.id,
        matter_text=given["matter"],
        type=given["type"],
        demand=given["demand"],
        order_number=number,
        happened_at=given.get("happened_at"),
        items=items,
        evidence_ids=photos,
        concerns=performance.stage.who(concerned).id if concerned else None,
    )
    with _reachable(given.get("order") != "unreachable"):
        done = actions.submit(actor=actor, at=at, new=new)
    performance.case_id = done.case_id


def _report(performance: Play, who: str, at: datetime, given: Mapping[str, Any]) -> None:
    """A report of a violation (PCN-3.1.1.b); ``named: false`` is somebody of whom nothing is known."""
    actor = performance.stage.who(who)
    named = bool(given.get("named", True))
    consumer = performance.stage.who("consumer")
    reporter = consumer if named else actions.unnamed_reporter(actor=PROGRAM, at=at)
    if actor.kind is ActorKind.CONSUMER:
        actor = reporter
    photos = tuple(
        stage.photo(actor, at=at, party="consumer", shade=n) for n in range(int(given.get("evidence", 0)))
    )
    new = NewReport(
        channel=given["channel"],
        reporter_id=reporter.id,
        named=named,
        matter_text=given["matter"],
        about=given["about"],
        evidence_ids=photos,
    )
    performance.case_id = actions.report(actor=actor, at=at, new=new).case_id


def _step(performance: Play, who: str, does: str, at: datetime, given: dict[str, Any]) -> None:
    case_id = _case(performance)
    fill = FILLERS.get(does)
    if fill is not None:
        fill(performance, who, at, given)
    if given.get("order") == "valid":
        given["order_number"] = performance.stage.orders[0]["number"]
        del given["order"]
    if "evidence" in given:
        given["evidence_ids"] = [performance.photo(who, at) for _ in range(int(given.pop("evidence")))]
    for name, field_name in (("to", "owner_id"), ("owner", "owner_id")):
        if given.get(name) in performance.stage.people:
            given[field_name] = performance.stage.who(given.pop(name)).id
    actor = performance.stage.who(who)
    result = steps.take(name=does, case_id=case_id, actor=actor, at=at, data=given)
    if isinstance(result, UUID):
        performance.made[does] = result
    elif hasattr(result, "id") and does in ("offer", "counter", "ask_extension"):
        performance.made[does] = result.id


@contextmanager
def _reachable(yes: bool) -> Iterator[None]:
    """A marketplace that does not answer: the HTTP adapter with an order it never told us."""
    before = getattr(settings, "MARKETPLACE", None)
    if not yes:
        silent = Config(adapter="http", url="http://127.0.0.1:9", key_id="k", secret="s")  # noqa: S106
        settings.MARKETPLACE = silent
    try:
        yield
    finally:
        settings.MARKETPLACE = before


Filler = Callable[[Play, str, datetime, dict[str, Any]], None]


def _latest_offer(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    complaint = cases.get(_case(performance)).complaint
    kind = given.pop("kind", None) if "amount" not in given and "text" not in given else None
    found = complaint.offers.filter(state__in=["open", "held"])
    chosen = (found.filter(kind=kind) if kind else found).last()
    given.setdefault("offer_id", chosen.id if chosen else performance.made.get("offer"))


def _open_step(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    kind = given.pop("kind", None)
    open_ones = cases.get(_case(performance)).complaint.steps.filter(done_at=None)
    chosen = (open_ones.filter(kind=kind) if kind else open_ones).last()
    given["step_id"] = chosen.id if chosen else performance.made.get("open_step")


def _open_request(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    chosen = cases.get(_case(performance)).complaint.evidence_requests.filter(answered_at=None).last()
    given["request_id"] = chosen.id if chosen else performance.made.get("request_evidence")


def _open_remedy(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    chosen = cases.get(_case(performance)).complaint.remedies.filter(initiated_at=None).first()
    given["remedy_id"] = chosen.id if chosen else None


def _extension(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    given["extension_id"] = performance.made.get("ask_extension")


def _promise(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    given["promise_id"] = performance.made.get("promise")


def _open_things(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    """``promises: open`` and ``tasks: open`` name all that is open."""
    del who, at
    complaint = cases.get(_case(performance)).complaint
    tasks = complaint.steps.filter(done_at=None)
    found = {"promises": complaint.promises.filter(kept_at=None), "tasks": tasks}
    for name, rows in found.items():
        if given.get(name) == "open":
            given[name] = list(rows.values_list("id", flat=True))


def _class(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    case = cases.get(_case(performance))
    for name in ("type", "urgency", "severity", "complexity"):
        given.setdefault(name, getattr(case, name))


def _counsel(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del who, at
    given["counsel_id"] = performance.stage.who("counsel").id


def _ground(performance: Play, who: str, at: datetime, given: dict[str, Any]) -> None:
    del performance, who, at
    names = {"signed_on": "signed_date", "notice_on": "sent_date"}
    rest = {names.get(k, k): given.pop(k) for k in list(given) if k not in ("ground", "reason")}
    given["facts"] = {"claim": "no_reason_return", **rest}


FILLERS: Final[Mapping[str, Filler]] = {
    "accept_offer": _latest_offer, "decline_offer": _latest_offer, "approve_offer": _latest_offer,
    "reject_offer": _latest_offer, "counter": _latest_offer, "finish_step": _open_step,
    "pass_step": _open_step, "answer_evidence": _open_request, "execute": _open_remedy,
    "approve_extension": _extension, "reject_extension": _extension, "keep_promise": _promise,
    "take_over": _open_things,
    "classify": _class, "reclassify": _class, "join_counsel": _counsel, "decline_demand": _ground,
}  # fmt: skip

Way = Sequence[tuple[str, str, dict[str, Any]]]
_BASE: Final[dict[str, Any]] = {
    "channel": "site", "order": "valid", "type": "quality", "matter": "收到的水壶漏水", "demand": "refund",
    "evidence": 1,
}  # fmt: skip
_LIABLE: Final[dict[str, Any]] = {"party": "merchant", "ground": "product_quality", "reason": "检测不合格"}
_RECEIVED: Final[Way] = (("consumer", "submit", {**_BASE, "evidence": 0}),)
_ACCEPTED: Final[Way] = (
    ("consumer", "submit", _BASE),
    ("supervisor", "assign", {"to": "agent"}),
)
_INVESTIGATING: Final[Way] = (
    *_ACCEPTED,
    ("agent", "open_investigation", {}),
)
_SETTLING: Final[Way] = (
    *_INVESTIGATING,
    ("agent", "decide_liability", _LIABLE),
    ("agent", "record_findings", {"result": "substantiated", "reason": "质量问题属实"}),
)
_EXECUTING: Final[Way] = (
    *_SETTLING,
    ("agent", "offer", {"kind": "apology", "text": "就此事向您诚恳道歉"}),
    ("consumer", "accept_offer", {}),
)
_HANDLED: Final[Way] = (
    *_EXECUTING,
    ("agent", "execute", {"reference": "道歉信 1"}),
    ("agent", "handle", {}),
)
_TOLD: Final[Way] = (
    *_HANDLED,
    ("agent", "tell_result", {"reason": "已向您道歉", "corrective": "已下架该批次商品"}),
)
_FOLLOWED: Final[Way] = (*_TOLD, ("agent", "follow_up", {"via": "call", "score": 4}))
WAYS: Final[Mapping[str, Way]] = {
    "received": _RECEIVED, "accepted": _ACCEPTED, "investigating": _INVESTIGATING, "settling": _SETTLING,
    "executing": _EXECUTING, "handled": _HANDLED, "told": _TOLD, "followed_up": _FOLLOWED,
    "closed": (*_FOLLOWED, ("agent", "close", {})),
}  # fmt: skip
"""How a case gets into a state, for scenarios that start from it."""

Prepares = Callable[[Play, Mapping[str, Any]], None]
Performs = Callable[[Play, str, str, datetime, dict[str, Any]], None]
FLOWS: Final[dict[str, tuple[Prepares, Performs]]] = {
    "complaint": (prepare, perform),
    "aftersales": (aftersales_acts.prepare, aftersales_acts.perform),
}
"""How the acts of each flow are played: what brings its case into a state, and one act."""
