"""People, orders and ports for the tests of notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bihuan.accounts import actions as accounts
from bihuan.accounts.permissions import Resource, Role
from bihuan.accounts.queries import PersonalField
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.queries import entries_of
from bihuan.journal.subject import Subject
from bihuan.notices import actions
from bihuan.notices.models import Notice
from bihuan.notices.ports.port import Accepted, Message, Report, Result

AT = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
CASE = UUID("11111111-1111-4111-8111-111111111111")
ANY: Any = object()


def consumer(phone: str | None = "13812345678", *, language: str = "zh-hans", email: str = "") -> UUID:
    """A consumer named 王小明."""
    facts = accounts.ConsumerFacts(
        external_ref=None if phone else "user-1", phone=phone, name="王小明", language=language
    )
    made = accounts.ensure_consumer(facts=facts, actor=PROGRAM, at=AT).person_id
    if email:
        values = {PersonalField.EMAIL: email}
        on = Resource(person_ids=frozenset({made}))
        accounts.store(person_id=made, values=values, on=on, actor=PROGRAM, at=AT)
    return made


def acting(person_id: UUID, *, case_id: UUID | None = None) -> Actor:
    return Actor(person_id, ActorKind.CONSUMER, frozenset({Role.CONSUMER}), case_id=case_id)


def staff(role: Role) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, frozenset({role}))


def queue(
    recipient: UUID,
    kind: str = "acceptance",
    *,
    key: str = "k1",
    case_id: UUID = CASE,
    channels: list[str] | None = None,
    **params: Any,
) -> UUID:
    return actions.queue(
        kind=kind,
        recipient=recipient,
        subject=Subject("case", case_id),
        key=key,
        actor=PROGRAM,
        at=AT,
        params={"number": "TS-2026-000123", **params},
        channels=channels,
    )


def deliver(notice_id: UUID, *, at: datetime = AT) -> Notice:
    """What the job does, at a time of our choice."""
    taken = actions.claim(notice_id=notice_id, at=at)
    if taken is not None:
        actions.record(taken=taken, result=actions.make(taken, at=at), at=at + timedelta(seconds=1))
    return Notice.objects.get(id=notice_id)


def said(notice_id: UUID) -> list[str]:
    return [entry.event for entry in entries_of(notice_id)]


class FakePort:
    """A port whose answers are given beforehand; it keeps what it was asked."""

    def __init__(
        self, *answers: Result, field: PersonalField | None = PersonalField.PHONE, known: Result | None = None
    ) -> None:
        self.name = "fake"
        self.field = field
        self.answers = list(answers)
        self.known = known
        self.sent: list[Message] = []
        self.asked: list[Message] = []

    def send(self, message: Message, *, at: datetime) -> Result:
        self.sent.append(message)
        answer = self.answers.pop(0) if self.answers else Accepted(ref=f"ref-{len(self.sent)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        self.asked.append(message)
        return self.known

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        return []
