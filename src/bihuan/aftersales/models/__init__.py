"""Tables of the after-sales flow, by theme."""

from bihuan.aftersales.models.application import (
    Application,
    Decision,
    Established,
    Judgement,
    Line,
    Proposal,
)
from bihuan.aftersales.models.goods import Finding, Inspection, Parcel, Repair, speaks_against
from bihuan.aftersales.models.money import Part, Rating, Recourse

__all__ = [
    "Application",
    "Decision",
    "Established",
    "Finding",
    "Inspection",
    "Judgement",
    "Line",
    "Parcel",
    "Part",
    "Proposal",
    "Rating",
    "Recourse",
    "Repair",
    "speaks_against",
]
