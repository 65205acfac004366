"""Whose turn it is where the state alone does not say it (ISH-2.3): address, parcel, answer, approval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from bihuan.aftersales import standing
from bihuan.aftersales.models import Application
from bihuan.cases.flow import Next
from bihuan.cases.models import Case
from bihuan.money import queries as money

_DAY: Final = timedelta(days=1)


def awaiting(case: Case) -> Next | None:
    """The step that this case waits for; None where the table's row for its state is right."""
    ask = _ASKED.get(case.state)
    if ask is None:
        return None
    application: Application | None = getattr(case, "aftersales", None)
    return ask(application) if application is not None else None


def _deciding(application: Application) -> Next | None:
    """The merchant's time is over: the platform decides (PCN-2.3.3.b)."""
    return Next("approve", "agent", _DAY) if application.platform_decides else None


def _approved(application: Application) -> Next | None:
    """Nobody can send anything back before the merchant said where to (L-11)."""
    return Next("give_address", "merchant", _DAY) if application.address_at is None else None


def _inspecting(application: Application) -> Next | None:
    """Where the merchant's time is over, or there is none, a person of the platform inspects (ASM-5.3)."""
    own = application.inspect_due_at is None or application.inspection_passed
    return Next("inspect", "agent", _DAY) if own else None


def _disputed(application: Application) -> Next | None:
    """The consumer answers a finding first; then, or while the decision is in question, a person settles."""
    asked = standing.open_finding(application) is not None
    return Next("accept_finding", "consumer", 3 * _DAY) if asked else None


def _replacing(application: Application) -> Next | None:
    """What is under way is confirmed by whoever gets it."""
    under_way = standing.open_parcel(application, "out") is not None
    return Next("deliver", "consumer", 7 * _DAY) if under_way else None


def _refunding(application: Application) -> Next | None:
    """A failed payment is owed again; one above a limit waits for approval; else the payment side answers."""
    if application.parts.filter(refund=None, initiated_at=None).exists():
        return None
    if money.is_held(application.pk):
        return Next("approve_refund", "supervisor", _DAY)
    return Next("confirm_refund", "program", _DAY)


_ASKED: Final[Mapping[str, Callable[[Application], Next | None]]] = {
    "deciding": _deciding,
    "approved": _approved,
    "inspecting": _inspecting,
    "disputed": _disputed,
    "replacing": _replacing,
    "refunding": _refunding,
}
