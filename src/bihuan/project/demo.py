"""The demonstration: invented people, orders and some complaints in every state, made by real actions.

Only an empty database becomes one; it says so on every page from then on. The time of a demo cannot be
shifted: complaints are received a few hours or days ago, everything after that happens now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.hashers import get_hasher

from bihuan.cases import queries as cases
from bihuan.complaints import actions, stage, steps
from bihuan.complaints.actions import NewComplaint, NewItem
from bihuan.complaints.stage import Stage
from bihuan.journal.time import deployment_kind, is_fresh, mark_deployment, now
from bihuan.project import demo_care, demo_orders
from bihuan.project.demo_house import CAPACITY, furnish, plan
from bihuan.project.demo_stories import STORIES, Story
from bihuan.project.drain import drain

PASSWORD: Final = "bihuan-demo-2026"  # noqa: S105 (a demo's, shown on its start)
PHONE: Final = "13800138000"
SHOWN: Final = (
    "agent", "other_agent", "supervisor", "other_supervisor", "officer", "counsel", "manager",
    "day_agent", "late_agent", "merchant1", "merchant2", "merchant_admin", "carrier", "auditor",
    "administrator",
)  # fmt: skip


@dataclass
class Tale:
    """One complaint being told: its case and what its steps made."""

    on: Stage
    story: Story
    number: int
    case_id: Any = None
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> dict[str, Any]:
        """The first order of the thing complained about, else any."""
        sought = (
            o for o in self.on.orders for line in o["lines"] if self.story.ware in line["product"]["title"]
        )
        return next(sought) if self.story.ware else self.on.orders[self.number % len(self.on.orders)]


def load() -> list[str]:
    """Fill an empty database; returns how to sign in. Does nothing where the demo stands already."""
    if not is_fresh():
        return logins() if deployment_kind() == "demo" else ["This database is in use: no demo was loaded."]
    mark_deployment("demo")
    with _quickly():
        on = stage.build(at=now(), password=PASSWORD, phone=PHONE, capacity=CAPACITY)
        furnish(on, at=now(), password=PASSWORD)
    drain(at=now())
    for number, story in enumerate(STORIES):
        _tell(Tale(on, story, number))
    demo_care.tell(on)
    demo_orders.tell(on)
    demo_orders.announce(on)
    demo_orders.book(on)
    plan(on, at=now())
    return logins()


@contextmanager
def _quickly() -> Iterator[None]:
    """A password that is printed at every start is not worth the long sum that hides one."""
    hasher: Any = get_hasher()
    usual, hasher.iterations = getattr(hasher, "iterations", 1), 1_000
    try:
        yield
    finally:
        hasher.iterations = usual


def logins() -> list[str]:
    """The lines that tell how to sign in."""
    names = ", ".join(SHOWN)
    return [
        f"Sign in as {names} with the password {PASSWORD}",
        f"As a consumer: sign in with phone {PHONE}; the page shows the code",
    ]


def _tell(tale: Tale) -> None:
    _submit(tale)
    drain(at=now())
    for who, does, given in tale.story.acts:
        if does in ("accept_offer", "decline_offer", "counter"):
            _approve(tale)
        actor = tale.on.who(_who(tale, who))
        data = _filled(tale, does, dict(given))
        made = steps.take(name=does, case_id=tale.case_id, actor=actor, at=now(), data=data)
        tale.made[does] = getattr(made, "id", made)
        drain(at=now())


def _approve(tale: Tale) -> None:
    """An offer beyond the agent's authority is approved by the manager before it is answered."""
    for held in cases.get(tale.case_id).complaint.offers.filter(state="held"):
        actions.approve_offer(case_id=tale.case_id, offer_id=held.id, actor=tale.on.who("manager"), at=now())
        drain(at=now())


def _submit(tale: Tale) -> None:
    story, order = tale.story, tale.order
    consumer = tale.on.consumers[order["buyer"]["ref"]]
    at = now()
    photos = tuple(
        stage.photo(consumer, at=at, shade=37 * (tale.number + shade)) for shade in range(story.photos)
    )
    new = NewComplaint(
        channel=story.channel,
        consumer_id=consumer.id,
        matter_text=story.matter,
        type=story.type,
        demand=story.demand,
        demand_amount=story.amount,
        order_number=order["number"] if story.order else "",
        happened_at=at - timedelta(hours=story.hours_ago + 20),
        items=(
            NewItem(
                matter=story.type,
                demand=story.demand,
                amount=story.amount,
                order_line=_line(tale),
            ),
        ),
        evidence_ids=photos,
    )
    done = actions.submit(actor=consumer, at=at, new=new, received_at=at - timedelta(hours=story.hours_ago))
    tale.case_id = done.case_id


def _line(tale: Tale) -> str:
    """The number of the order line complained about; empty without an order."""
    if not tale.story.order:
        return ""
    lines = tale.order["lines"]
    return str(next(n for n, line in enumerate(lines, 1) if tale.story.ware in line["product"]["title"]))


def _who(tale: Tale, who: str) -> str:
    """``merchant`` and ``consumer`` are those of the case's own order."""
    order = tale.order
    if who == "consumer":
        tale.on.people["this_consumer"] = tale.on.consumers[order["buyer"]["ref"]]
        return "this_consumer"
    if who == "merchant":
        firm = tale.on.merchants[order["merchant"]["ref"]]
        return next(n for n, a in tale.on.people.items() if n != "merchant" and a.organisation_id == firm)
    return who


def _filled(tale: Tale, does: str, given: dict[str, Any]) -> dict[str, Any]:
    """Ids and times that only exist now; ``in`` hours become ``due_at``, ``to`` a person."""
    if "in" in given:
        given["due_at"] = (now() + timedelta(hours=int(given.pop("in")))).isoformat()
    if "ago" in given:
        given["started_at"] = (now() - timedelta(minutes=int(given.pop("ago")))).isoformat()
    if "to_person" in given:
        given["owner_id"] = tale.on.who(given.pop("to_person")).id
    if does == "join_counsel":
        given["counsel_id"] = tale.on.who("counsel").id
    fill = _LATEST.get(does)
    if fill is not None:
        name, made_by = fill
        given[name] = made_by(tale)
    return given


def _remedy(tale: Tale) -> Any:
    owed = cases.get(tale.case_id).complaint.remedies.filter(initiated_at=None).first()
    return owed.id if owed else None


_Maker = Callable[[Tale], Any]
_LATEST: Final[dict[str, tuple[str, _Maker]]] = {
    "accept_offer": ("offer_id", lambda t: t.made.get("counter") or t.made["offer"]),
    "decline_offer": ("offer_id", lambda t: t.made["offer"]),
    "approve_offer": ("offer_id", lambda t: t.made["offer"]),
    "counter": ("offer_id", lambda t: t.made["offer"]),
    "finish_step": ("step_id", lambda t: t.made["open_step"]),
    "answer_evidence": ("request_id", lambda t: t.made["request_evidence"]),
    "approve_extension": ("extension_id", lambda t: t.made["ask_extension"]),
    "execute": ("remedy_id", _remedy),
}
