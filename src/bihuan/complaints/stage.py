"""People and orders on which complaints can be played: demo, drill, scenarios and tests.

Everything is made through the real actions, so that what stands on the stage stands in the journal
too. All names are made up.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from PIL import Image

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import ConsumerFacts, NewPerson
from bihuan.accounts.models.people import Department, OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.evidence import actions as evidence
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace import demo as orders
from bihuan.norms import actions as norms
from bihuan.workforce import actions as workforce

STAFF: Final[Mapping[str, tuple[str, Department, Role]]] = {
    "agent": ("客服 小陈", Department.SERVICE, Role.AGENT),
    "other_agent": ("客服 小林", Department.SERVICE, Role.AGENT),
    "uncertified_agent": ("新人 小何", Department.SERVICE, Role.AGENT),
    "supervisor": ("主管 老周", Department.SERVICE, Role.SUPERVISOR),
    "other_supervisor": ("主管 阿梅", Department.SERVICE, Role.SUPERVISOR),
    "officer": ("品控 小吴", Department.TECHNICAL, Role.OFFICER_TECHNICAL),
    "counsel": ("法务 苏律", Department.LEGAL, Role.COUNSEL),
    "manager": ("经理 方总", Department.MANAGEMENT, Role.MANAGER),
    "auditor": ("外部审计", Department.MANAGEMENT, Role.AUDITOR),
    "administrator": ("管理员", Department.MANAGEMENT, Role.ADMINISTRATOR),
}
"""Who works on the platform: key, working name, department, role."""

BOUNDLESS: Final = 10_000
"""Open cases of one person where a drill or a test brings thousands."""
_SETUP: Final = Actor(id=UUID(int=1), kind=ActorKind.PROGRAM, roles=frozenset({str(Role.PROGRAM)}))


@dataclass
class Stage:
    """Actors by their part, and what they can complain about."""

    people: dict[str, Actor] = field(default_factory=dict)
    merchants: dict[str, UUID] = field(default_factory=dict)
    consumers: dict[str, Actor] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)

    def who(self, part: str) -> Actor:
        """The actor of a part; ``program`` is the program itself."""
        return PROGRAM if part == "program" else self.people[part]


def build(
    *,
    at: datetime,
    seed: int = 7,
    count: int = 60,
    password: str | None = None,
    phone: str | None = None,
    capacity: int = BOUNDLESS,
) -> Stage:
    """Rulebooks, teams, staff fit for duty, merchants with people, and orders with their buyers.

    ``password`` lets everybody sign in with it (demo only); without it nobody can. ``phone`` is the first
    buyer's, who can sign in with it. ``capacity``: open cases of each of the staff; without one as many as
    a drill or a test can bring.
    """
    norms.load_rulebooks(actor=_SETUP, at=at)
    stage = Stage()
    teams = {
        d: accounts.create_team(department=d, name=name, actor=_SETUP, at=at).id
        for d, name in ((Department.SERVICE, "客服一组"), (Department.TECHNICAL, "品控组"),
                        (Department.LEGAL, "法务组"), (Department.MANAGEMENT, "管理层"))
    }  # fmt: skip
    for part, (label, department, role) in STAFF.items():
        new = NewPerson(kind=ActorKind.STAFF, username=part, label=label, team_id=teams[department])
        stage.people[part] = person(new, role, at, password)
    for number, part in enumerate(("agent", "other_agent", "supervisor", "other_supervisor"), 1):
        fit_for_duty(stage.people[part].id, number=f"E{number:03d}", at=at, capacity=capacity)
    _take_orders(stage, at, seed, count, password)
    _know_buyers(stage, at, phone)
    return stage


def fit_for_duty(
    person_id: UUID, *, number: str, at: datetime, years: int = 2, capacity: int = BOUNDLESS
) -> None:
    """Education, certificate and presence, so that work may be assigned (PCN-2.2.1)."""
    since = at - timedelta(days=30)
    workforce.hire(
        person_id=person_id,
        number=number,
        education="college",
        skills=["any"],
        capacity=capacity,
        round_the_clock=True,
        actor=_SETUP,
        at=at,
    )
    workforce.issue_certificate(
        person_id=person_id,
        version="2026.1",
        from_at=since,
        until_at=at + timedelta(days=365 * years),
        actor=_SETUP,
        at=at,
    )


def photo(actor: Actor, *, at: datetime, party: str = "consumer", shade: int = 120) -> UUID:
    """An uploaded picture, as evidence; returns its id."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (shade % 256, 90, 60)).save(picture, "JPEG")
    item = evidence.upload(actor=actor, at=at, content=picture.getvalue(), name="photo.jpg", party=party)
    return item.id


def person(new: NewPerson, role: Role, at: datetime, password: str | None) -> Actor:
    """Somebody new with a role, who can sign in with the password; without one nobody can."""
    made = accounts.create_person(new=new, actor=_SETUP, at=at)
    accounts.grant_role(person_id=made.id, role=role, actor=_SETUP, at=at)
    invited = accounts.invite(person_id=made.id, actor=_SETUP, at=at)
    accounts.accept_invitation(token=invited.token, password=password or invited.token, at=at)
    return accounts_queries.actor_by_id(made.id, at=at)


def _take_orders(stage: Stage, at: datetime, seed: int, count: int, password: str | None) -> None:
    made = orders.orders(seed=seed, until=at, count=count)
    stage.orders = sorted(made, key=lambda order: -sum(line["paid_fen"] for line in order["lines"]))
    for start in range(0, len(stage.orders), marketplace.MOST):
        some = stage.orders[start : start + marketplace.MOST]
        taken = marketplace.take_orders(actor=_SETUP, at=at, batch=some, source="import")
        if taken.rejected:
            raise taken.rejected[0].error
    for number, ref in enumerate(sorted({order["merchant"]["ref"] for order in stage.orders})):
        name = next(o["merchant"]["name"] for o in stage.orders if o["merchant"]["ref"] == ref)
        organisation = accounts.create_organisation(
            kind=OrganisationKind.MERCHANT, name=name, reference=ref, actor=_SETUP, at=at
        )
        marketplace.bind_shop(actor=_SETUP, at=at, shop_ref=ref, organisation_id=organisation.id)
        stage.merchants[ref] = organisation.id
        username = f"merchant{number + 1}"
        new = NewPerson(
            kind=ActorKind.MERCHANT, username=username, label=f"{name} 运营", organisation_id=organisation.id
        )
        stage.people[username] = person(new, Role.MERCHANT_OPERATOR, at, password)
    first = stage.merchants[stage.orders[0]["merchant"]["ref"]]
    stage.people["merchant"] = next(
        a for part, a in stage.people.items() if part.startswith("merchant") and a.organisation_id == first
    )


def _know_buyers(stage: Stage, at: datetime, phone: str | None) -> None:
    first = stage.orders[0]["buyer"]["ref"]
    for ref in sorted({order["buyer"]["ref"] for order in stage.orders}):
        own = phone if ref == first else None
        facts = ConsumerFacts(external_ref=ref, phone=own, phone_proven=own is not None)
        ensured = accounts.ensure_consumer(facts=facts, actor=_SETUP, at=at)
        marketplace.link_buyer(actor=_SETUP, at=at, buyer_ref=ref, person_id=ensured.person_id)
        stage.consumers[ref] = accounts_queries.actor_by_id(ensured.person_id, at=at)
    stage.people["consumer"] = stage.consumers[first]
