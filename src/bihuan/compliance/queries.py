"""How the platform did, clause by clause, with the records behind each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from uuid import UUID

from bihuan.accounts.permissions import Resource, allows, require
from bihuan.clocks import queries as clocks
from bihuan.compliance import counting, departures, trail
from bihuan.compliance.counting import Asked
from bihuan.compliance.figures import (
    COUNTED,
    NOBODY,
    By,
    Covered,
    ExplainedClock,
    Exposure,
    Figures,
    Filters,
    Line,
    Off,
    Outcome,
    Page,
    Report,
)
from bihuan.compliance.models import Sample, SampleCase, Verification
from bihuan.compliance.permissions import CompliancePermission
from bihuan.compliance.trail import AnchorLine, Standing
from bihuan.engine.clause import Clause
from bihuan.engine.clock import verdict_at
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor
from bihuan.norms import evidence as proofs
from bihuan.norms import queries as norms
from bihuan.norms.evidence import Row

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
MOST: Final = 200
"""Rows of one page at most."""


def conformity(
    *,
    actor: Actor,
    start: datetime,
    end: datetime,
    at: datetime,
    by: By = By.CLAUSE,
    filters: Filters | None = None,
) -> Report:
    """Counts and rate of every carried clause over the clocks whose ``due_at`` lies in [start, end).

    ``at`` is the instant of the figures: what is open then and past its end is overdue. Clauses that
    are no deadlines show how many records prove them (not with a filter by merchant, team or owner).
    A supervisor sees the own team, a merchant's administrator the own organisation, an agent the own
    cases. Raises NotAllowed, Invalid.
    """
    check_period(start, end)
    seen = narrowed(actor, filters or Filters())
    shown = _clauses(seen)
    asked = Asked(start, end, at, seen, list(shown) if seen.book or seen.clause_ids else None)
    counted = counting.counts(asked, by)
    off = _off(start, end)
    lines = [
        Line(clause_id, shown.get(clause_id), group, Figures(found), off=off.get(clause_id, ()))
        for (clause_id, group), found in counted.items()
    ]
    counted_ids = {clause_id for clause_id, _ in counted}
    lines += [line for line in _uncounted(shown, seen, start, end, off) if line.clause_id not in counted_ids]
    ordered = tuple(sorted(lines, key=lambda line: (line.clause_id, line.group_id or NOBODY)))
    return Report(
        start,
        end,
        by,
        seen,
        ordered,
        exposure(start, end, at),
        departures.of(start, end, seen),
        _sum(ordered),
    )


def clocks_behind(
    *,
    actor: Actor,
    start: datetime,
    end: datetime,
    at: datetime,
    clause_id: str | None = None,
    outcome: Outcome | None = None,
    filters: Filters | None = None,
    after: str = "",
    limit: int = 50,
) -> Page:
    """The clocks that make up one figure of a report with the same period, instant and filters.

    Without a clause those of a total; without an outcome those that make the rate. In order of
    ``due_at``; ``after`` is the key of the page before. Raises NotAllowed, Invalid.
    """
    check_period(start, end)
    seen = narrowed(actor, filters or Filters())
    asked = _asked(seen, start, end, at, clause_id)
    return counting.page(asked, (outcome,) if outcome else COUNTED, after, max(1, min(limit, MOST)))


def asked(
    actor: Actor, start: datetime, end: datetime, at: datetime, filters: Filters, clause_id: str | None = None
) -> Asked:
    """The clocks that a report with the same period, instant and filters counts, of one clause or of all.

    Raises NotAllowed, Invalid.
    """
    check_period(start, end)
    return _asked(narrowed(actor, filters), start, end, at, clause_id)


def _asked(seen: Filters, start: datetime, end: datetime, at: datetime, clause_id: str | None) -> Asked:
    total = list(_clauses(seen)) if seen.book or seen.clause_ids else None
    return Asked(start, end, at, seen, total if clause_id is None else [clause_id])


def evidence_behind(
    *, actor: Actor, start: datetime, end: datetime, clause_id: str, after: str = "", limit: int = 50
) -> list[Row]:
    """The records behind the evidence figure of a clause; go on with the ``key`` of the last one.

    Only for who may see everything. Raises NotAllowed, NotFound, Invalid.
    """
    check_period(start, end)
    require(actor, CompliancePermission.READ, Resource())
    clause = norms.clause(clause_id)
    if clause.evidence is None:
        return []
    found = proofs.rows(clause.evidence, clause=clause_id, start=start, end=end)
    return found.page(after, max(1, min(limit, MOST)))


def clock_for(*, actor: Actor, clock_id: UUID, at: datetime) -> ExplainedClock:
    """A clock with every step of its counting, for whoever may see the figures it stands in.

    Raises NotFound, also where the actor may not see those figures; NotAllowed.
    """
    seen = narrowed(actor, Filters())
    row, stored = clocks.one(clock_id)
    for column in ("merchant_id", "team_id", "owner_id"):
        if getattr(seen, column) not in (None, getattr(row, column)):
            raise NotFound(kind="clock", id=str(clock_id))
    return ExplainedClock(
        id=clock_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        clock=stored.clock,
        clause=norms.clause_text(stored.clock.clause_hash),
        verdict=verdict_at(stored.clock, at),
        steps=tuple(norms.explain(stored.clock)),
        entries=(stored.start_entry, stored.stop_entry),
        revisions=tuple((r.revision, r.reason, r.made_at) for r in clocks.revisions(clock_id)),
    )


def coverage(actor: Actor, *, at: datetime) -> list[Covered]:
    """Every clause of every rulebook with what carries and proves it, in the order of the books.

    The time of the last record is looked up only for who may see all records. Raises NotAllowed.
    """
    require(actor, CompliancePermission.READ)
    standing, off = norms.carriage(), norms.switched_off()
    found = [read.clause for book in norms.books() for read in book.book.clauses.values()]
    last: dict[str, datetime] = {}
    if may_see_all(actor):
        wanted = {c.id: c.evidence for c in found if c.evidence and standing[c.id].carried}
        last = proofs.latest(wanted, start=EARLIEST, end=at + timedelta(days=1))
    return [
        Covered(c, standing[c.id].carried, standing[c.id].scenarios, last.get(c.id), c.id in off)
        for c in found
    ]


def may_see_all(actor: Actor) -> bool:
    """Whether the actor's figures are not limited to an organisation, a team or own cases."""
    return allows(actor, CompliancePermission.READ, Resource())


