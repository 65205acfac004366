"""The books to take away: every leg as a row, as CSV piece by piece or as an Excel file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.cases.labels import label, language
from bihuan.ledger.models import Leg, Posting
from bihuan.ledger.queries import Balance

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int
Numbers = Callable[[Sequence[Posting]], Mapping[UUID, str]]
"""Case → its number, for those of a piece that the reader may see."""


@dataclass(frozen=True, slots=True)
class Names:
    """What merchants and carriers are called, and how cases are numbered."""

    owners: Mapping[UUID, str]
    numbers: Numbers


def heads() -> list[str]:
    """The columns; debit, credit are the seventh and eighth."""
    return [
        _("Posting"), _("Booked"), _("Happened"), _("What"), _("Account"), _("Merchant or carrier"),
        _("Debit (yuan)"), _("Credit (yuan)"), _("Case"), _("Order"), _("Reference"), _("Reverses"),
    ]  # fmt: skip


def rows(pieces: Iterable[Sequence[Posting]], names: Names) -> Iterator[list[Cell]]:
    """A row for each leg; amounts in fen."""
    for piece in pieces:
        numbers = names.numbers(piece)
        for posting in piece:
            for leg in posting.legs.all():
                yield _row(posting, leg, names.owners, numbers)


def written_csv(found: Iterable[list[Cell]]) -> Iterator[str]:
    """Lines for a spreadsheet program: with a mark of UTF-8, no cell read as a formula."""
    yield "\ufeff" + _line(heads())
    for row in found:
        yield _line([_yuan(cell) if isinstance(cell, int) else _plain(cell) for cell in row])


def written_xlsx(found: Iterable[list[Cell]], balances: Sequence[Balance], title: str) -> bytes:
    """Two sheets: the balances, the entries."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": title})
    bold, sums = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
    standing = book.add_worksheet(_("Balances"))
    columns = [_("Account"), _("Merchant or carrier"), _("Debit (yuan)"), _("Credit (yuan)"), _("Balance")]
    standing.write_row(0, 0, columns, bold)
    standing.set_column(0, 1, 22)
    standing.set_column(2, 4, 16)
    for number, one in enumerate(balances, start=1):
        standing.write_row(number, 0, [word("account", one.kind), one.name])
        for column, fen in enumerate((one.debit_fen, one.credit_fen, one.fen), start=2):
            standing.write_number(number, column, fen / 100, sums)
    entries = book.add_worksheet(_("Entries"))
    entries.write_row(0, 0, heads(), bold)
    entries.set_column(0, 11, 16)
    entries.freeze_panes(1, 0)
    for number, row in enumerate(found, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                entries.write_number(number, column, cell / 100, sums)
            else:
                entries.write_string(number, column, cell)
    book.close()
    return file.getvalue()


def word(group: str, code: str) -> str:
    """A code in the language of the page."""
    return label(group, code, language())


def exact(value: datetime) -> str:
    """A point in time in China to the second."""
    return f"{value.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}"


def _row(posting: Posting, leg: Leg, owners: Mapping[UUID, str], numbers: Mapping[UUID, str]) -> list[Cell]:
    account, fen = leg.account, leg.amount_fen
    owner = owners.get(account.owner_id, "") if account.owner_id else ""
    return [
        str(posting.pk),
        exact(posting.booked_at),
        exact(posting.occurred_at),
        word("posting", posting.what),
        word("account", account.kind),
        owner,
        fen if fen > 0 else "",
        -fen if fen < 0 else "",
        numbers.get(posting.case_id, "") if posting.case_id else "",
        posting.order_number,
        posting.reference,
        str(posting.reverses_id or ""),
    ]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
