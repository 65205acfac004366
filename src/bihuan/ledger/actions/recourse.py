"""Recourse on a carrier that books itself (G-17): the consumer is paid on the merchant's account first; when
that arrived, the carrier owes it to the merchant, as far as the claim reaches.

Claims come from the journal: what after-sales found lost or damaged in transit, with the carrier's id; and
refunds under remedy R8 of an order whose parcels went with one carrier. A carrier that is no organisation
here, and a claim without any payment (the merchant sends the goods again), stay with a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.ledger import events, queries
from bihuan.ledger.actions.handing import Booked, lock, said_and_posted
from bihuan.ledger.actions.posting import About, Line, account_id
from bihuan.ledger.chart import Account, What
from bihuan.marketplace import queries as marketplace
from bihuan.money import queries as money

DUE: Final = "aftersales.recourse_due"
LOST: Final = "remedy.R8"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a merchant may claim of a carrier in one case, in fen."""

    merchant_id: UUID
    carrier_id: UUID
    amount_fen: int
    recourse_id: UUID | None = None


def claim_back(*, case_id: UUID, actor: Actor, at: datetime) -> list[int]:
    """Book what carriers owe in this case by now; the postings it made. In the caller's transaction.

    What was moved to the carrier in this case before counts, also where a person reversed it later.
    """
    claims = [*_found(case_id), *_of_remedy(case_id)]
    return [number for claim in claims if (number := _book(claim, case_id, actor, at)) is not None]


def _found(case_id: UUID) -> Iterator[Claim]:
    for entry in journal.entries_named(case_id, DUE):
        carrier, merchant = entry.data.get("carrier_id"), entry.data.get("organisation_id")
        if carrier and merchant:
            recourse = UUID(entry.data["recourse_id"])
            yield Claim(UUID(merchant), UUID(carrier), int(entry.data["amount"]), recourse)


def _of_remedy(case_id: UUID) -> Iterator[Claim]:
    """What arrived under R8, where all parcels of the order went with one carrier that is known here."""
    paid = [row for row in money.refunds_of(case_id) if row.rule == LOST and row.state == "credited"]
    if not paid or paid[0].organisation_id is None:
        return
    carrier = accounts.only_carrier(marketplace.carriers_of(paid[0].order_number))
    if carrier is not None:
        yield Claim(paid[0].organisation_id, carrier, sum(row.amount_fen for row in paid))


def _book(claim: Claim, case_id: UUID, actor: Actor, at: datetime) -> int | None:
    merchant = account_id(Account.MERCHANT, claim.merchant_id)
    carrier = account_id(Account.CARRIER, claim.carrier_id)
    lock([merchant, carrier])
    amount = min(
        claim.amount_fen - queries.moved_to(carrier, case_id=case_id),
        queries.arrived_on(merchant, case_id=case_id),
    )
    if amount <= 0:
        return None
    lines = [
        Line(Account.CARRIER, amount, claim.carrier_id),
        Line(Account.MERCHANT, -amount, claim.merchant_id),
    ]
    about = About(case_id=case_id, organisation_id=claim.merchant_id)
    return said_and_posted(
        What.MOVED, events.Moved, lines, Booked(amount, case_id=case_id), about, actor, at,
        from_bearer=str(Account.MERCHANT), to_bearer=str(Account.CARRIER), from_id=claim.merchant_id,
        to_id=claim.carrier_id, recourse_id=claim.recourse_id,
    )  # fmt: skip
