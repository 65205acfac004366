"""The books over the API: balances, postings, booking by hand, giving claims up. Amounts in fen."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.journal.time import now
from bihuan.ledger import actions, queries
from bihuan.ledger.actions import Booked
from bihuan.ledger.models import Posting, WriteOff

router = Router(tags=["ledger"])
READ = [ApiKeyAuth("ledger:read"), SessionAuth()]
WRITE = [ApiKeyAuth("ledger:write"), SessionAuth()]
Fen = Field(ge=1, le=10**12)
Number = Path(ge=1, le=2**62)


class BalanceOut(Schema):
    """``fen`` above zero is a debit balance."""

    id: UUID
    kind: str
    owner_id: UUID | None
    name: str
    currency: str
    debit_fen: int
    credit_fen: int
    fen: int


class LegOut(Schema):
    """A debit above zero, a credit below."""

    account_id: UUID
    account: str
    owner_id: UUID | None
    amount_fen: int

    @staticmethod
    def resolve_account(leg: Any) -> str:
        return str(leg.account.kind)

    @staticmethod
    def resolve_owner_id(leg: Any) -> UUID | None:
        owner: UUID | None = leg.account.owner_id
        return owner


class PostingOut(Schema):
    """``entry_id``: the entry of the journal that stands behind it."""

    id: int
    entry_id: int
    what: str
    case_id: UUID | None
    refund_id: UUID | None
    order_number: str
    organisation_id: UUID | None
    reference: str
    reverses_id: int | None
    occurred_at: datetime
    booked_at: datetime
    legs: list[LegOut]

    @staticmethod
    def resolve_legs(row: Posting) -> list[Any]:
        return list(row.legs.all())


class EntryOut(Schema):
    """An entry of one account with the balance after it."""

    leg_id: int
    posting_id: int
    what: str
    booked_at: datetime
    amount_fen: int
    balance_fen: int


class HandIn(Schema):
    """What a person books. Deposits and receipts need ``reference``, draws and moves ``reason``."""

    what: Literal["deposit_in", "deposit_out", "draw_deposit", "receive"]
    organisation_id: UUID
    owed: Literal["merchant", "carrier"] = "merchant"
    amount_fen: int = Fen
    reference: str = Field("", pattern=r"^[A-Za-z0-9._:\-]{0,80}$")
    reason: str = Field("", max_length=500)
    case_id: UUID | None = None


class MoveIn(Schema):
    """Who bears a cost from now on instead of whom; ``expense`` is the platform itself."""

    from_bearer: Literal["merchant", "carrier", "expense"]
    from_id: UUID | None = None
    to_bearer: Literal["merchant", "carrier", "expense"]
    to_id: UUID | None = None
    amount_fen: int = Fen
    reason: str = Field(min_length=1, max_length=500)
    case_id: UUID | None = None


class WhyIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class WriteOffIn(Schema):
    account_id: UUID
    amount_fen: int = Fen
    reason: str = Field(min_length=1, max_length=500)
    case_id: UUID | None = None


class WriteOffOut(Schema):
    id: UUID
    account_id: UUID
    amount_fen: int
    case_id: UUID | None
    state: str
    asked_at: datetime
    decided_at: datetime | None


@router.get("/balances", response=list[BalanceOut], auth=READ, operation_id="ledger_balances")
def balances(
    request: HttpRequest, organisation_id: UUID | None = None, case_id: UUID | None = None
) -> list[queries.Balance]:
    """The trial balance; with an organisation its accounts, with a case what the case brought about."""
    actor = actor_asking(request)
    if case_id is not None:
        return queries.balances_of_case(actor=actor, case_id=case_id)
    if organisation_id is not None:
        return queries.balances_of(actor=actor, organisation_id=organisation_id)
    return queries.trial_balance(actor=actor)


@router.get("/postings", response=list[PostingOut], auth=READ, operation_id="ledger_postings")
def postings(
    request: HttpRequest,
    organisation_id: UUID | None = None,
    case_id: UUID | None = None,
    before: int | None = None,
) -> list[Posting]:
    """The latest first, 50 a page; go on ``before`` the last one's id. Merchants see their own."""
    wanted = queries.Filters(organisation_id=organisation_id, case_id=case_id)
    return queries.postings(actor=actor_asking(request), filters=wanted, before=before)


