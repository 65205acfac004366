"""Signing in with a phone and a code of six digits.

Whether somebody has an account shows nowhere: who has none gets one with the right code. The code goes out
through a port that notices fills; it is returned to the page only where the database is a demo's.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from bihuan.accounts.actions.consumers import ConsumerFacts, ensure_consumer
from bihuan.accounts.errors import SignInFailed
from bihuan.accounts.models import ConsumerCode, Person
from bihuan.accounts.queries.people import person_by_id
from bihuan.accounts.vault.crypto import blind, program_key, seal, unseal
from bihuan.accounts.vault.fields import PersonalField, mobile, whole
from bihuan.engine.errors import Unavailable
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import deployment_kind

VALID = timedelta(minutes=5)
TRIES = 5
_PURPOSE = "sign-in code"

CodeSender = Callable[[str, str, str], None]
"""``send(phone, code, language)``; called after the commit, raises where it could not hand the code over."""
_senders: list[CodeSender] = []


@dataclass(frozen=True, slots=True)
class Issued:
    """``shown`` holds the code in a demo only. ``send`` hands the code to the port, outside transactions."""

    id: UUID
    until_at: datetime
    shown: str | None
    send: Callable[[], None]


def register_code_sender(send: CodeSender) -> None:
    """The one way codes go out; a later call replaces the earlier."""
    _senders[:] = [send]


@transaction.atomic
def request_code(*, phone: str, language: str, at: datetime) -> Issued:
    """Make a code for a phone; earlier ones die. The door has checked the rate limits and calls ``send``.

    Raises Invalid (no phone number), Unavailable (codes cannot be sent here).
    """
    number = mobile(phone)
    demo = deployment_kind() == "demo"
    if not _senders and not demo:
        raise Unavailable(service="SMS", code="sms.missing")
    code, code_id = f"{secrets.randbelow(1_000_000):06d}", uuid4()
    digest = whole(PersonalField.PHONE, number)
    ConsumerCode.objects.filter(phone_digest=digest).delete()
    ConsumerCode.objects.create(
        id=code_id,
        phone_digest=digest,
        digest=_digest(code_id, code),
        created_at=at,
        until_at=at + VALID,
        phone_sealed=seal(program_key(_PURPOSE), number.encode(), f"phone|{code_id}"),
    )
    return Issued(code_id, at + VALID, code if demo else None, lambda: _send(number, code, language))


def verify_code(*, code_id: UUID, code: str, language: str, at: datetime) -> Person:
    """The consumer whose phone it is, made where there was none. Raises SignInFailed, always the same.

    A try is counted in a transaction of its own, so that a failure cannot take it back.
    """
    row = _tried(code_id, at)
    if row is None or not hmac.compare_digest(bytes(row.digest), _digest(code_id, code.strip())):
        raise SignInFailed
    person = _used(row, language, at)
    if person is None or not person.is_active:
        raise SignInFailed
    return person


def purge_codes(*, at: datetime) -> int:
    """Delete codes that are past, and the phones sealed in them."""
    return ConsumerCode.objects.filter(until_at__lte=at).delete()[0]


@transaction.atomic
def _tried(code_id: UUID, at: datetime) -> ConsumerCode | None:
    good = ConsumerCode.objects.filter(id=code_id, used_at=None, until_at__gt=at, attempts__lt=TRIES)
    if not good.update(attempts=F("attempts") + 1):
        return None
    return ConsumerCode.objects.get(id=code_id)


@transaction.atomic
def _used(row: ConsumerCode, language: str, at: datetime) -> Person | None:
    if not ConsumerCode.objects.filter(id=row.id, used_at=None).update(used_at=at):
        return None
    phone = unseal(program_key(_PURPOSE), bytes(row.phone_sealed), f"phone|{row.id}").decode()
    facts = ConsumerFacts(phone=phone, language=language, phone_proven=True)
    return person_by_id(ensure_consumer(facts=facts, actor=PROGRAM, at=at).person_id)


def _send(phone: str, code: str, language: str) -> None:
    for send in _senders:
        send(phone, code, language)


def _digest(code_id: UUID, code: str) -> bytes:
    return blind("sign-in code", f"{code_id}:{code}")
