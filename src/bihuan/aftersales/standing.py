"""How an application stands: the decision in force and whether it is in question, what waits for an answer,
what is on its way. Actions, pages and whose turn it is (``awaiting``) ask here."""

from __future__ import annotations

from datetime import datetime

from bihuan.aftersales.models import Application, Decision, Inspection, Parcel


def decision(application: Application) -> Decision | None:
    """The decision in force; none while one is to be taken, also anew (appeal, review)."""
    generation = application.case.generation
    return next((one for one in application.decisions.all() if one.generation == generation), None)


def in_question(application: Application) -> Decision | None:
    """The decision in force where it waits for a person to look at it (P-19)."""
    found = decision(application)
    return found if found is not None and found.review == "open" else None


def under_review(application: Application) -> bool:
    """Whether the decision in force waits for a person to look at it."""
    return in_question(application) is not None


def merchant_until(application: Application) -> datetime | None:
    """Until when the merchant decides (PCN-2.3.3.b) or inspects (ASM-5.3); None where no such time runs."""
    if application.case.state == "deciding":
        return application.merchant_due_at
    running = application.case.state == "inspecting" and not application.inspection_passed
    return application.inspect_due_at if running else None


def last_inspection(application: Application) -> Inspection | None:
    """What was found last."""
    found = list(application.inspections.all())
    return found[-1] if found else None


def open_finding(application: Application) -> Inspection | None:
    """The finding that the consumer is asked about; none while a person looks at the decision (ASM-5.2)."""
    found = last_inspection(application)
    if found is None or found.answer or found.settled_at is not None or under_review(application):
        return None
    return found if found.against_consumer else None


def under_way(parcel: Parcel) -> bool:
    """Whether a parcel is registered and not at its end."""
    return parcel.signed_at is None and parcel.lost_at is None


def open_parcel(application: Application, direction: str) -> Parcel | None:
    """The parcel under way in a direction, the latest of them."""
    found = [one for one in application.parcels.all() if one.direction == direction and under_way(one)]
    return found[-1] if found else None
