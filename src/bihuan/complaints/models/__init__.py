"""Tables of the complaint flow, by theme."""

from bihuan.complaints.models.changes import Appeal, Extension, Promise, Reference
from bihuan.complaints.models.handing import HandOver
from bihuan.complaints.models.intake import Check, ClaimItem, Complaint
from bihuan.complaints.models.investigation import (
    EvidenceRequest,
    Finding,
    InvestigationStep,
    Liability,
    MajorReport,
)
from bihuan.complaints.models.settlement import (
    Decision,
    FollowUp,
    LibraryEntry,
    Mediation,
    Offer,
    Option,
    Remedy,
)

__all__ = [
    "Appeal",
    "Check",
    "ClaimItem",
    "Complaint",
    "Decision",
    "EvidenceRequest",
    "Extension",
    "Finding",
    "FollowUp",
    "HandOver",
    "InvestigationStep",
    "Liability",
    "LibraryEntry",
    "MajorReport",
    "Mediation",
    "Offer",
    "Option",
    "Promise",
    "Reference",
    "Remedy",
]
