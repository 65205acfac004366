"""Reading the books. Amounts in fen; a debit is positive, a credit negative."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import Resource, allows, require
from bihuan.engine.errors import NotFound
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.ledger.chart import Account as Kind
from bihuan.ledger.models import Account, Leg, Posting, WriteOff
from bihuan.ledger.permissions import LedgerPermission as May
from bihuan.money import queries as money

BOOKED_EVENTS: Final = (
    "money.refund_sent",
    "money.refund_initiated",
    "money.refund_credited",
    "money.refund_failed",
)
REFERENCE: Final = re.compile(r"[A-Za-z0-9._:\-]{1,80}\Z")
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Balance:
    """An account with what was debited and credited; ``name`` of the merchant or carrier that owns it."""

    id: UUID
    kind: str
    owner_id: UUID | None
    name: str
    currency: str
    debit_fen: int
    credit_fen: int

    @property
    def fen(self) -> int:
        return self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class Line:
    """A leg with its posting and the balance of the account after it."""

    leg_id: int
    posting: Posting
    kind: str
    owner_id: UUID | None
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Filters:
    """To what a list of postings is narrowed."""

    organisation_id: UUID | None = None
    case_id: UUID | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the refunds say should stand on an account, and what stands there from refunds."""

    kind: str
    expected_fen: int
    found_fen: int

    @property
    def agrees(self) -> bool:
        return self.expected_fen == self.found_fen


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the payment side that was reconciled; ``booked_fen`` left by the books in its period."""

    at: datetime
    from_at: datetime
    until_at: datetime
    rows: int
    credited: int
    differences: int
    amount_fen: int | None
    booked_fen: int


@dataclass(frozen=True, slots=True)
class Due:
    """A recourse on a carrier that a flow found and nobody booked: the merchant bears it till now."""

    at: datetime
    case_id: UUID
    amount_fen: int
    organisation_id: UUID | None


_BALANCES: Final = """
SELECT a.id, a.kind, a.owner_id, a.currency,
    coalesce(sum(l.amount_fen) FILTER (WHERE l.amount_fen > 0), 0),
    coalesce(-sum(l.amount_fen) FILTER (WHERE l.amount_fen < 0), 0)
FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id JOIN ledger_posting p ON p.id = l.posting_id
WHERE (%(org)s::uuid IS NULL OR a.owner_id = %(org)s::uuid)
    AND (%(case)s::uuid IS NULL OR p.case_id = %(case)s::uuid)
GROUP BY a.id ORDER BY a.kind, a.owner_id NULLS FIRST, a.currency
"""


def trial_balance(*, actor: Actor) -> list[Balance]:
    """Every account with its sums; over all of them debits and credits are equal."""
    require(actor, May.OVERSEE)
    return _balances({"org": None, "case": None})


def balances_of(*, actor: Actor, organisation_id: UUID) -> list[Balance]:
    """The accounts of a merchant or carrier: what it owes, its deposit."""
    require(actor, May.READ, Resource(organisation_ids=frozenset({organisation_id})))
    return _balances({"org": organisation_id, "case": None})


def balances_of_case(*, actor: Actor, case_id: UUID) -> list[Balance]:
    """What one case brought about, account by account."""
    require(actor, May.OVERSEE)
    return _balances({"org": None, "case": case_id})


def _balances(values: Mapping[str, UUID | None]) -> list[Balance]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, dict(values))
        rows = cursor.fetchall()
    names = accounts.organisation_names({row[2] for row in rows if row[2]})
    found = [Balance(r[0], r[1], r[2], names.get(r[2], ""), r[3], int(r[4]), int(r[5])) for r in rows]
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(Kind(one.kind)), one.name, str(one.owner_id)))


def account_for(actor: Actor, account_id: UUID) -> Account:
    """Raises NotFound also where the actor may not see this one."""
    row = Account.objects.filter(id=account_id).first()
    if row is None or not allows(actor, May.READ, _resource(row)):
        raise NotFound(kind="account", id=str(account_id))
    return row


def balance_fen(account_id: UUID) -> int:
    """What stands on an account, for code with its own check."""
    return sums([account_id]).get(account_id, 0)


def lines_of(account: Account, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """The legs of an account, the latest first, with the balance after each; go on before a ``leg_id``."""
    found = Leg.objects.filter(account=account)
    if before is not None:
        found = found.filter(id__lt=before)
    legs = list(found.select_related("posting").order_by("-id")[:limit])
    if not legs:
        return []
    standing = Leg.objects.filter(account=account, id__lte=legs[0].pk).aggregate(fen=Sum("amount_fen"))["fen"]
    lines = []
    for leg in legs:
        lines.append(Line(leg.pk, leg.posting, account.kind, account.owner_id, leg.amount_fen, standing))
        standing -= leg.amount_fen
    return lines


def postings(
    *, actor: Actor, filters: Filters, before: int | None = None, limit: int = PAGE
) -> list[Posting]:
    """Postings with their legs, the latest first; a merchant's people see those of their organisation."""
    require(actor, May.READ)
    found: QuerySet[Posting] = Posting.objects.all()
    if not allows(actor, May.READ, Resource()):
        found = found.filter(organisation_id=actor.organisation_id, organisation_id__isnull=False)
    for name in ("organisation_id", "case_id", "what"):
        wanted = getattr(filters, name)
        if wanted:
            found = found.filter(**{name: wanted})
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id").prefetch_related("legs__account")[:limit])


