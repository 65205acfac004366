"""The report to take away: the same question, the same instant, as a spreadsheet and as paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.compliance import exporting, queries, spreadsheet
from bihuan.compliance.exporting import Document
from bihuan.compliance.figures import NOBODY, By
from bihuan.compliance.labels import word
from bihuan.compliance.pages import asking, site
from bihuan.compliance.pages.asking import Question
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.engine.errors import Invalid
from bihuan.journal.time import now
from bihuan.norms import queries as norms


@page_permission(P.READ)
@require_safe
def xlsx(request: HttpRequest) -> HttpResponse:
    """As an Excel file."""
    found = _document(request)
    return _file(spreadsheet.written(found), spreadsheet.MEDIA_TYPE, f"{found.name}.xlsx")


@page_permission(P.READ)
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """As PDF. Raises Unavailable where the server has no font with Chinese signs."""
    found = _document(request)
    # loaded by the first who asks: the PDF library takes 25 MB of every process that carries it
    written = import_string("bihuan.compliance.paper.written")
    return _file(written(found), "application/pdf", f"{found.name}.pdf")


def _document(request: HttpRequest) -> Document:
    actor = signed_in(request)
    question = asking.read(request.GET, now())
    for field, text in question.errors.items():
        raise Invalid(text, field=field, remedy="Go back to the report and follow its link again.")
    report = queries.conformity(
        actor=actor,
        start=question.start,
        end=question.end,
        at=question.at,
        by=question.by,
        filters=question.filters,
    )
    groups = {line.group_id for line in report.lines if line.group_id}
    return exporting.document(
        report,
        titles={found.book.id: found.book.header["title"] for found in norms.books()},
        names=site.names(f"{question.by}_id", groups) if question.by is not By.CLAUSE else {},
        narrowed=_narrowed(question),
    )


def _narrowed(question: Question) -> list[str]:
    """To what the report is narrowed, in words."""
    filters, found = question.filters, []
    for column in ("merchant_id", "team_id"):
        wanted = getattr(filters, column)
        if wanted is not None:
            name = "" if wanted == NOBODY else site.names(column, [wanted]).get(wanted, "")
            found.append(f"{word('group', column.removesuffix('_id'))} {name or '—'}")
    found += [] if filters.book is None else [filters.book]
    return [*found, *filters.clause_ids]


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
