"""A conformity report as plain tables, from which the spreadsheet and the paper are made.

It takes the same ``Report`` that the page shows, so that no figure can differ; every row is there,
also those that the page shows on its next pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bihuan.compliance.figures import NOBODY, By, Departure, Figures, Line, Outcome, Report
from bihuan.compliance.labels import language, said, word
from bihuan.engine.clause import Clause
from bihuan.engine.explain import print_limit

COLUMNS: Final = (
    Outcome.MET,
    Outcome.LATE,
    Outcome.OVERDUE,
    Outcome.OPEN,
    Outcome.CANCELLED,
    Outcome.PROVISIONAL,
    Outcome.IMPORTED,
)
_ZONE: Final = ZoneInfo("Asia/Shanghai")
Cell = str | int | Fraction | None
"""Words, a count, a rate (shown with one decimal, cut and never rounded up), or nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """``texts`` is how many columns from the left hold words; the last row is a sum where ``summed``."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: int = 1
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A report to be written down: title, what it is about, tables, what it rests on."""

    title: str
    about: tuple[str, ...]
    tables: tuple[Table, ...]
    rests: tuple[tuple[str, str], ...]
    name: str


def document(
    report: Report, *, titles: Mapping[str, Any], names: Mapping[UUID, str], narrowed: Sequence[str]
) -> Document:
    """The report in the language of the page. ``titles`` of rulebooks, ``names`` of merchants or teams."""
    last = report.end.astimezone(_ZONE)
    first = report.start.astimezone(_ZONE)
    until = datetime.fromtimestamp(last.timestamp() - 1, _ZONE)
    about = [
        _("Clocks whose end lies in the period, as of {at}").format(at=exact(report.exposure.as_of)),
        *(_("Only: {name}").format(name=name) for name in narrowed),
    ]
    name = _("Conformity")
    tables = [_total(report)]
    tables += [_groups(report, names)] if report.by is not By.CLAUSE else list(_books(report, titles))
    tables.append(_departures(report.departures))
    return Document(
        title=f"{name} {first:%Y-%m-%d} – {until:%Y-%m-%d}",
        about=tuple(about),
        tables=tuple(table for table in tables if table.rows),
        rests=tuple(_rests(report)),
        name=f"conformity-{first:%Y%m%d}-{until:%Y%m%d}",
    )


def cut(rate: Fraction) -> Fraction:
    """A rate to one decimal of a per cent, cut: what is not all is not 100%."""
    return Fraction(int(rate * 1000), 1000)


def percent(rate: Fraction | None) -> str:
    """A rate in words."""
    return "—" if rate is None else f"{float(cut(rate)) * 100:.1f}%"


def exact(value: datetime) -> str:
    """A point in time in China to the second."""
    return f"{value.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}"


def limit_words(value: Any) -> str:
    """A limit as a clause file writes it, in words."""
    if not isinstance(value, Mapping):
        return print_limit(str(value), language())
    zh = language() == "zh"
    classes = [(code, length) for code, length in value.items() if code != "by"]
    return ("；" if zh else "; ").join(
        f"{word('class', code)}{' ' if zh else ': '}{print_limit(str(length), language())}"
        for code, length in classes
    )


def text_change(one: Departure) -> str:
    """What an own text changed: the figure from and to, wording, other keys."""
    if one.clause is None or one.shipped is None:
        return ""
    return "; ".join(_changes(one.clause, one.shipped))


def _changes(own: Clause, shipped: Clause) -> Iterator[str]:
    if own.limits != shipped.limits:
        yield f"{word('changed', 'limit')} {_limits(shipped)} → {_limits(own)}"
    if (own.text, own.title) != (shipped.text, shipped.title):
        yield word("changed", "text")
    rest = ("applies", "starts_on", "stops_on", "cancels_on", "roll", "status", "values", "warn", "escalate")
    if any(getattr(own, key) != getattr(shipped, key) for key in rest):
        yield word("changed", "other")


def _limits(clause: Clause) -> str:
    value = clause.limits[-1][1] if clause.limits else None
    if value is None or value.from_param:
        return "—"
    if value.fixed is not None:
        return limit_words(str(value.fixed))
    return limit_words({code: str(length) for code, length in value.choices.items()})


def _heads(first: str) -> tuple[str, ...]:
    return (first, _("Rate"), *(word("outcome", str(outcome)) for outcome in COLUMNS))


def _figures(figures: Figures) -> tuple[Cell, ...]:
    rate = figures.rate
    return (cut(rate) if rate is not None else None, *(figures[outcome] for outcome in COLUMNS))


def _total(report: Report) -> Table:
    return Table(_("Total"), _heads(""), ((_("Total"), *_figures(report.total)),))


