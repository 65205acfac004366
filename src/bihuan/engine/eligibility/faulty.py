"""Goods that are not as owed: seven days, rescission, repair and replacement, warranty, certified, fake."""

from __future__ import annotations

from functools import lru_cache

from bihuan.engine.eligibility.drafting import Draft, Matter, period
from bihuan.engine.eligibility.facts import Promise
from bihuan.engine.eligibility.legs import Leg
from bihuan.engine.eligibility.proving import (
    QUALITY_DAYS,
    Proof,
    in_limit,
    not_prescribed,
    noticed,
    proof,
    proven,
    shown,
    within_days,
)


def seven_days(matter: Matter, promise: Promise | None = None) -> Leg:
    """Return within seven days of receipt (L-01), or within the days promised."""
    days = promise.days if promise and promise.days is not None else QUALITY_DAYS
    code, article = ("promised_quality_return", "L-19") if promise else ("quality_return", "L-01")
    draft = _merchants(code, "promise" if promise else "law", article, "R6")
    if promise is not None:
        draft.under(promise)
    shown(draft, matter)
    within_days(draft, matter, days)
    return draft.done()


def rescission(matter: Matter) -> Leg:
    """After seven days return needs a statutory ground of rescission (L-02): a finding of a person."""
    return _rescission(matter.ask.serious, proof(matter))


@lru_cache(maxsize=1024)
def _rescission(serious: bool | None, proof: Proof) -> Leg:
    """No date bears on it: the leg is the same for all with these findings."""
    draft = _merchants("rescission", "law", "L-02", "R6")
    draft.take(proven(draft.article, *proof))
    if serious:
        draft.yes("serious")
    elif serious is None:
        draft.unknown("serious_unknown", "serious")
    else:
        draft.no("not_serious")
    return draft.done()


def repair_replace(matter: Matter) -> Leg:
    """Repair, exchange, re-send (L-02), told within reasonable time, at most two years (L-25)."""
    draft = _merchants("repair_replace", "law", "L-02", "")
    shown(draft, matter)
    noticed(draft, matter)
    return draft.done()


def warranty(matter: Matter, promise: Promise | None = None) -> Leg:
    """The warranty: from delivery or installation, anew after a replacement, repair not counted (L-12)."""
    good, ask = matter.good, matter.ask
    code, article = ("promised_warranty", "L-19") if promise else ("warranty", "L-12")
    draft = _merchants(code, "promise" if promise else "law", article, "")
    if promise is not None:
        draft.under(promise)
    months = promise.months or 0 if promise else good.warranty_months or 0
    days = promise.days or 0 if promise else 0
    shown(draft, matter)
    start = good.replaced or good.warranty_from or ask.signed
    if ask.state != "signed":
        draft.yes("before_signing", state=ask.state)
    elif start is None:
        draft.unknown("signed_unknown", "signed")
    else:
        if good.replaced is not None:
            draft.note("warranty_anew", "L-12", replaced=good.replaced)
        if good.repair_days:
            draft.note("repair_not_counted", "L-12", days=good.repair_days)
        longer = days + good.repair_days
        limit = period(draft.code, article, start, matter.calendar, longer, months)
        in_limit(draft, matter, limit, "warranty_runs", "warranty_over")
    return draft.done()


def certified(matter: Matter) -> Leg:
    """Certified substandard by an authority: must be taken back, without a period (L-20)."""
    draft = _merchants("certified", "law", "L-20", "R6")
    if matter.ask.certified:
        draft.yes("certified")
    elif matter.ask.certified is None:
        draft.unknown("certificate_unknown", "certified")
    else:
        draft.no("not_certified")
    return draft.done()


def fake(matter: Matter) -> Leg:
    """Fakes: a finding of fraud, within the limitation (L-14, L-25)."""
    draft = _merchants("fraud", "law", "L-14", "R1")
    shown(draft, matter)
    not_prescribed(draft, matter)
    return draft.done()


def still_owed(matter: Matter) -> Leg:
    """What was missing from the parcel is owed still: sent on, or its price back (L-02, G-17)."""
    draft = _merchants("still_owed", "law", "G-17", "R6" if matter.ask.want == "refund_only" else "")
    draft.back = ""
    shown(draft, matter)
    not_prescribed(draft, matter)
    return draft.done()


def _merchants(code: str, basis: str, article: str, formula: str) -> Draft:
    """A leg under which the merchant bears the freight of both ways (L-02)."""
    return Draft(code, basis, article, "merchant", "merchant", formula)
