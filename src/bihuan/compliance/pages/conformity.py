"""Conformity of a period: clause by clause, by merchant or by team; every number leads to its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.compliance import queries, times
from bihuan.compliance.figures import NOBODY, By, Figures, Line, Outcome, Report
from bihuan.compliance.pages import asking, site
from bihuan.compliance.pages.asking import Question
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.norms import queries as norms

COLUMNS: Final = (
    Outcome.MET,
    Outcome.LATE,
    Outcome.OVERDUE,
    Outcome.OPEN,
    Outcome.CANCELLED,
    Outcome.PROVISIONAL,
    Outcome.IMPORTED,
)
GROUPS: Final = 100
"""Merchants or teams on one page."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number with the address of the rows behind it (empty where it is zero)."""

    outcome: str
    number: int
    path: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of figures; ``path`` leads to the narrower report of a merchant or team."""

    line: Line | None
    figures: Figures
    cells: tuple[Cell, ...]
    rate_path: str
    evidence_path: str = ""
    name: str = ""
    path: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One rulebook: clauses with clocks in the period, those without, those proved by records."""

    id: str
    title: Any
    clocked: tuple[Row, ...]
    quiet: tuple[Row, ...]
    proved: tuple[Row, ...]
    total: Row | None


@page_permission(P.READ)
@require_safe
def conformity(request: HttpRequest) -> HttpResponse:
    """The report, or the form with what is wrong in it."""
    actor, at = signed_in(request), now()
    question = asking.read(request.GET, at)
    context = {"question": question, "tabs": site.tabs(actor, "conformity"), **_choices(question)}
    if question.errors:
        return render(request, "compliance/conformity.html", context, status=422)
    report = queries.conformity(
        actor=actor,
        start=question.start,
        end=question.end,
        at=question.at,
        by=question.by,
        filters=question.filters,
    )
    return render(
        request, "compliance/conformity.html", {**context, **_shown(actor, question, report, request)}
    )


def _choices(question: Question) -> dict[str, Any]:
    return {
        "presets": [
            {"code": code, "query": question.page(**{"from": None, "to": None, "period": code})}
            for code in asking.PRESETS
        ],
        "bys": [str(by) for by in asking.BYS],
        "books": [(found.book.id, found.book.header["title"]) for found in norms.books()],
        "columns": [str(outcome) for outcome in COLUMNS],
        "narrowed": _narrowed(question),
    }


def _narrowed(question: Question) -> list[dict[str, Any]]:
    """By what the report is narrowed, each with the address without it."""
    filters = question.filters
    found = []
    for column, field in (("merchant_id", "merchant"), ("team_id", "team")):
        wanted: UUID | None = getattr(filters, column)
        if wanted is not None:
            name = site.names(column, [wanted]).get(wanted, "")
            code = asking.NONE if wanted == NOBODY else str(wanted)
            without = question.page(**{field: None})
            found.append({"what": field, "name": name, "code": code, "without": without})
    for clause_id in filters.clause_ids:
        without = question.page(clause=None)
        found.append({"what": "clause", "name": clause_id, "code": clause_id, "without": without})
    return found


def _shown(actor: Actor, question: Question, report: Report, request: HttpRequest) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "report": report,
        "exposure": report.exposure,
        "same": question.query(by=None if question.by is By.CLAUSE else str(question.by)),
        "total": _row(question, report.total, {}),
        "limited": _limited(actor, question, report),
    }
    if question.by is By.CLAUSE:
        sections = _sections(actor, question, report.lines)
        return {**shown, "sections": sections, **_times(actor, question)}
    return {**shown, **_groups(question, report, request.GET.get("after", ""))}


def _times(actor: Actor, question: Question) -> dict[str, Any]:
    """Response and handling times by kind (ISH-2.2), with the addresses of the clocks that measure them."""
    kinds = times.by_kind(
        actor=actor, start=question.start, end=question.end, at=question.at, filters=question.filters
    )
    base = reverse("compliance:clocks")
    rows = {
        name: f"{base}?{question.query(outcome='counted', clause=clause)}"
        for name, clause in (("response", times.RESPONSE), ("handling", times.HANDLING))
    }
    return {"kinds": kinds, "rows": rows}


