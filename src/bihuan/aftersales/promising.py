"""What a promise pays on top of the refund, once a person or the carrier's record shows what it was given for
(R7, L-19): 假一赔十, a sum for lateness. Pure; integer fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.aftersales import promises
from bihuan.aftersales.eligibility import Judged
from bihuan.engine.eligibility import Promise
from bihuan.marketplace.queries import AfterSales

DAMAGES: Final = ("R1", "R2", "R7")
"""Rules under which damages for the same wrong may have been paid by another case of the order."""
LATENESS: Final = ("R7", "R11")


@dataclass(frozen=True, slots=True)
class Promised:
    """``times`` of ``price`` (what was paid for the pieces), or ``amount``; by merchant or platform.
    ``food``: the law's own minimum is that of R2."""

    by: str
    ref: str
    price: int
    times: int | None = None
    amount: int | None = None
    food: bool = False

    @property
    def rules(self) -> Sequence[str]:
        """Payments under these count as paid for it already."""
        return DAMAGES if self.times is not None else LATENESS


def promised(found: Judged, sold: AfterSales, pieces: Mapping[int, int]) -> Promised | None:
    """The promise that pays most for these pieces; None where nothing shows that one was broken."""
    ground = next(iter(found.answers.values())).ask.ground
    if ground == "late":
        return _late(found, sold)
    return _times(found, sold, pieces) if ground == "fake" else None


def _times(found: Judged, sold: AfterSales, pieces: Mapping[int, int]) -> Promised | None:
    """One claim over all pieces, so that the law's minimum counts once; the highest multiple of the lines."""
    best: dict[str, tuple[Promise, int, bool]] = {}
    for line in sold.lines:
        number = line.sold.number
        answer = found.answers.get(number)
        if answer is None or answer.ask.shown is not True or not pieces.get(number):
            continue
        price = line.sold.paid_fen * pieces[number] // line.sold.quantity
        for one in _of(line.sold.promises, "times", "fake"):
            _, before, food = best.get(one.ref, (one, 0, False))
            best[one.ref] = (one, before + price, food or str(line.sold.kind) == "food")
    rows = [Promised(p.by, p.ref, price, times=p.times, food=food) for p, price, food in best.values()]
    return max(rows, key=lambda row: ((row.times or 0) * row.price, row.ref), default=None)


def _late(found: Judged, sold: AfterSales) -> Promised | None:
    """One sum for one late order: the highest of its lines'."""
    late = {number for number, answer in found.answers.items() if answer.ask.shown is True}
    given = [
        one
        for line in sold.lines
        if line.sold.number in late
        for one in _of(line.sold.promises, "late", "late")
    ]
    best = max(given, key=lambda one: (one.amount or 0, one.by == "merchant", one.ref), default=None)
    return Promised(best.by, best.ref, 0, amount=best.amount) if best is not None else None


def _of(codes: Iterable[str], kind: str, ground: str) -> list[Promise]:
    return [one for one in promises.of(codes) if one.kind == kind and ground in (one.grounds or (ground,))]
