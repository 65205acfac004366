"""What the pages of consumers and merchants share of a complaint: what of its history they read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.cases.reading import Happened
from bihuan.complaints.queries import File

_SHARED: Final = (
    "received",
    "accepted",
    "supplemented",
    "refused",
    "lapsed",
    "investigation_opened",
    "records_drawn",
    "liability_decided",
    "liability_objected",
    "evidence_requested",
    "evidence_answered",
    "default_warned",
    "default_found",
    "evidence_added",
    "findings_recorded",
    "stage_skipped",
    "offer_accepted",
    "offer_declined",
    "agreed",
    "decided",
    "demand_declined",
    "mediation_opened",
    "mediation_closed",
    "execution_started",
    "handled",
    "closed",
    "extended",
    "withdrawn",
    "reopened",
    "merged",
    "unmerged",
    "split",
    "appealed",
    "appeal_decided",
)
_CONSUMER: Final = (
    "acceptance_told",
    "supplement_requested",
    "supplement_told",
    "supplement_reminded",
    "refusal_told",
    "answered",
    "contacted",
    "progress_told",
    "promised",
    "promise_kept",
    "result_told",
    "followed_up",
)
TOLD: Final[Mapping[str, frozenset[str]]] = {
    "consumer": frozenset(f"complaint.{name}" for name in (*_SHARED, *_CONSUMER)),
    "merchant": frozenset(f"complaint.{name}" for name in _SHARED),
    "third_party": frozenset(f"complaint.{name}" for name in _SHARED),
}
"""What each side reads of the history: an allow-list, so that a new internal event stays internal."""


def history(file: File) -> list[Happened]:
    """What this side may read of the history, the newest first."""
    return [line for line in reversed(file.timeline) if line.event in TOLD[file.side]]
