"""Which events go to the systems of merchants, carriers and agencies, of which cases, with which fields.

What a side may read of a case's history (PCN-1.2) is an allow-list, so that a new internal event stays
internal. An offer that waits for approval is not told; evidence asked of another side is not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.models.people import OrganisationKind
from bihuan.cases.audience import Audience, audiences
from bihuan.complaints.models import Offer
from bihuan.complaints.pages.sides import TOLD
from bihuan.journal.actor import ActorKind
from bihuan.journal.models import Entry

_OFFERS: Final = frozenset({"complaint.offered", "complaint.countered", "complaint.offer_approved"})
_TALK: Final = "conversation.message_sent"
_SIDES: Final[Mapping[str, str]] = {
    OrganisationKind.MERCHANT: "merchant",
    OrganisationKind.CARRIER: "third_party",
    OrganisationKind.AGENCY: "third_party",
}
_ASKED: Final = frozenset(
    f"complaint.{name}"
    for name in ("evidence_requested", "evidence_answered", "default_warned", "default_found")
)
"""These concern the party that they name, and no other."""
_KEPT_BACK: Final = frozenset({"owner_id", "from_id", "notice_id", "text_id", "reason_id", "digest", "human"})
"""People of the platform, and texts that can only be read in the case."""


def names(kind: str) -> frozenset[str]:
    """The events that an organisation of this kind may ask for."""
    side = _SIDES.get(kind)
    if side is None:
        return frozenset()
    offers = _OFFERS if side == "merchant" else frozenset()
    return TOLD[side] | offers | {_TALK}


def path_of(kind: str, subject_id: UUID, audience: str, recipient_id: UUID | None) -> str:
    """Where a notice about a webhook or an invitation leads."""
    del audience
    if kind == "invitation":
        return "/account/invitation/"
    if kind != "webhook":
        return ""
    person = accounts.person_by_id(recipient_id) if recipient_id else None
    outside = person is not None and person.kind in (ActorKind.MERCHANT, ActorKind.PARTNER)
    return f"/{'partner' if outside else 'admin-room'}/webhooks/{subject_id}"


def receivers(entries: Sequence[Entry]) -> dict[int, dict[UUID, Mapping[str, Any]]]:
    """By entry the organisations of its case that may know of it, with the fields that they may see."""
    about = {entry.id: case for entry in entries if (case := _case_of(entry)) is not None}
    known = audiences(set(about.values()))
    held = _held(entries)
    return {
        entry.id: {
            organisation: _fields(entry)
            for side, organisation in _parties(known[about[entry.id]])
            if _told(entry, side, held)
        }
        for entry in entries
        if about.get(entry.id) in known
    }


def _parties(audience: Audience) -> list[tuple[str, UUID]]:
    both = (("merchant", audience.merchant_id), ("third_party", audience.partner_id))
    return [(side, organisation) for side, organisation in both if organisation is not None]


def _told(entry: Entry, side: str, held: frozenset[str]) -> bool:
    if entry.event == _TALK:
        return bool(entry.data.get("audience") == side)
    if entry.event in _ASKED:
        return bool(entry.data.get("party") == side)
    if entry.data.get("offer_id") in held:
        return False
    return entry.event in TOLD[side] or (side == "merchant" and entry.event in _OFFERS)


def _held(entries: Sequence[Entry]) -> frozenset[str]:
    """Offers that are not told to the other side: waiting for approval, or not approved."""
    ids = {str(e.data["offer_id"]) for e in entries if e.data.get("offer_id")}
    kept = Offer.objects.filter(id__in=ids, state__in=("held", "rejected")).values_list("id", flat=True)
    return frozenset(map(str, kept))


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry.data.items() if name not in _KEPT_BACK}


def _case_of(entry: Entry) -> UUID | None:
    if entry.subject_kind == "case":
        return entry.subject_id
    found = entry.data.get("case_id")
    return UUID(str(found)) if found and entry.event == _TALK else None