def own_lines(*, actor: Actor, before: int | None = None, limit: int = PAGE) -> list[Leg]:
    """What was booked on the accounts of the actor's organisation, the latest first; go on before an id."""
    require(actor, May.READ)
    found = Leg.objects.filter(account__owner_id=actor.organisation_id, account__owner_id__isnull=False)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.select_related("account", "posting").order_by("-id")[:limit])


def posting_for(actor: Actor, posting_id: int) -> Posting:
    """A posting with its legs. Raises NotFound also where the actor may not see it."""
    row = Posting.objects.prefetch_related("legs__account").filter(id=posting_id).first()
    owners = frozenset({row.organisation_id} if row and row.organisation_id else ())
    if row is None or not allows(actor, May.READ, Resource(organisation_ids=owners)):
        raise NotFound(kind="posting", id=str(posting_id))
    return row


def postings_of_refund(refund_id: UUID) -> list[Posting]:
    """What was booked of one refund, for code with its own check."""
    return list(Posting.objects.filter(refund_id=refund_id).order_by("id").prefetch_related("legs__account"))


def sums(account_ids: Sequence[UUID], *, case_id: UUID | None = None) -> dict[UUID, int]:
    """Account → fen that stand there, in one case where it is named; for code with its own check."""
    found = Leg.objects.filter(account_id__in=account_ids)
    if case_id is not None:
        found = found.filter(posting__case_id=case_id)
    rows = found.values("account_id").annotate(fen=Sum("amount_fen")).order_by("account_id")
    return {row["account_id"]: int(row["fen"]) for row in rows}


def moved_to(account_id: UUID, *, case_id: UUID) -> int:
    """What was moved to an account in a case, reversed later or not, in fen; for code with its own check."""
    legs = Leg.objects.filter(account_id=account_id, posting__case_id=case_id, posting__what="moved")
    return int(legs.filter(amount_fen__gt=0).aggregate(fen=Sum("amount_fen"))["fen"] or 0)


def arrived_on(account_id: UUID, *, case_id: UUID) -> int:
    """What somebody bears in a case of what has arrived at the consumer, in fen."""
    legs = Leg.objects.filter(posting__case_id=case_id)
    borne = legs.filter(account_id=account_id).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    waiting = (
        legs.filter(account__kind__in=("consumer", "transit")).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    )
    return int(borne + waiting)


def write_offs(*, actor: Actor, open_only: bool = True, limit: int = 200) -> list[WriteOff]:
    """Claims asked to be given up, those that wait first."""
    require(actor, May.OVERSEE)
    found = WriteOff.objects.select_related("account")
    if open_only:
        return list(found.filter(state="asked").order_by("asked_at", "id")[:limit])
    return list(found.order_by("-asked_at", "id")[:limit])