@router.get("/postings/{int:number}", response=PostingOut, auth=READ, operation_id="ledger_posting")
def posting(request: HttpRequest, number: int = Number) -> Posting:
    return queries.posting_for(actor_asking(request), number)


@router.get(
    "/accounts/{uuid:account_id}/entries", response=list[EntryOut], auth=READ, operation_id="ledger_entries"
)
def entries(request: HttpRequest, account_id: UUID, before: int | None = None) -> list[EntryOut]:
    """The latest first, 50 a page; go on ``before`` the last one's leg_id."""
    account = queries.account_for(actor_asking(request), account_id)
    return [
        EntryOut(
            leg_id=line.leg_id,
            posting_id=line.posting.pk,
            what=line.posting.what,
            booked_at=line.posting.booked_at,
            amount_fen=line.amount_fen,
            balance_fen=line.balance_fen,
        )
        for line in queries.lines_of(account, before=before)
    ]


@router.post("/postings", response={201: PostingOut}, auth=WRITE, operation_id="ledger_book")
def book(request: HttpRequest, body: HandIn) -> Status[Posting]:
    """A deposit in or out, a draw on a deposit, money received on what is owed."""
    actor, at = actor_asking(request), now()
    given = Booked(body.amount_fen, body.reference, body.reason, body.case_id)
    if body.what == "receive":
        number = actions.receive(
            actor=actor, at=at, owed=body.owed, organisation_id=body.organisation_id, given=given
        )
    else:
        verbs = {
            "deposit_in": actions.deposit_in,
            "deposit_out": actions.deposit_out,
            "draw_deposit": actions.draw_deposit,
        }
        number = verbs[body.what](actor=actor, at=at, organisation_id=body.organisation_id, given=given)
    return Status(201, queries.posting_for(actor, number))


@router.post("/moves", response={201: PostingOut}, auth=WRITE, operation_id="ledger_move")
def move(request: HttpRequest, body: MoveIn) -> Status[Posting]:
    """Recourse on a carrier, a cost that the platform takes over or hands on."""
    actor = actor_asking(request)
    number = actions.move(
        actor=actor,
        at=now(),
        from_bearer=body.from_bearer,
        from_id=body.from_id,
        to_bearer=body.to_bearer,
        to_id=body.to_id,
        given=Booked(body.amount_fen, reason=body.reason, case_id=body.case_id),
    )
    return Status(201, queries.posting_for(actor, number))


@router.post(
    "/postings/{int:number}/reverse", response={201: PostingOut}, auth=WRITE, operation_id="ledger_reverse"
)
def reverse(request: HttpRequest, body: WhyIn, number: int = Number) -> Status[Posting]:
    """Undo what a person booked, by a posting of its own."""
    actor = actor_asking(request)
    made = actions.reverse(actor=actor, at=now(), posting_id=number, reason=body.reason)
    return Status(201, queries.posting_for(actor, made))


@router.get("/write-offs", response=list[WriteOffOut], auth=READ, operation_id="list_write_offs")
def write_offs(request: HttpRequest) -> list[WriteOff]:
    """Those that wait for a decision."""
    return queries.write_offs(actor=actor_asking(request))


@router.post("/write-offs", response={201: WriteOffOut}, auth=WRITE, operation_id="ask_write_off")
def ask_write_off(request: HttpRequest, body: WriteOffIn) -> Status[WriteOff]:
    """Ask that a part of what a merchant or carrier owes be given up; another person decides."""
    row = actions.ask_write_off(
        actor=actor_asking(request),
        at=now(),
        account_id=body.account_id,
        amount_fen=body.amount_fen,
        reason=body.reason,
        case_id=body.case_id,
    )
    return Status(201, row)


@router.post(
    "/write-offs/{uuid:write_off_id}/approve",
    response=WriteOffOut,
    auth=WRITE,
    operation_id="approve_write_off",
)
def approve(request: HttpRequest, write_off_id: UUID) -> WriteOff:
    return actions.approve_write_off(actor=actor_asking(request), at=now(), write_off_id=write_off_id)


@router.post(
    "/write-offs/{uuid:write_off_id}/reject",
    response=WriteOffOut,
    auth=WRITE,
    operation_id="reject_write_off",
)
def reject(request: HttpRequest, write_off_id: UUID, body: WhyIn) -> WriteOff:
    return actions.reject_write_off(
        actor=actor_asking(request), at=now(), write_off_id=write_off_id, reason=body.reason
    )
