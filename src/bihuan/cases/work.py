"""The one way in which a case is changed: lock, check, change, record, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewText, TextRef
from bihuan.accounts.permissions import Role, require
from bihuan.cases import events
from bihuan.cases.flow import Flow
from bihuan.cases.models import Case
from bihuan.clocks import actions as clocks
from bihuan.clocks.actions import Saying
from bihuan.engine.errors import NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.pipeline import pipelined
from bihuan.notices import actions as notices
from bihuan.notices.actions import Order as NoticeOrder


@dataclass
class Work:
    """A case under change. Everything said and set here is written together, or not at all."""

    flow: Flow
    case: Case
    actor: Actor
    at: datetime
    new: bool = False
    target: str | None = None
    sayings: list[Saying] = field(default_factory=list)
    orders: list[NoticeOrder] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    rows: list[Model] = field(default_factory=list)

    def say(self, event: Event, *, occurred_at: datetime | None = None, proven: bool = False) -> None:
        """An event that happened; ``proven`` where a proof from outside stands behind the time."""
        self.sayings.append(
            Saying(
                event=event,
                occurred_at=occurred_at or self.at,
                proven=proven,
                facts=dict(self.case.facts),
                generation=self.case.generation,
            )
        )

    def set(self, **values: Any) -> None:
        """Change columns of the case."""
        for name, value in values.items():
            setattr(self.case, name, value)
        self.changed.update(values)

    def keep(self, body: str) -> TextRef:
        """Keep a free text about this case's complainant; events carry its id and digest."""
        return accounts.keep_text(
            body=body, subject=self.case.subject, about=self.case.consumer_id, actor=self.actor, at=self.at
        )

    def keep_all(self, bodies: Sequence[str]) -> list[TextRef | None]:
        """The same for several texts in one statement; an empty one gives None."""
        items = [
            NewText(body=body, subject=self.case.subject, about=self.case.consumer_id)
            for body in bodies
            if body.strip()
        ]
        kept = iter(accounts.keep_texts(items=items, actor=self.actor, at=self.at) if items else [])
        return [next(kept) if body.strip() else None for body in bodies]

    def tell(self, kind: str, recipient: UUID | None, *, key: str = "", **params: Any) -> UUID | None:
        """Queue a notice; it is sent after the transaction. Returns its id, None without recipient.

        ``key`` tells two notices of the same kind in one case apart; the same key is sent once.
        """
        if recipient is None or self.case.imported:
            return None
        unique = ":".join((str(self.case.id), kind, str(self.case.generation), key or str(self.case.version)))
        order = NoticeOrder(
            kind=kind,
            recipient=recipient,
            subject=self.case.subject,
            key=unique,
            params={"number": self.case.number, **params},
        )
        self.orders.append(order)
        return order.id

    def tell_organisation(
        self, kind: str, organisation: UUID | None, *, key: str = "", **params: Any
    ) -> UUID | None:
        """The same to the active people of an organisation; returns the first notice's id."""
        if organisation is None:
            return None
        people = accounts_queries.members_of(organisation)
        ids = [self.tell(kind, person, key=f"{key}:{person}", **params) for person in people]
        return ids[0] if ids else None

    def tell_role(self, kind: str, role: str, *, key: str = "", **params: Any) -> None:
        """The same to the platform's people of a role: approvals, reports upward."""
        for person in accounts_queries.people_with_role(Role(role), at=self.at):
            self.tell(kind, person, key=f"{key}:{person}", **params)

    def add(self, *rows: Model) -> None:
        """Rows that refer to the case and are written after it, in this order, a statement a table."""
        self.rows.extend(rows)

    def move(self, state: str) -> None:
        """Go to another state than the step's own; the workflow must know it."""
        self.target = state


@contextmanager
def work_on(
    flow: Flow,
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    step: str,
    reason: str | None = None,
    permission: StrEnum | None = None,
) -> Iterator[Work]:
    """Lock the case, check permission and step, give the work out and write it when it is done.

    Raises NotFound, NotAllowed, or a Refusal that names the clause: the state does not allow the
    step, or it needs a reason and none was given. Nothing is changed by an error.
    """
    known = flow.step(step)
    with transaction.atomic():
        work = Work(flow=flow, case=_locked(flow, case_id), actor=actor, at=at)
        require(actor, permission or known.permission, work.case.resource, clause="PCN-1.2")
        work.target = flow.workflow.check(work.case.state, step, reason).target
        yield work
        _finish(work)


@contextmanager
def new_work(flow: Flow, *, case: Case, actor: Actor, at: datetime) -> Iterator[Work]:
    """The same for a case that does not exist yet; the row is written at the end.

    Statements whose result nobody waits for travel together (psycopg's pipeline): an intake costs
    few round trips, however many rows it writes.
    """
    with transaction.atomic(), pipelined():
        work = Work(flow=flow, case=case, actor=actor, at=at, new=True, target=case.state)
        yield work
        _finish(work)


def _locked(flow: Flow, case_id: UUID) -> Case:
    case = Case.objects.select_for_update().filter(id=case_id, flow=flow.name).first()
    if case is None:
        raise NotFound(kind="case", id=str(case_id))
    return case


def _finish(work: Work) -> None:
    case = work.case
    if work.target:
        work.set(state=work.target)
    _note_service(work)
    recorded = clocks.record(
        subject=case.subject,
        sayings=work.sayings,
        actor=work.actor,
        at=work.at,
        new=work.new,
        generation=case.generation,
        imported=case.imported,
        dimensions=clocks.Dimensions(
            merchant_id=case.merchant_id, team_id=case.team_id, owner_id=case.owner_id
        ),
    )
    work.set(is_open=work.flow.is_open(case.state), **_strictest(recorded), version=case.version + 1)
    work.set(**_next_step(work))
    _write(work)
    for table, rows in groupby(work.rows, key=_table):
        table._default_manager.bulk_create(list(rows))
    notices.queue_many(orders=work.orders, actor=work.actor, at=work.at)


def _note_service(work: Work) -> None:
    """The first step of who is in charge of a green case: it is served (PCN-2.3.4.b)."""
    case = work.case
    if not case.green or case.green_served_at is not None or case.owner_id != work.actor.id:
        return
    if not any(isinstance(saying.event, events.Greened) for saying in work.sayings):
        work.set(green_served_at=work.at)
        work.say(events.GreenServed(need=case.green))


def _table(row: Model) -> type[Model]:
    return type(row)


def _strictest(recorded: clocks.Recorded) -> Mapping[str, Any]:
    if recorded.strictest is None:
        return {"strictest_clause": "", "strictest_due_at": None}
    return {
        "strictest_clause": recorded.strictest.clause_id,
        "strictest_due_at": recorded.strictest.due_at,
    }


def _next_step(work: Work) -> Mapping[str, Any]:
    case = work.case
    following = work.flow.following.get(case.state)
    if following is None:
        return {"next_step": "", "next_step_by": "", "next_step_at": None}
    if work.flow.awaiting is not None:
        following = work.flow.awaiting(case) or following
    return {
        "next_step": following.step,
        "next_step_by": following.by,
        "next_step_at": case.strictest_due_at or work.at + following.within,
    }


def _write(work: Work) -> None:
    case = work.case
    if work.new:
        case.version = 1
        case.save(force_insert=True)
        return
    before = case.version - 1
    values = {name: getattr(case, name) for name in work.changed}
    if Case.objects.filter(id=case.id, version=before).update(**values) != 1:
        raise Refusal(
            "Case {number} was changed by somebody else at the same time.",
            code="case.changed",
            number=case.number,
            remedy="Look at the case again and repeat the step.",
        )
