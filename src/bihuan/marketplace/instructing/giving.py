"""Giving an instruction: checked, sealed, and enqueued in the caller's transaction."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.queue import defer
from bihuan.marketplace import events
from bihuan.marketplace import permissions as may
from bihuan.marketplace.digests import content_digest
from bihuan.marketplace.instructing.common import GRACE, QUEUE, TASK, say, sealed
from bihuan.marketplace.instruction import DETAILS, OF_A_PARCEL, InstructionKind, Parcel
from bihuan.marketplace.models import Instruction

LONGEST_DETAIL: Final = 300
_KEY: Final = re.compile(r"[A-Za-z0-9._:\-]{8,80}\Z")
_CODE: Final = re.compile(r"[a-z0-9_]{1,40}\Z")


def instruct(
    *,
    actor: Actor,
    at: datetime,
    on: Resource,
    key: str,
    kind: str,
    order_number: str,
    reason_code: str,
    details: Mapping[str, str] | None = None,
    parcel: Parcel | None = None,
    case_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Instruction:
    """Have something done about an order; the same key again gives the same instruction.

    A job sends it after the transaction. ``on`` says whom the case behind it belongs to; ``details``
    are sealed under the key of ``person_id`` and thrown away once the end is known. What comes of it
    is said in the journal (``marketplace.instruction_done`` or ``_refused``, with the case).
    """
    require(actor, may.OrderPermission.INSTRUCT, on)
    chosen = _kind(kind)
    given = _details(chosen, details or {})
    _check(key, reason_code, chosen, parcel)
    told = [str(chosen), order_number, reason_code, given, repr(parcel)]
    digest = content_digest(json.dumps(told, ensure_ascii=False, sort_keys=True))
    with transaction.atomic():
        row, new = Instruction.objects.get_or_create(
            key=key,
            defaults={
                "kind": str(chosen),
                "order_number": order_number,
                "carrier": parcel.carrier if parcel else "",
                "tracking_number": parcel.tracking_number if parcel else "",
                "reason_code": reason_code,
                "case_id": case_id,
                "person_id": person_id,
                "sealed": sealed(given, person_id, key),
                "digest": digest,
                "state": "given",
                "given_by": actor.id,
                "given_at": at,
                "next_at": at + GRACE,
            },
        )
        if new:
            say(row, events.InstructionGiven, actor, at, reason=reason_code)
            defer(task=TASK, queue=QUEUE, calls=[{"instruction_id": str(row.id)}])
    if bytes(row.digest) != digest:
        raise Refusal(
            "The key {key} belongs to another instruction.",
            code="marketplace.key_used",
            key=key,
            remedy="Use a new key for a new instruction, the same content for the same one.",
        )
    return row


def _kind(value: str) -> InstructionKind:
    try:
        return InstructionKind(value)
    except ValueError:
        raise Invalid("{kind} is no kind of instruction.", field="kind", kind=value[:40]) from None


def _check(key: str, reason_code: str, kind: InstructionKind, parcel: Parcel | None) -> None:
    if not _KEY.match(key):
        raise Invalid("The key must have 8 to 80 letters, digits or . _ : -", field="key")
    if not _CODE.match(reason_code):
        raise Invalid("The reason must be a code.", field="reason_code")
    if (parcel is None) is (kind in OF_A_PARCEL):
        raise Invalid(
            "An instruction about a parcel names it, any other names none.",
            field="parcel",
            remedy="Give carrier and tracking number of a parcel of the order.",
        )


def _details(kind: InstructionKind, given: Mapping[str, str]) -> dict[str, str]:
    allowed = DETAILS.get(kind, ())
    found = {name: _text(name, value) for name, value in given.items() if value}
    unknown = sorted(set(found) - set(allowed))
    if unknown:
        raise Invalid("{field} does not belong to this instruction.", field=unknown[0])
    if allowed and not found:
        raise Invalid("Say what is to be different.", field=allowed[0])
    return found


def _text(name: str, value: str) -> str:
    text = unicodedata.normalize("NFKC", value).strip()
    bad = any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
    if bad or not 1 <= len(text) <= LONGEST_DETAIL:
        raise Invalid("{field} must have 1 to {most} characters.", field=name, most=LONGEST_DETAIL)
    return text
