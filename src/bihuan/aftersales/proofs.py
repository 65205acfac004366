"""Which journal entries prove which clauses: the queries that clause files name under ``evidence``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.norms.evidence import entries, register

PROOFS: Final[Mapping[str, tuple[str, ...]]] = {
    "receipts": ("received",),
    "materials": ("materials_requested", "materials_given", "applied"),
    "decisions": ("applied", "decision_told", "decision_passed"),
    "findings": ("judged", "fact_found", "decision_contradicted", "decision_reviewed", "decision_passed"),
    "warranties": ("judged", "fact_found", "warranty_restarted", "warranty_held"),
    "refusals": ("refused",),
    "answers": ("answered", "decision_told"),
    "solutions": ("approved", "proposed", "proposal_accepted", "finding_accepted", "condition_decided"),
    "executions": (
        "parcel_registered", "goods_received_back", "inspected", "inspection_passed", "refund_computed",
        "repair_finished", "goods_delivered",
    ),
    "completions": ("received", "completed"),
    "confirmations": ("result_told", "confirmed", "objected", "closed"),
    "ratings": ("survey_sent", "rated"),
    "refunds": ("goods_received_back", "refund_sent"),
    "returns": ("return_demanded", "return_address_given", "goods_received_back", "refund_sent"),
    "recourses": ("recourse_due",),
}  # fmt: skip


def install() -> None:
    """Register every query with the rulebooks; called once when the program starts."""
    for name, events in PROOFS.items():
        register(f"aftersales.{name}", entries(*(f"aftersales.{event}" for event in events)))
