"""A document of tables as an Excel file: one sheet a table, figures as numbers, words never as formulas."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.compliance.exporting import Cell, Document, Table

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST: Final = 31
"""Signs of a sheet's name."""


def written(document: Document) -> bytes:
    """The bytes of the file."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": document.title})
    styles = _Styles(book)
    _cover(book, document, styles)
    taken: set[str] = set()
    for table in document.tables:
        _sheet(book.add_worksheet(_name(table.title, taken)), document, table, styles)
    book.close()
    return file.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.about = book.add_format({"font_color": "#555555"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.word = book.add_format({"text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.rate = book.add_format({"num_format": "0.0%", "valign": "top"})
        self.sum_word = book.add_format({"bold": True, "top": 1})
        self.sum_count = book.add_format({"bold": True, "top": 1, "num_format": "#,##0"})
        self.sum_rate = book.add_format({"bold": True, "top": 1, "num_format": "0.0%"})


def _cover(book: Any, document: Document, styles: _Styles) -> None:
    sheet = book.add_worksheet(_("Report"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, document.title, styles.title)
    row = 1
    for line in document.about:
        sheet.write_string(row, 0, line, styles.about)
        row += 1
    for name, value in document.rests:
        row += 1
        sheet.write_string(row, 0, name, styles.word)
        sheet.write_string(row, 1, value, styles.word)


def _sheet(sheet: Any, document: Document, table: Table, styles: _Styles) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, table.title, styles.title)
    sheet.write_string(1, 0, document.title, styles.about)
    for column, head in enumerate(table.heads):
        sheet.write_string(3, column, head, styles.head)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.set_column(0, 0, 24 if table.texts == 1 else 16)
    if table.texts > 1:
        sheet.set_column(1, table.texts - 1, 44 if table.texts == 2 else 28)
    for number, row in enumerate(table.rows):
        last = table.summed and number == len(table.rows) - 1
        for column, cell in enumerate(row):
            _write(sheet, 4 + number, column, cell, styles, last)


def _write(sheet: Any, row: int, column: int, cell: Cell, styles: _Styles, is_sum: bool) -> None:
    if cell is None:
        sheet.write_string(row, column, "—", styles.sum_word if is_sum else styles.word)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, styles.sum_word if is_sum else styles.word)
    elif isinstance(cell, Fraction):
        sheet.write_number(row, column, float(cell), styles.sum_rate if is_sum else styles.rate)
    else:
        sheet.write_number(row, column, cell, styles.sum_count if is_sum else styles.count)


def _name(title: str, taken: set[str]) -> str:
    """A name that Excel takes and that stands once."""
    plain = _FORBIDDEN.sub(" ", title).strip() or "1"
    name, number = plain[:_LONGEST], 2
    while name.casefold() in taken:
        suffix = f" {number}"
        name, number = f"{plain[: _LONGEST - len(suffix)]}{suffix}", number + 1
    taken.add(name.casefold())
    return name