def _books(report: Report, titles: Mapping[str, Any]) -> Iterator[Table]:
    by_records, without = _("Clauses proved by records"), _("Clauses without a clock in this period")
    by_book: dict[str, list[Line]] = {}
    for line in report.lines:
        by_book.setdefault(line.clause.book if line.clause else "", []).append(line)
    for book in [*(b for b in titles if b in by_book), *([""] if "" in by_book else [])]:
        title = said(titles[book]) if book else _("Clauses that no rulebook holds any more")
        lines = by_book[book]
        clocked = [line for line in lines if sum(line.figures.counts.values())]
        proved = [line for line in lines if line not in clocked and line.evidence is not None]
        quiet = [line for line in lines if line not in clocked and line not in proved]
        yield _clauses(title, clocked)
        yield _proved(f"{title}: {by_records}", proved)
        yield _quiet(f"{title}: {without}", quiet)


def _clauses(title: str, lines: Sequence[Line]) -> Table:
    rows = [(line.clause_id, _named(line), *_figures(line.figures)) for line in lines]
    summed = len(rows) > 1
    if summed:
        rows.append((_("All of this rulebook"), "", *_figures(_sum(lines))))
    heads = (_("Clause"), *_heads(_("Title")))
    return Table(title, heads, tuple(rows), texts=2, summed=summed)


def _proved(title: str, lines: Sequence[Line]) -> Table:
    rows = tuple((line.clause_id, _named(line), line.evidence) for line in lines)
    return Table(title, (_("Clause"), _("Title"), _("Records")), rows, texts=2)


def _quiet(title: str, lines: Sequence[Line]) -> Table:
    rows = tuple((line.clause_id, _named(line)) for line in lines)
    return Table(title, (_("Clause"), _("Title")), rows, texts=2)


def _named(line: Line) -> str:
    """Title with nature and flags; where it was switched off, that too."""
    clause = line.clause
    if clause is None:
        return _("in no rulebook any more")
    marks = [word("nature", clause.nature)]
    marks += [] if clause.verified else [_("not read in full text")]
    marks += [_("figure set by this platform")] if clause.assumed else []
    marks += [_("switched off")] if line.off else []
    return f"{said(clause.title)} ({', '.join(marks)})"


def _groups(report: Report, names: Mapping[UUID, str]) -> Table:
    """Those that missed most first, as the page shows them."""
    sums: dict[UUID, list[Line]] = {}
    for line in report.lines:
        sums.setdefault(line.group_id or NOBODY, []).append(line)
    found = [(group, _sum(lines)) for group, lines in sums.items()]
    found.sort(key=lambda item: (-item[1][Outcome.LATE] - item[1][Outcome.OVERDUE], str(item[0])))
    merchant = report.by is By.MERCHANT
    nobody = _("no merchant") if merchant else _("no team")
    rows = tuple(
        (nobody if group == NOBODY else names.get(group, str(group)), *_figures(figures))
        for group, figures in found
        if figures.counts
    )
    return Table(
        _("By merchant") if merchant else _("By team"), _heads(_("Merchant") if merchant else _("Team")), rows
    )


def _sum(lines: Iterable[Line]) -> Figures:
    found: dict[Outcome, int] = {}
    for line in lines:
        for outcome, number in line.figures.counts.items():
            found[outcome] = found.get(outcome, 0) + number
    return Figures(found)


def _departures(found: Sequence[Departure]) -> Table:
    heads = (_("Clause"), _("Title"), _("What"), _("When"), _("Reason"))
    rows = tuple(
        (one.clause_id, said(one.clause.title) if one.clause else "", what(one), _when(one), reason(one))
        for one in found
    )
    return Table(_("Where these rules depart from the shipped ones"), heads, rows, texts=5)


def what(one: Departure) -> str:
    """The kind of departure with its figure."""
    more = limit_words(one.value) if one.value is not None else text_change(one)
    return f"{word('departure', one.kind)} {more}".strip()


def reason(one: Departure) -> str:
    """The reason given, or that there is none."""
    return one.reason or _("The operator gives no reason.")


def _when(one: Departure) -> str:
    if one.since is not None:
        return f"{one.since.isoformat()} –"
    begun = exact(one.from_at) if one.from_at else "—"
    ended = exact(one.until_at) if one.until_at else _("until now")
    return f"{begun} – {ended}"


def _rests(report: Report) -> Iterator[tuple[str, str]]:
    exposure = report.exposure
    yield _("As of"), exact(exposure.as_of)
    yield (
        _("Counted"),
        _(
            "Rate = met / (met + late + overdue). Cancelled clocks, those open in time, provisional and"
            " imported ones are listed apart and count for nothing."
        ),
    )
    yield _("Calendar"), exposure.calendar
    if exposure.provisional_years:
        yield _("no arrangement published yet:"), ", ".join(map(str, exposure.provisional_years))
    yield (
        _("Rulebooks in force"),
        ", ".join(f"{book} {digest}" for book, digest in exposure.rulebooks.items()),
    )
    yield _("Program"), exposure.program
