"""The course of one complaint, told as the people in it live it.

Every act goes through the same table of steps that API and pages use. A refusal is what a real
person would meet: it is counted, and the life goes on another way or ends.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import actions, stage, steps
from bihuan.complaints.actions import NewComplaint
from bihuan.complaints.stage import Stage
from bihuan.engine import decisions
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import Actor
from bihuan.money import queries as payments
from bihuan.project.crediting import credit
from bihuan.project.drill.people import AGENTS, MERCHANTS, Manner, awake, later, manners

WAIT = timedelta(hours=6)
PATIENCE = 120
"""How often a life looks again for something that others must do first."""
Until = Generator[datetime, None, datetime]
"""A part of a life; what it returns is the time at which it ends."""


@dataclass
class World:
    """What the lives share: people, their manners, chance, and a tally of what happened."""

    on: Stage
    chance: random.Random
    now: datetime
    tally: Counter[str] = field(default_factory=Counter)
    manners: dict[UUID, Manner] = field(default_factory=dict)
    orders: int = -1

    def order(self) -> dict[str, Any]:
        """The order that the next complaint is about: each in turn, so that few are about the same."""
        self.orders = (self.orders + 1) % len(self.on.orders)
        return self.on.orders[self.orders]

    def manner(self, actor: Actor) -> Manner:
        if actor.id not in self.manners:
            kinds, weights = (MERCHANTS, (4, 4, 2)) if actor.organisation_id else (AGENTS, (4, 5, 1))
            self.manners[actor.id] = manners(self.chance, dict(kinds), weights)
        return self.manners[actor.id]

    def staff(self, person_id: UUID | None) -> Actor | None:
        return next((a for a in self.on.people.values() if a.id == person_id), None)


@dataclass
class Course:
    """One complaint under way."""

    world: World
    text: str
    case_id: UUID | None = None

    @property
    def case(self) -> Case:
        if self.case_id is None:
            raise LookupError("not submitted yet")
        return cases.get(self.case_id)

    def take(self, actor: Actor, at: datetime, step: str, **data: Any) -> Any:
        """Take a step; a refusal is counted under its clause and gives None."""
        try:
            result = steps.take(name=step, case_id=self.case.id, actor=actor, at=at, data=data)
        except BihuanError as refusal:
            self.world.tally[f"refused {step} {refusal.clause or refusal.error_code}"] += 1
            return None
        self.world.tally[step] += 1
        return result if result is not None else True


def complaint(world: World, text: str, at: datetime) -> Iterator[datetime]:
    """From submission to the closed loop."""
    course, chance = Course(world, text), world.chance
    _submit(course, at)
    case = course.case
    if case.state != "accepted":
        yield from _acceptance(course, at)
        if course.case.state not in ("accepted",):
            return
    owner, at = yield from _owner(course)
    if owner is None:
        return
    manner = world.manner(owner)
    at = later(chance, at, manner, share=0.6)
    yield at
    course.take(
        owner,
        at,
        "send_message",
        text=f"您好，您反映的问题我们已经看到，正在核实。（{chance.randrange(1000)}）",
    )
    yield from _middle(course, owner, manner, at)


def _middle(course: Course, owner: Actor, manner: Manner, at: datetime) -> Iterator[datetime]:
    chance = course.world.chance
    if course.case.severity == "major":
        yield from _major(course, at)
    at = later(chance, at, manner)
    yield at
    simple = course.case.complexity == "general" and chance.random() < 0.5
    if simple and course.case.severity == "normal":
        course.take(owner, at, "skip_investigation", reason="事实清楚，照片可以认定，直接协商处理")
    else:
        yield from _investigation(course, owner, manner, at)
    if course.case.state != "settling":
        return
    yield from _settlement(course, owner, manner)
    yield from _ending(course, owner, manner)


def _submit(course: Course, at: datetime) -> None:
    world, chance = course.world, course.world.chance
    order = world.order()
    consumer = world.on.consumers[order["buyer"]["ref"]]
    by_phone = chance.random() < 0.2
    actor = world.on.who(chance.choice(["agent", "other_agent"])) if by_phone else consumer
    photos = () if chance.random() < 0.08 else (stage.photo(actor, at=at, shade=chance.randrange(256)),)
    found = decisions.classify({"type": "other", "text": course.text})
    new = NewComplaint(
        channel=chance.choice(["telephone", "walk_in", "social"]) if by_phone else "site",
        consumer_id=consumer.id, matter_text=course.text, type=found.type,
        demand=chance.choice(["refund", "compensation", "apology", "exchange", "explanation"]),
        order_number="" if chance.random() < 0.04 else order["number"],
        happened_at=at - timedelta(hours=chance.randrange(1, 200)), evidence_ids=photos,
    )  # fmt: skip
    done = actions.submit(actor=actor, at=at, new=new)
    course.case_id = done.case_id
    world.tally[f"submitted {done.state}"] += 1


def _acceptance(course: Course, at: datetime) -> Iterator[datetime]:
    """A person decides: asks for what is missing, accepts all the same, or refuses."""
    world, chance = course.world, course.world.chance
    agent = world.on.who(chance.choice(["agent", "other_agent", "supervisor"]))
    at = later(chance, at, world.manner(agent))
    yield at
    owner = world.staff(course.case.owner_id) or world.on.who("supervisor")
    missing = course.case.complaint.missing
    if not missing or chance.random() < 0.3:
        course.take(owner, at, "accept", reason="凭已有材料可以认定交易和诉求")
        return
    course.take(owner, at, "request_supplement", missing=list(missing), reason="请补充照片或订单号，以便核实")
    at = awake(chance, at, 40)
    yield at
    if chance.random() < 0.75 and course.case.state in ("supplementing", "lapsed"):
        consumer = _consumer(course)
        photo = stage.photo(consumer, at=at, shade=chance.randrange(256))
        number = chance.choice(
            [o for o in world.on.orders if world.on.consumers[o["buyer"]["ref"]] == consumer]
        )
        course.take(consumer, at, "supplement", order_number=number["number"], evidence_ids=[str(photo)])
        if course.case.state == "received":
            at = later(chance, at, world.manner(owner))
            yield at
            course.take(owner, at, "accept", reason="补正材料可以认定")


def _owner(course: Course) -> Generator[datetime, None, tuple[Actor | None, datetime]]:
    at = course.case.accepted_at or course.case.received_at
    for _ in range(PATIENCE):
        owner = course.world.staff(course.case.owner_id)
        if owner is not None:
            return owner, at
        at += WAIT
        yield at
    return None, at


def _major(course: Course, at: datetime) -> Iterator[datetime]:
    manager = course.world.on.who("manager")
    at = at + timedelta(minutes=course.world.chance.randrange(2, 25))
    yield at
    course.take(manager, at, "start_plan", plan="safety", steps=["suspension"])
    at = at + timedelta(hours=course.world.chance.randrange(2, 30))
    yield at
    for step in course.case.complaint.steps.filter(done_at=None):
        course.take(
            course.world.on.who("supervisor"),
            at,
            "finish_step",
            step_id=str(step.id),
            reason="涉事商品已暂停销售",
        )


def _investigation(course: Course, owner: Actor, manner: Manner, at: datetime) -> Iterator[datetime]:
    chance = course.world.chance
    course.take(owner, at, "open_investigation")
    course.take(owner, at, "draw_records")
    party = decisions.liability(course.case.type).result
    party = party if party in ("merchant", "platform") else "merchant"
    course.take(
        owner, at, "decide_liability", party=party, ground="first_view", reason="按投诉类型和订单记录初步认定"
    )
    if course.case.severity == "major":
        yield from _visit(course, owner, at)
    if party == "merchant" and chance.random() < 0.6 and course.case.merchant_id:
        at = yield from _evidence(course, owner, at)
    if course.case.complexity == "complex" and chance.random() < 0.12:
        at = yield from _extension(course, owner, at)
    at = later(chance, at, manner, share=1.5)
    yield at
    for _ in range(PATIENCE):
        if course.case.complaint.evidence_requests.filter(answered_at=None, default_at=None).exists():
            at += WAIT
            yield at
            continue
        result = chance.choices(["substantiated", "partly", "unsubstantiated"], (6, 3, 1))[0]
        course.take(owner, at, "record_findings", result=result, reason="核对订单、物流和双方陈述后作出结论")
        return


def _visit(course: Course, owner: Actor, at: datetime) -> Iterator[datetime]:
    officer = course.world.on.who("officer")
    step = course.take(
        owner, at, "open_step", kind="site_visit", department="technical", owner_id=str(officer.id),
        due_at=(at + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    at = later(course.world.chance, at, Manner(20.0, weekends=True))
    yield at
    if step is not None:
        course.take(
            officer, at, "finish_step", step_id=str(step), reason="现场抽检，情况属实", outcome="confirmed"
        )


def _evidence(course: Course, owner: Actor, at: datetime) -> Until:
    world, chance = course.world, course.world.chance
    request = course.take(
        owner, at, "request_evidence", party="merchant", what="inspection_report",
        reason="请提供质检报告和发货凭证", due_at=(at + timedelta(hours=30)).isoformat(),
    )  # fmt: skip
    people = [a for a in world.on.people.values() if a.organisation_id == course.case.merchant_id]
    if request is None or not people:
        return at
    merchant = people[0]
    answered = later(chance, at, world.manner(merchant))
    yield answered
    if answered - at < timedelta(days=4):
        photo = stage.photo(merchant, at=answered, party="merchant", shade=chance.randrange(256))
        course.take(
            merchant, answered, "answer_evidence", request_id=str(request), reason="附上检验报告，请核查",
            evidence_ids=[str(photo)],
        )  # fmt: skip
        return answered
    return at + timedelta(days=2)


def _extension(course: Course, owner: Actor, at: datetime) -> Until:
    world, chance = course.world, course.world.chance
    asked = course.take(owner, at, "ask_extension", to="special", reason="需委托第三方鉴定")
    supervisor = world.on.who(
        "other_supervisor" if owner.id != world.on.who("other_supervisor").id else "manager"
    )
    at = later(chance, at, world.manner(supervisor), share=0.5)
    yield at
    if asked is not None:
        course.take(supervisor, at, "approve_extension", extension_id=str(asked.id))
    at = at + timedelta(days=chance.randrange(2, 6))
    yield at
    return at


def _settlement(course: Course, owner: Actor, manner: Manner) -> Iterator[datetime]:
    world, chance = course.world, course.world.chance
    at = later(chance, course.world.now, manner, share=0.5)
    yield at
    paid = _paid(world, course.case)
    kind = (
        "apology"
        if course.case.type == "service" or paid < 200
        else chance.choice(["refund", "refund", "resend"])
    )
    amount = max(100, paid * chance.choice([20, 30, 50, 100]) // 100) if kind == "refund" else 0
    made = course.take(
        owner, at, "offer", kind=kind, amount=amount, text="就您反映的问题，我们提出如下处理方案，请您确认"
    )
    if made is None:
        return
    if made.state == "held":
        at = later(chance, at, world.manner(world.on.who("manager")), share=0.5)
        yield at
        course.take(world.on.who("manager"), at, "approve_offer", offer_id=str(made.id))
    at = awake(chance, at, 9)
    yield at
    consumer, mood = _consumer(course), chance.random()
    if mood < 0.72:
        course.take(consumer, at, "accept_offer", offer_id=str(made.id))
        return
    if mood < 0.86 and kind == "refund":
        counter = course.take(
            consumer, at, "counter", offer_id=str(made.id), kind="refund", amount=min(paid, amount * 2),
            text="希望再多退一些，否则不接受",
        )  # fmt: skip
        at = later(chance, at, manner)
        yield at
        if counter is not None and course.take(owner, at, "accept_offer", offer_id=str(counter.id)):
            return
    else:
        course.take(consumer, at, "decline_offer", offer_id=str(made.id))
        at = later(chance, at, manner)
        yield at
    course.take(
        world.on.who("manager"), at, "decide", outcome="partly_upheld", kind=kind, amount=amount,
        article="L-02", reason="双方未能一致，依事实和法律决定如方案",
    )  # fmt: skip


def _ending(course: Course, owner: Actor, manner: Manner) -> Iterator[datetime]:
    chance, world = course.world.chance, course.world
    at = later(chance, world.now, manner, share=0.4)
    yield at
    if course.case.state != "executing":
        return
    for remedy in course.case.complaint.remedies.filter(initiated_at=None):
        course.take(
            owner, at, "execute", remedy_id=str(remedy.id), reference=f"R{chance.randrange(10**8):08d}"
        )
    yield at + timedelta(minutes=2)
    if course.case.state == "executing":
        course.take(owner, at + timedelta(minutes=2), "handle")
    at = later(chance, at, manner, share=0.6)
    yield at
    money_by = (at + timedelta(days=3)).date().isoformat()
    course.take(
        owner,
        at,
        "tell_result",
        reason="处理方案已执行完毕，详见说明",
        corrective="已对相关环节整改并培训",
        money_by=money_by,
    )
    at = at + timedelta(hours=chance.randrange(3, 90))
    yield at
    course.world.tally["credited"] += credit(payments.refunds_of(course.case.id), at=at)
    at = awake(chance, at, 6)
    yield at
    if chance.random() < 0.5:
        course.take(_consumer(course), at, "rate", score=chance.choices([1, 2, 3, 4, 5], (1, 1, 2, 4, 4))[0])
    else:
        course.take(
            owner, at, "follow_up", via="call", score=chance.choices([1, 2, 3, 4, 5], (1, 1, 2, 4, 4))[0]
        )
    at = later(chance, at, manner)
    yield at
    if course.case.state == "followed_up":
        course.take(owner, at, "close")


def _consumer(course: Course) -> Actor:
    consumer_id = course.case.consumer_id
    return next(a for a in course.world.on.consumers.values() if a.id == consumer_id)


def _paid(world: World, case: Case) -> int:
    order = next((o for o in world.on.orders if o["number"] == case.order_number), None)
    return sum(line["paid_fen"] for line in order["lines"]) if order else 0
