"""Putting notices in the queue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from django.db import connection, transaction

from bihuan.engine.errors import Invalid, Unavailable
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.journal.queue import defer, pieces
from bihuan.journal.subject import Subject
from bihuan.notices.models import Channel
from bihuan.notices.ports.choice import ports
from bihuan.notices.rendering import clean_params, secrets_of
from bihuan.notices.sealing import seal
from bihuan.notices.wording import template

_IDS: Final = UUID("0b9f7a35-2f1e-5d0c-8a7e-6f6f0a9d4c11")
SEND: Final = "notices.send"
QUEUE: Final = "notices"
URGENT: Final = 10
_LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A notice to be queued. The same ``key`` is sent once, however often it is ordered.

    ``params``: what the kind's text declares, and any further codes, numbers and ids that a
    reaction wants back. ``channels``: instead of the kind's own, in the order of falling back.
    """

    kind: str
    recipient: UUID
    subject: Subject
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    channels: Sequence[str] | None = None

    @property
    def id(self) -> UUID:
        """The notice's id, known before it is queued: it follows from the key."""
        return notice_id(self.key)


def notice_id(key: str) -> UUID:
    return uuid5(_IDS, key)


def queue(
    *,
    kind: str,
    recipient: UUID,
    subject: Subject,
    params: Mapping[str, Any],
    key: str,
    actor: Actor,
    at: datetime,
    channels: Sequence[str] | None = None,
) -> UUID:
    """Queue one notice; see ``queue_many``."""
    order = Order(kind=kind, recipient=recipient, subject=subject, key=key, params=params, channels=channels)
    return queue_many(orders=[order], actor=actor, at=at)[0]


def queue_many(*, orders: Sequence[Order], actor: Actor, at: datetime) -> list[UUID]:
    """Queue notices and the jobs that send the new ones, in the caller's transaction; two round trips.

    The caller's action has checked the permission and its own event tells why. Raises UnknownKind
    or WrongParams, and queues none then.
    """
    if not orders:
        return []
    _insert([_row(order, actor, at) for order in orders])
    return [order.id for order in orders]


def queue_code(*, phone: str, code: str, language: str, at: datetime) -> UUID:
    """Queue a sign-in code for a phone, ahead of everything. Number and code stand sealed and go when sent.

    Raises Unavailable where no way of sending SMS is set up.
    """
    if Channel.SMS not in ports():
        raise Unavailable(service="SMS", code="sms.missing")
    key = f"sign-in:{uuid4()}"
    made = notice_id(key)
    sealed = seal(made, {"address": phone, "code": code})
    with transaction.atomic():
        _insert(
            [
                (made, key, "sign_in_code", None, language, "sign_in", made, "{}", sealed, str(Channel.SMS),
                 "", True, at, PROGRAM.id)
            ],
            priority=URGENT,
        )  # fmt: skip
    return made


_INSERT: Final = """
INSERT INTO notices_notice (id, key, kind, recipient_id, language, subject_kind, subject_id, params, sealed,
    channel, later, chosen, state, provider_ref, attempts, queued_at, next_try_at, queued_by, code)
SELECT d.id, d.key, d.kind, d.recipient, d.language, d.subject_kind, d.subject_id, d.params, d.sealed,
    d.channel, string_to_array(d.later, ','), d.chosen, 'queued', '', 0, d.at, d.at, d.by, ''
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::jsonb[],
    %s::bytea[], %s::text[], %s::text[], %s::bool[], %s::timestamptz[], %s::uuid[])
    AS d(id, key, kind, recipient, language, subject_kind, subject_id, params, sealed, channel, later, chosen,
    at, by)
ORDER BY d.id
ON CONFLICT DO NOTHING
RETURNING id
"""


def _insert(rows: Sequence[tuple[Any, ...]], *, priority: int = 0) -> None:
    with transaction.atomic(savepoint=False):
        enqueue([str(made) for made in _new(rows)], priority=priority)


def queue_idle(*, orders: Sequence[Order], actor: Actor, at: datetime) -> list[UUID]:
    """Queue notices without the jobs that send them; which of them are new. For who sends them at once."""
    return _new([_row(order, actor, at) for order in orders]) if orders else []


def _new(rows: Sequence[tuple[Any, ...]]) -> list[UUID]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)
        return [row[0] for row in cursor.fetchall()]


def enqueue(ids: Sequence[str], *, at: datetime | None = None, priority: int = 0) -> None:
    """Send jobs for these notices, now or at a time; they roll back with the transaction."""
    calls = [{"notice_ids": some} for some in pieces(ids)]
    defer(task=SEND, queue=QUEUE, calls=calls, at=at, priority=priority)


def _row(order: Order, actor: Actor, at: datetime) -> tuple[Any, ...]:
    words = template(order.kind)
    channels = [str(c) for c in (order.channels or words.channels)]
    if not set(channels) <= set(Channel.values):
        raise Invalid(field="channels")
    if not order.key or len(order.key) > _LONGEST_KEY:
        raise Invalid(field="key")
    secrets = secrets_of(words, order.params)
    return (
        order.id, order.key, order.kind, order.recipient, "", order.subject.kind, order.subject.id,
        json.dumps(clean_params(words, order.params)), seal(order.id, secrets) if secrets else None,
        channels[0], ",".join(channels[1:]), order.channels is not None, at, actor.id,
    )  # fmt: skip
