"""Which journal entries prove which clauses: the queries that clause files name under ``evidence``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.norms.evidence import entries, register

PROOFS: Final[Mapping[str, tuple[str, ...]]] = {
    "receipts": ("received",),
    "reports": ("reported",),
    "parties": ("received", "liability_decided", "evidence_requested"),
    "checks": ("checked",),
    "acceptances": ("acceptance_told", "supplement_told", "refusal_told"),
    "classifications": ("classified", "reclassified"),
    "contacts": ("answered", "contacted"),
    "owners": ("assigned", "handed_over", "taken_over", "answered", "handled"),
    "hand_overs": ("handed_over", "taken_over"),
    "assignments": ("assigned", "handed_over", "step_opened", "step_handed_over"),
    "majors": ("major_recognised", "major_reported"),
    "liabilities": ("liability_decided", "liability_objected"),
    "record_draws": ("records_drawn",),
    "evidence_requests": ("evidence_requested", "evidence_answered", "default_warned", "default_found"),
    "site_visits": ("step_opened", "step_done"),
    "investigations": ("investigation_opened", "step_done", "findings_recorded", "extended"),
    "progress_notices": ("acceptance_told", "progress_told", "result_told"),
    "promises": ("promised", "promise_kept"),
    "options": ("options_computed",),
    "offers": ("offered", "offer_held", "offer_approved", "countered", "offer_accepted", "agreed"),
    "declines": ("demand_declined",),
    "mediations": ("mediation_opened", "mediation_closed"),
    "outcomes": ("handled", "remedy_initiated"),
    "feedbacks": ("result_told",),
    "follow_ups": ("followed_up",),
    "library_entries": ("archived",),
    "stages": ("stage_skipped", "investigation_opened", "handled", "result_told", "followed_up", "closed"),
    "next_steps": ("assigned", "closed"),
    "references": ("referred", "reference_answered"),
    "traces": ("received", "corrected", "redacted", "closed"),
    "clock_counts": ("accepted", "received"),
}


def install() -> None:
    """Register every query with the rulebooks; called once when the program starts."""
    for name, events in PROOFS.items():
        register(f"complaints.{name}", entries(*(f"complaint.{event}" for event in events)))
