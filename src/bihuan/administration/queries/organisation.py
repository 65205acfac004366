"""Who decides what, up to which amount: read from the permissions and limits that the program itself asks.

Nothing is kept here. Roles come from the declared permissions, amounts from the limits of payments
(``money``) and from the authority to settle (CRP-2.3.c); what is shown is what is enforced.
"""

# ruff: noqa: E501 (a table of words)
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import MERCHANT_ROLES, Role, declared
from bihuan.complaints.permissions import P as Complaint
from bihuan.engine.clausetypes import local_day
from bihuan.engine.errors import NotFound
from bihuan.engine.organisation import Gap, Right, gaps
from bihuan.money import queries as money
from bihuan.money.permissions import RefundPermission as Refund
from bihuan.norms import queries as norms
from bihuan.norms.permissions import NormsPermission as Norms
from bihuan.workforce import queries as work
from bihuan.workforce.permissions import WorkPermission as Work
from bihuan.workforce.queries import Node

LIMITS, AUTHORITY = "limits", "authority"
COLUMNS: Final = tuple(
    str(role)
    for role in (
        Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.OFFICER_SERVICE, Role.OFFICER_TECHNICAL,
        Role.OFFICER_LEGAL, Role.OFFICER_PRODUCT, Role.OFFICER_MARKETING, Role.COUNSEL, Role.ADMINISTRATOR,
        Role.MERCHANT_OPERATOR, Role.MERCHANT_ADMIN,
    )
)  # fmt: skip
"""The roles that decide anything, from left to right."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that somebody decides. ``money``: where its amounts come from, empty without one."""

    code: str
    name: tuple[str, str]
    permission: StrEnum
    clause: str = ""
    money: str = ""


DECISIONS: Final[Sequence[Decision]] = (
    Decision("refund", ("退款（无须他人批准）", "Refund without a second person"), Refund.REQUEST, "", LIMITS),
    Decision("approve_refund", ("批准他人申请的退款", "Approve a refund that somebody asked for"), Refund.APPROVE, "", LIMITS),
    Decision("payout", ("平台先行垫付（须他人批准）", "Advance out of the platform's money (approved by another)"), Refund.PAYOUT),
    Decision("settle", ("提出投诉处理方案", "Offer a solution to a complaint"), Complaint.OFFER, "CRP-2.3.c", AUTHORITY),
    Decision("approve_offer", ("批准超权限的方案", "Approve an offer beyond authority"), Complaint.APPROVE, "CRP-2.3.c", AUTHORITY),
    Decision("decide", ("协商不成时作出决定", "Decide where no agreement is reached"), Complaint.DECIDE, "PCN-3.3.2.a", AUTHORITY),
    Decision("accept", ("受理与不予受理", "Accept or refuse a complaint"), Complaint.ACCEPT, "PCN-3.1.3.a"),
    Decision("liability", ("责任认定", "Decide liability"), Complaint.INVESTIGATE, "PCN-3.2.1"),
    Decision("extension", ("批准延期", "Approve an extension"), Complaint.APPROVE, "PCN-3.2.3"),
    Decision("major", ("重大投诉启动应急预案", "Start the emergency plan of a major complaint"), Complaint.ACKNOWLEDGE_MAJOR, "CRP-1.2.c"),
    Decision("appeal", ("申诉决定", "Decide an appeal"), Complaint.DECIDE_APPEAL, "P-19"),
    Decision("certify", ("发放和吊销上岗证", "Issue and revoke certificates"), Work.CERTIFY, "PCN-2.2.1"),
    Decision("staffing", ("调整机构与人员配置参数", "Change units and figures of staffing"), Work.ORGANISE, "ASM-2.1"),
    Decision("limit", ("设定退款权限", "Set the limits of refunds"), Refund.LIMIT),
    Decision("clause", ("停用条款", "Switch a clause off"), Norms.SWITCH),
    Decision("own_limit", ("设定自有时限", "Set own limits of clauses"), Norms.LIMIT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One role and one decision: ``amount`` None without one, ``boundless`` without a limit."""

    role: str
    may: bool
    amount: int | None = None
    boundless: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One decision with its roles."""

    decision: Decision
    cells: Sequence[Cell]


def matrix(*, at: datetime) -> list[Row]:
    """Every decision with every role, as it holds at that time."""
    amounts = _amounts(at)
    return [Row(d, [_cell(d, role, amounts) for role in COLUMNS]) for d in DECISIONS]


def rights(rows: Iterable[Row]) -> list[Right]:
    """The same as the engine asks for it, to find what is missing."""
    return [
        Right(
            row.decision.code,
            frozenset(cell.role for cell in row.cells if cell.may),
            {cell.role: cell.amount or 0 for cell in row.cells if cell.may} if row.decision.money else None,
        )
        for row in rows
    ]


def holders(*, at: datetime) -> dict[str, int]:
    """How many active people have a role."""
    found: dict[str, int] = {}
    for actor in accounts.staff(at=at):
        for role in actor.roles:
            found[role] = found.get(role, 0) + 1
    for role in MERCHANT_ROLES:
        found[str(role)] = len(accounts.people_with_role(role, at=at))
    return found


def missing(nodes: Sequence[Node], *, at: datetime, rows: Sequence[Row] | None = None) -> tuple[Gap, ...]:
    """What is missing in the organisation as it stands: heads, people, somebody who may decide, limits."""
    found = rights(matrix(at=at) if rows is None else rows)
    return gaps(work.places(nodes), found, holders(at=at), boundless=money.UNLIMITED).gaps


def roles_by_team(*, at: datetime) -> dict[UUID, set[str]]:
    """The roles of the active people of each team."""
    found: dict[UUID, set[str]] = {}
    for actor in accounts.staff(at=at):
        if actor.team_id is not None:
            found.setdefault(actor.team_id, set()).update(actor.roles)
    return found


def reach(rows: Iterable[Row], roles: Iterable[str], code: str) -> Cell | None:
    """The widest of these roles for one decision; None where none may take it."""
    wanted = set(roles)
    row = next(row for row in rows if row.decision.code == code)
    able = [cell for cell in row.cells if cell.may and cell.role in wanted]
    return max(able, key=lambda cell: cell.amount or 0, default=None)


def _amounts(at: datetime) -> dict[str, Mapping[str, int]]:
    return {LIMITS: money.in_force(local_day(at), COLUMNS), AUTHORITY: _authority(at)}


def _authority(at: datetime) -> Mapping[str, int]:
    """The values of the clause; empty where its rulebook is not loaded."""
    try:
        values = norms.clause("CRP-2.3.c").params_at(at) or {}
    except NotFound:
        return {}
    return dict(values.get("authority_fen", {}))


def _cell(decision: Decision, role: str, amounts: Mapping[str, Mapping[str, int]]) -> Cell:
    may = role in {str(r) for r in declared()[str(decision.permission)]}
    if not may or not decision.money:
        return Cell(role, may)
    amount = amounts[decision.money].get(role)
    if amount is None and decision.money == AUTHORITY and role in map(str, MERCHANT_ROLES):
        return Cell(role, may, money.UNLIMITED, boundless=True)  # a merchant offers its own money
    return Cell(role, may, amount or 0, boundless=(amount or 0) >= money.UNLIMITED)
