"""A document of tables as PDF, with the signs that it needs of a Chinese font of the server embedded.

The font is ``BIHUAN_PDF_FONT`` (a .ttf, .otf or .ttc) or the first known one that is installed; without
one there is a clear refusal instead of a paper full of boxes, and the page itself still prints.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from fontTools.ttLib import TTCollection, TTLibError
from fpdf import FPDF, FontFace
from fpdf.enums import WrapMode
from fpdf.errors import FPDFException

from bihuan.compliance.exporting import Cell, Document, Table, percent
from bihuan.compliance.labels import language
from bihuan.engine.errors import Unavailable

VARIABLE: Final = "BIHUAN_PDF_FONT"
KNOWN: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
"""Where systems keep a font with Chinese signs."""
_FAMILY: Final = "chinese"
_WANTED: Final = "SC"
_PAPER, _GREY, _RULE = (246, 247, 245), (91, 107, 105), (223, 228, 224)
_FIRST: Final = {1: (70,), 2: (26, 90), 5: (24, 60, 62, 62, 69)}
"""Widths in millimetres of the columns of words, by their number; the counts share what is left."""
_WIDTH: Final = 277


class NoFont(Unavailable):
    """There is no font with Chinese signs on the server."""

    code = "pdf.no_font"
    message = "No PDF can be made: the server has no font with Chinese signs."
    remedy = (
        "Install one (Debian: apt install fonts-noto-cjk) or name one in BIHUAN_PDF_FONT. The Excel file"
        " needs none, and the page itself prints well from the browser."
    )


def written(document: Document) -> bytes:
    """The bytes of the file. Raises NoFont."""
    paper = _Paper(document)
    try:
        paper.add_font(_FAMILY, fname=str(font()), collection_font_number=_number(font()))
    except (FPDFException, TTLibError, OSError, ValueError) as error:
        raise NoFont from error
    paper.set_title(document.title)
    paper.set_lang("en" if language() == "en" else "zh-CN")
    paper.set_font(_FAMILY, size=9)
    paper.add_page()
    _head(paper, document)
    for table in document.tables:
        _table(paper, table)
    _rests(paper, document)
    return bytes(paper.output())


def font() -> Path:
    """The font to use. Raises NoFont."""
    named = os.environ.get(VARIABLE)
    found = next((path for path in map(Path, [named] if named else KNOWN) if path.is_file()), None)
    if found is None:
        raise NoFont
    return found


class _Paper(FPDF):
    """A landscape A4 page with the title and the number of the page below."""

    def __init__(self, document: Document) -> None:
        super().__init__(orientation="L", format="A4")
        self.document = document
        self.set_margins(10, 10, 10)
        self.set_auto_page_break(True, 14)

    def footer(self) -> None:
        self.set_y(-11)
        self.set_font(_FAMILY, size=7)
        self.set_text_color(*_GREY)
        self.cell(0, 5, f"{self.document.title} · {self.page_no()} / {{nb}}", align="C")
        self.set_text_color(0, 0, 0)


def _head(paper: FPDF, document: Document) -> None:
    paper.set_font(_FAMILY, size=15)
    paper.cell(0, 9, document.title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FAMILY, size=9)
    paper.set_text_color(*_GREY)
    for line in document.about:
        paper.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(0, 0, 0)


def _table(paper: FPDF, table: Table) -> None:
    if paper.will_page_break(30):
        paper.add_page()
    paper.ln(4)
    paper.set_font(_FAMILY, size=11)
    paper.multi_cell(0, 6, table.title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FAMILY, size=8)
    paper.set_draw_color(*_RULE)
    widths, aligns = _widths(table), _aligns(table)
    with paper.table(
        col_widths=widths,
        width=sum(widths),
        align="LEFT",
        text_align=aligns,
        line_height=4.5,
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="", color=_GREY, fill_color=_PAPER),
    ) as made:
        made.row(table.heads)
        for row in table.rows:
            made.row([_words(cell) for cell in row])


def _widths(table: Table) -> tuple[float, ...]:
    words = _FIRST[table.texts]
    counts = len(table.heads) - table.texts
    if not counts:
        return (*words[:-1], _WIDTH - sum(words[:-1]))
    return (*words, *[min((_WIDTH - sum(words)) / counts, 24)] * counts)


def _aligns(table: Table) -> tuple[str, ...]:
    return (*["LEFT"] * table.texts, *["RIGHT"] * (len(table.heads) - table.texts))


def _words(cell: Cell) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, Fraction):
        return percent(cell)
    return cell if isinstance(cell, str) else f"{cell:,}"


def _rests(paper: FPDF, document: Document) -> None:
    if paper.will_page_break(40):
        paper.add_page()
    paper.ln(4)
    paper.set_font(_FAMILY, size=11)
    paper.cell(0, 6, _("What these figures rest on"), new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FAMILY, size=7)
    for name, value in document.rests:
        paper.multi_cell(0, 4, f"{name}  {value}", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)


@cache
def _number(path: Path) -> int:
    """The place of the simplified Chinese face in a collection."""
    if path.suffix.lower() != ".ttc":
        return 0
    with TTCollection(str(path), lazy=True) as faces:
        names: Sequence[Any] = [face["name"].getDebugName(4) or "" for face in faces.fonts]
    return next((place for place, name in enumerate(names) if _WANTED in str(name).split()), 0)