def journal_standing(actor: Actor) -> Standing:
    """How much the journal holds and what of it no anchor covers yet. Raises NotAllowed."""
    require(actor, CompliancePermission.JOURNAL_READ)
    return trail.standing()


def journal_anchors(actor: Actor, *, before: int = 0, limit: int = 20) -> list[AnchorLine]:
    """Anchors from the newest on, with their signature and places outside. Raises NotAllowed."""
    require(actor, CompliancePermission.JOURNAL_READ)
    return trail.anchors(before=before, limit=limit)


def verifications(actor: Actor, *, limit: int = 10) -> list[Verification]:
    """The latest runs, newest first. Raises NotAllowed."""
    require(actor, CompliancePermission.JOURNAL_READ)
    return list(Verification.objects.all()[:limit])


def verification_for(actor: Actor, verification_id: UUID) -> Verification:
    """One run. Raises NotAllowed, NotFound."""
    require(actor, CompliancePermission.JOURNAL_READ)
    found = Verification.objects.filter(id=verification_id).first()
    if found is None:
        raise NotFound(kind="verification", id=str(verification_id))
    return found


def samples(actor: Actor, *, limit: int = 50) -> list[Sample]:
    """The latest samples, newest first. Raises NotAllowed."""
    require(actor, CompliancePermission.AUDIT)
    return list(Sample.objects.all()[:limit])


def sample_for(actor: Actor, sample_id: UUID) -> Sample:
    """One sample. Raises NotAllowed, NotFound."""
    require(actor, CompliancePermission.AUDIT)
    found = Sample.objects.filter(id=sample_id).first()
    if found is None:
        raise NotFound(kind="sample", id=str(sample_id))
    return found


def sampled(actor: Actor, sample_id: UUID, case_id: UUID) -> SampleCase:
    """One case of a sample. Raises NotAllowed, NotFound."""
    require(actor, CompliancePermission.AUDIT)
    found = SampleCase.objects.select_related("sample").filter(sample_id=sample_id, case_id=case_id).first()
    if found is None:
        raise NotFound(kind="case", id=str(case_id))
    return found


