"""The operator's figures for incidents, as the clause has them (PCN-2.3.4.a)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bihuan.accounts.permissions import Role
from bihuan.engine.due import due_at
from bihuan.engine.duration import parse_duration
from bihuan.engine.errors import Invalid
from bihuan.incidents.models import Kind, Remedy
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor
from bihuan.marketplace.queries import TIMES, Reach
from bihuan.norms import queries as norms

MOST_FEN: Final = 10**9
MOST_DAYS: Final = 366
LONGEST: Final = timedelta(days=366)
_NARROWING: Final = ("carrier", "warehouse", "region", "shop", "product", "batch", "states", "late")


def values(at: datetime) -> Mapping[str, Any]:
    """The figures in force at this time."""
    return norms.clause(CLAUSE).params_at(at) or {}


def alone(actor: Actor, at: datetime) -> int:
    """Up to which total the actor decides without a second person, in fen."""
    table = values(at).get("alone_fen", {})
    return max((int(table.get(role, 0)) for role in actor.roles), default=0)


def approves(actor: Actor, total: int, at: datetime) -> bool:
    """Whether the actor may approve somebody else's total: within the own limit, a manager any."""
    return actor.has(Role.MANAGER) or total <= alone(actor, at)


def looked_back(at: datetime) -> datetime:
    """Since when late parcels are looked at."""
    span = parse_duration(str(values(at)["proposed_from"]["window"]))
    return at - (due_at(at, span, norms.calendars().work).at - at)


def check_reach(reach: Reach) -> None:
    """Raises Invalid for a period that is empty or too long, or a time that is not known."""
    if not reach.from_at < reach.until_at <= reach.from_at + LONGEST:
        raise Invalid(
            "The period must end after it begins and span at most {days} days.",
            field="until_at", days=LONGEST.days, clause=CLAUSE,
            remedy="Give the time in which the orders lie that were touched.",
        )  # fmt: skip
    if reach.by not in TIMES:
        raise Invalid(field="by", clause=CLAUSE, remedy=f"Choose one of: {', '.join(TIMES)}.")
    if reach.sku and not reach.product:
        raise Invalid(field="product", clause=CLAUSE, remedy="Name the product that the SKU belongs to.")


def check_kind(kind: str) -> None:
    if kind not in Kind.values:
        raise Invalid(field="kind", clause=CLAUSE, remedy=f"Choose one of: {', '.join(Kind.values)}.")


def check_remedy(remedy: str, amount: int, days: int) -> None:
    """Each remedy has the figures that it needs and no other. Raises Invalid."""
    if remedy not in Remedy.values:
        raise Invalid(field="remedy", clause=CLAUSE, remedy=f"Choose one of: {', '.join(Remedy.values)}.")
    wants_amount = remedy in (Remedy.VOUCHER, Remedy.REFUND)
    if (wants_amount and not 0 < amount <= MOST_FEN) or (not wants_amount and amount):
        raise Invalid(
            "A voucher and a refund have an amount for each order, nothing else has.",
            field="amount_fen", clause=CLAUSE, remedy="Give the amount for one order.",
        )  # fmt: skip
    wants_days = remedy in (Remedy.VALIDITY, Remedy.VOUCHER)
    if (wants_days and not 0 < days <= MOST_DAYS) or (not wants_days and days):
        raise Invalid(
            "A longer validity and a voucher have a number of days, nothing else has.",
            field="days", clause=CLAUSE, remedy=f"Give 1 to {MOST_DAYS} days.",
        )  # fmt: skip
