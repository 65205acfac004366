"""What the program has to do now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.aftersales import rules
from bihuan.aftersales.models import Application, Parcel

MOST = 200


@dataclass(frozen=True, slots=True)
class Followed:
    """A parcel that is to be looked at."""

    id: UUID
    case_id: UUID
    carrier: str
    tracking_number: str
    state: str
    track: list[dict[str, Any]]


def due(at: datetime) -> list[tuple[UUID, str]]:
    """Cases and what is due, by the names of ``jobs.attend``. What cannot be done is refused then."""
    return list(_due(at))


def _due(at: datetime) -> Iterator[tuple[UUID, str]]:
    waiting = Application.objects.filter(case__is_open=True)
    materials = waiting.filter(case__state="materials")
    window = rules.span("PCN-2.3.3.a", "give_within", at) - rules.span("PCN-2.3.3.a", "remind_after", at)
    deciding = waiting.filter(case__state="deciding", platform_decides=False)
    notice = rules.span("PCN-2.3.3.b", "warn_before", at)
    inspecting = waiting.filter(case__state="inspecting", inspection_passed=False)
    look = rules.span("ASM-5.3", "warn_before", at)
    found = (
        ("expire", materials.filter(materials_due_at__lte=at)),
        ("expire", waiting.filter(case__state="approved", back_due_at__lte=at, address_at__isnull=False)),
        (
            "remind",
            materials.filter(
                materials_due_at__gt=at, materials_due_at__lte=at + window, materials_reminded_at=None
            ),
        ),
        (
            "warn",
            deciding.filter(
                merchant_due_at__gt=at, merchant_due_at__lte=at + notice, merchant_warned_at=None
            ),
        ),
        ("pass", deciding.filter(merchant_due_at__lte=at)),
        (
            "warn_inspection",
            inspecting.filter(inspect_due_at__gt=at, inspect_due_at__lte=at + look, inspect_warned_at=None),
        ),
        ("pass_inspection", inspecting.filter(inspect_due_at__lte=at)),
        ("close", waiting.filter(case__state="fulfilled", confirm_due_at__lte=at)),
    )
    for what, rows in found:
        for case_id in rows.order_by("case_id").values_list("case_id", flat=True)[:MOST]:
            yield case_id, what


def parcels_due(at: datetime) -> list[Followed]:
    """Parcels to be tracked now, those that waited longest first."""
    rows = Parcel.objects.filter(
        next_look_at__lte=at, application__case__state__in=("returning", "replacing")
    ).order_by("next_look_at")[:MOST]
    return [
        Followed(
            id=row.id,
            case_id=row.application_id,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            state=row.state,
            track=row.track,
        )
        for row in rows
    ]