def _limited(actor: Actor, question: Question, report: Report) -> str:
    """By what the actor's figures are limited, whatever was asked: ``merchant``, ``team``, ``owner``."""
    for column in ("merchant_id", "team_id", "owner_id"):
        if getattr(report.filters, column) != getattr(question.filters, column):
            return column.removesuffix("_id")
    return ""


def _sections(actor: Actor, question: Question, lines: Sequence[Line]) -> list[Section]:
    named = [(found.book.id, found.book.header["title"]) for found in norms.books()]
    by_book: dict[str, list[Line]] = {}
    for line in lines:
        by_book.setdefault(line.clause.book if line.clause else "", []).append(line)
    sections = [_section(actor, question, i, title, by_book[i]) for i, title in named if i in by_book]
    if "" in by_book:
        sections.append(_section(actor, question, "", None, by_book[""]))
    return sections


def _section(actor: Actor, question: Question, book: str, title: Any, lines: Iterable[Line]) -> Section:
    all_records = queries.may_see_all(actor)
    rows = [_clause_row(question, line, all_records) for line in lines]
    clocked = tuple(row for row in rows if sum(row.figures.counts.values()))
    proved = tuple(row for row in rows if row.line and row.line.evidence is not None and row not in clocked)
    quiet = tuple(row for row in rows if row not in clocked and row not in proved)
    total = _row(question, _summed(clocked), {"book": book}) if book and len(clocked) > 1 else None
    return Section(book, title, clocked, quiet, proved, total)


def _summed(rows: Iterable[Row]) -> Figures:
    found: dict[Outcome, int] = {}
    for row in rows:
        for outcome, number in row.figures.counts.items():
            found[outcome] = found.get(outcome, 0) + number
    return Figures(found)


def _clause_row(question: Question, line: Line, all_records: bool) -> Row:
    path = ""
    if line.evidence and all_records:
        path = f"{reverse('compliance:evidence')}?{question.query(clause=line.clause_id)}"
    return _row(question, line.figures, {"clause": line.clause_id}, line=line, evidence_path=path)


def _row(
    question: Question,
    figures: Figures,
    narrower: Mapping[str, str],
    *,
    line: Line | None = None,
    evidence_path: str = "",
    name: str = "",
    path: str = "",
    key: str = "",
) -> Row:
    """Figures with the address of the rows behind each; ``narrower``: parameters besides the question's."""
    base = reverse("compliance:clocks")

    def rows(outcome: str) -> str:
        return f"{base}?{question.query(outcome=outcome, **narrower)}"

    cells = tuple(
        Cell(str(outcome), figures[outcome], rows(str(outcome)) if figures[outcome] else "")
        for outcome in COLUMNS
    )
    counted = rows("counted") if figures.counted else ""
    return Row(line, figures, cells, counted, evidence_path, name, path, key)


def _groups(question: Question, report: Report, after: str) -> dict[str, Any]:
    """One row a merchant or team, those that missed most first; paged by (missed, id)."""
    column = f"{question.by}_id"
    sums: dict[UUID, dict[Outcome, int]] = {}
    for line in report.lines:
        counts = sums.setdefault(line.group_id or NOBODY, {})
        for outcome, number in line.figures.counts.items():
            counts[outcome] = counts.get(outcome, 0) + number
    keyed = sorted(
        (_key(figures, i), i, figures) for i, counts in sums.items() if (figures := Figures(counts)).counts
    )
    left = [found for found in keyed if found[0] > after]
    page = left[:GROUPS]
    names = site.names(column, [i for _key_, i, _figures in page])
    rows = [
        _group_row(question, str(question.by), i, figures, names.get(i, ""), key) for key, i, figures in page
    ]
    more = question.page(after=page[-1][0]) if len(left) > GROUPS else ""
    return {"rows": rows, "more": more, "groups": len(keyed)}


def _key(figures: Figures, group: UUID) -> str:
    missed = figures[Outcome.LATE] + figures[Outcome.OVERDUE]
    return f"{10**12 - missed:013d}~{group}"


def _group_row(question: Question, field: str, group: UUID, figures: Figures, name: str, key: str) -> Row:
    code = asking.NONE if group == NOBODY else str(group)
    path = f"{reverse('compliance:conformity')}?{question.page(by=None, **{field: code})}"
    return _row(question, figures, {field: code}, name=name, path=path, key=key)