def agreement(*, actor: Actor, currency: str = "CNY") -> list[Agreement]:
    """Whether the books are what the refunds are: account by account, from refunds only."""
    require(actor, May.OVERSEE)
    state = money.sums_by_state(currency=currency)
    wants = {
        Kind.CONSUMER: -(state.get("sent", 0) + state.get("unknown", 0)),
        Kind.TRANSIT: -state.get("initiated", 0),
        Kind.CLEARING: -state.get("credited", 0),
    }
    stands = _from_refunds(currency)
    paid = stands.get(Kind.CLEARING, 0) + stands.get(Kind.POINTS, 0) + stands.get(Kind.VOUCHER, 0)
    found = {**stands, Kind.CLEARING: paid}
    return [Agreement(str(kind), want, found.get(kind, 0)) for kind, want in wants.items()]


def _from_refunds(currency: str) -> dict[Kind, int]:
    rows = (
        Leg.objects.filter(posting__refund_id__isnull=False, account__currency=currency)
        .values("account__kind")
        .annotate(fen=Sum("amount_fen"))
        .order_by("account__kind")
    )
    return {Kind(row["account__kind"]): int(row["fen"]) for row in rows}


def statements(*, actor: Actor, since: datetime, until: datetime, limit: int = 10) -> list[Statement]:
    """Statements of the payment side reconciled in the period, the latest first, beside what was booked."""
    require(actor, May.OVERSEE)
    entries = journal.recorded_between(since, until, events=["money.statement_reconciled"])
    return [_statement(entry.recorded_at, entry.data) for entry in reversed(entries[-limit:])]


def _statement(at: datetime, data: Mapping[str, str | int]) -> Statement:
    start, end = (datetime.fromisoformat(str(data[name])) for name in ("from_at", "until_at"))
    sides = Leg.objects.filter(
        posting__what="credited",
        posting__occurred_at__gte=start,
        posting__occurred_at__lt=end,
        amount_fen__lt=0,
    )
    amount = data.get("amount")
    return Statement(
        at=at,
        from_at=start,
        until_at=end,
        rows=int(data["rows"]),
        credited=int(data["credited"]),
        differences=int(data["differences"]),
        amount_fen=None if amount is None else int(amount),
        booked_fen=-(sides.aggregate(fen=Sum("amount_fen"))["fen"] or 0),
    )


def recourses_due(*, actor: Actor, since: datetime, until: datetime, limit: int = 50) -> list[Due]:
    """What flows found that a carrier owes (G-17), where nothing was moved in the case yet; oldest first."""
    require(actor, May.OVERSEE)
    entries = journal.recorded_between(since, until, events=["aftersales.recourse_due"])
    cases = {entry.subject_id for entry in entries}
    done = set(Posting.objects.filter(case_id__in=cases, what="moved").values_list("case_id", flat=True))
    due = [entry for entry in entries if entry.subject_id not in done][:limit]
    return [Due(one.occurred_at, one.subject_id, int(one.data["amount"]), _merchant(one.data)) for one in due]


def _merchant(data: Mapping[str, str | int]) -> UUID | None:
    found = data.get("organisation_id")
    return UUID(str(found)) if found else None


def booked_entries(entry_ids: Collection[int]) -> set[int]:
    """Which of these entries of the journal were booked."""
    return set(Posting.objects.filter(entry_id__in=entry_ids).values_list("entry_id", flat=True))


def begun() -> bool:
    """Whether anything was ever booked."""
    return Posting.objects.exists()


def is_zero() -> bool:
    """Whether all legs of the books add up to nothing, as the database keeps it."""
    return (Leg.objects.aggregate(fen=Sum("amount_fen"))["fen"] or 0) == 0


def owners(*, actor: Actor) -> dict[UUID, str]:
    """The merchants and carriers that have an account, by name; those that the actor sees."""
    require(actor, May.READ)
    found = Account.objects.filter(owner_id__isnull=False)
    if not allows(actor, May.READ, Resource()):
        found = found.filter(Q(owner_id=actor.organisation_id) & Q(owner_id__isnull=False))
    return accounts.organisation_names({one for one in found.values_list("owner_id", flat=True) if one})


def _resource(row: Account) -> Resource:
    return Resource(organisation_ids=frozenset({row.owner_id} if row.owner_id else ()))
