"""The report of an incident: who got what, one line an order; CSV as a stream, Excel as a file."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import IO, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.cases.labels import label, language
from bihuan.engine.errors import NotFound
from bihuan.incidents import actions, queries
from bihuan.incidents.models import Incident
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.queries import Line
from bihuan.journal.time import now

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMS: Final = ("csv", "xlsx")
_ONLY: Final = ("", "unreached", "owed")


@page_permission(May.EXPORT)
@require_safe
def report(request: HttpRequest, incident_id: UUID, form: str) -> HttpResponse:
    """Every order of the list, or only who was not reached, or what the marketplace owes (``?only=``)."""
    actor, only = signed_in(request), request.GET.get("only", "")
    if form not in _FORMS or only not in _ONLY:
        raise NotFound(kind="page", id=form[:20])
    incident = queries.get_for(actor, incident_id)
    lines = queries.lines(actor, incident, only=only)
    actions.note_export(incident_id=incident.id, form=form, actor=actor, at=now())
    rows = _rows(incident, lines, language())
    name = f"{incident.number}{'-' + only if only else ''}.{form}"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        kind = "text/csv; charset=utf-8"
        return StreamingHttpResponse(_csv(rows), content_type=kind, headers=headers)  # type: ignore[return-value]
    file = _excel(rows, incident.number)
    return FileResponse(file, content_type=_EXCEL, headers=headers)  # type: ignore[return-value]


def _rows(incident: Incident, lines: Iterator[Line], lang: str) -> Iterator[Sequence[Any]]:
    yield (
        _("Order"), _("Person"), _("Telling"), _("Told at"), _("Channel"), _("Why not"), _("Paid (yuan)"),
        _("Currency"), _("Remedy"), _("Amount (yuan)"), _("Days"), _("Remedy so far"), _("Refund"),
        _("Why it failed"),
    )  # fmt: skip
    remedy = label("incident_remedy", incident.remedy, lang)
    for line in lines:
        gets = line.issued != ""
        yield (
            line.number,
            str(line.person_id or ""),
            label("incident_told", line.told, lang),
            f"{line.told_at.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}" if line.told_at else "",
            label("channel", line.channel, lang),
            label("incident_why", line.why, lang) if line.why else "",
            line.paid_fen / 100,
            line.currency,
            remedy if gets else "",
            incident.amount_fen / 100 if gets else 0,
            incident.days if gets else 0,
            label("incident_issued", line.issued, lang) if gets else "",
            label("refund_state", line.refund_state, lang),
            line.remedy_code,
        )


def _csv(rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    yield "\ufeff"
    buffer = StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, start=1):
        writer.writerow([_safe(cell) for cell in row])
        if number % 500 == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _safe(cell: Any) -> Any:
    """Nothing that a spreadsheet would take for a formula."""
    risky = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if risky else cell


def _excel(rows: Iterator[Sequence[Any]], title: str) -> IO[bytes]:
    """Written row by row, so that a hundred thousand orders take little memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 13, 16)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    file.seek(0)
    return file