def exposure(start: datetime, end: datetime, at: datetime) -> Exposure:
    """What figures taken at ``at`` rest on."""
    work = norms.calendars().work
    years = range(start.astimezone(work.zone).year, end.astimezone(work.zone).year + 1)
    return Exposure(
        as_of=at,
        calendar=work.version,
        provisional_years=tuple(year for year in years if year not in work.years),
        rulebooks={book.book.id: book.book.hash for book in norms.books()},
        program=_program(),
    )


def narrowed(actor: Actor, filters: Filters) -> Filters:
    """The filters, limited to what the actor may see. Raises NotAllowed where they ask for more."""
    require(actor, CompliancePermission.READ)
    if may_see_all(actor):
        return filters
    for column, own in _reach(actor):
        if getattr(filters, column) in (None, own):
            narrower: dict[str, Any] = {column: own}
            return replace(filters, **narrower)
    require(actor, CompliancePermission.READ, Resource())
    return filters


def _reach(actor: Actor) -> Iterator[tuple[str, UUID]]:
    """By which column, from wide to narrow, the actor's figures are limited."""
    if actor.organisation_id is not None and _may(actor, organisation_ids=frozenset({actor.organisation_id})):
        yield "merchant_id", actor.organisation_id
    if actor.team_id is not None and _may(actor, team_id=actor.team_id):
        yield "team_id", actor.team_id
    if _may(actor, person_ids=frozenset({actor.id})):
        yield "owner_id", actor.id


def _may(
    actor: Actor,
    *,
    organisation_ids: frozenset[UUID] = frozenset(),
    team_id: UUID | None = None,
    person_ids: frozenset[UUID] = frozenset(),
) -> bool:
    on = Resource(organisation_ids=organisation_ids, team_id=team_id, person_ids=person_ids)
    return allows(actor, CompliancePermission.READ, on)


def _clauses(filters: Filters) -> dict[str, Clause]:
    """Carried clauses, switched off or not, that the filters let through."""
    wanted = [read.clause for read in norms.library() if read.clause.status == "carried"]
    return {
        clause.id: clause
        for clause in wanted
        if filters.book in (None, clause.book) and (not filters.clause_ids or clause.id in filters.clause_ids)
    }


def _uncounted(
    shown: Mapping[str, Clause],
    filters: Filters,
    start: datetime,
    end: datetime,
    off: Mapping[str, tuple[Off, ...]],
) -> Iterator[Line]:
    """Carried clauses without a clock in the period: deadlines with zeros, the others with their evidence."""
    whole = filters.merchant_id is None and filters.team_id is None and filters.owner_id is None
    wanted = {c.id: c.evidence for c in shown.values() if whole and not c.has_clock and c.evidence}
    found = proofs.counts(wanted, start=start, end=end)
    for clause in shown.values():
        yield Line(clause.id, clause, None, Figures({}), found.get(clause.id), off.get(clause.id, ()))


def _off(start: datetime, end: datetime) -> dict[str, tuple[Off, ...]]:
    found: dict[str, tuple[Off, ...]] = {}
    rows = norms.switches(start=start, end=end)
    reasons = norms.reasons(rows)
    for row in rows:
        made = Off(row.off_from, row.on_again_from, reasons[row.pk])
        found[row.clause_id] = (*found.get(row.clause_id, ()), made)
    return found


def _sum(lines: tuple[Line, ...]) -> Figures:
    total: Counter[Outcome] = Counter()
    for line in lines:
        total.update(line.figures.counts)
    return Figures(dict(total))


def check_period(start: datetime, end: datetime) -> None:
    """Raises Invalid for an empty period or one without a time zone."""
    if start.tzinfo is None or end.tzinfo is None or start >= end:
        raise Invalid(
            "The period from {start} to {end} is empty or has no time zone.",
            code="conformity.period",
            field="end",
            start=start.isoformat(),
            end=end.isoformat(),
            remedy="Give a start and a later end, both with their time zone.",
        )


def _program() -> str:
    try:
        return version("bihuan")
    except PackageNotFoundError:
        return "source"
