"""Rows of a file that somebody else made: CSV or JSON lines, packed or not, in whatever encoding.

Shared by the commands that import. A row that can't be read is a ``BadRow`` with its line and the
reason; only a file that is no such file at all raises.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from bihuan.engine.errors import Invalid

GZIP: Final = b"\x1f\x8b"
PIECE: Final = 1 << 20
LONGEST: Final = 1 << 20
"""Characters of one line; more is no row of ours."""
MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` is where it begins, counted from 1."""

    line: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """``data``: as far as it can be told what stands in it."""

    line: int
    error: Invalid
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A file found to be readable: ``lines`` counts its line ends, for the progress."""

    path: Path
    packed: bool
    encoding: str
    form: str
    lines: int


class BadFile(Invalid):
    """A file that cannot be imported at all."""

    code = "import.file"
    message = "The file {file} cannot be imported: {why}."


@contextmanager
def opened(name: str) -> Iterator[Source]:
    """The file of this name, or standard input for ``-``, looked through once from end to end."""
    if name != "-":
        yield _looked_at(Path(name), name)
        return
    with tempfile.NamedTemporaryFile(prefix="bihuan-import-") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.flush()
        yield _looked_at(Path(kept.name), "standard input")


def rows(source: Source) -> Iterator[Row | BadRow]:
    """Every row in order; blank lines are passed over."""
    with _binary(source) as raw:
        text = io.TextIOWrapper(raw, encoding=source.encoding, newline="")
        yield from _json_rows(text) if source.form == "jsonl" else _csv_rows(text, source)


def _looked_at(path: Path, name: str) -> Source:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        source = Source(path, packed, "utf-8-sig", "", 0)
        encoding, lines, start = _scanned(source, name)
    except (OSError, EOFError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise BadFile(field="file", file=name, why=_reason(error)) from error
    if not start.strip():
        raise BadFile(field="file", file=name, why="it is empty")
    form = "jsonl" if start.lstrip("\ufeff \t\r\n").startswith("{") else "csv"
    return Source(path, packed, encoding, form, lines)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _scanned(source: Source, name: str) -> tuple[str, int, str]:
    """Encoding, number of line ends, and how the text begins."""
    decoders = {
        "utf-8-sig": codecs.getincrementaldecoder("utf-8-sig")(),
        "gb18030": codecs.getincrementaldecoder("gb18030")(),
    }
    starts: dict[str, str] = {}
    lines = 0
    with _binary(source) as raw:
        while True:
            piece = raw.read(PIECE)
            if not starts and piece.startswith(MARKS):
                raise BadFile(field="file", file=name, why="it is UTF-16 or UTF-32; save it as UTF-8")
            if b"\0" in piece:
                raise BadFile(field="file", file=name, why="it is no text")
            lines += piece.count(b"\n")
            for encoding in list(decoders):
                try:
                    text = decoders[encoding].decode(piece, final=not piece)
                    starts.setdefault(encoding, text[:4096])
                except UnicodeDecodeError:
                    del decoders[encoding]
            if not decoders:
                raise BadFile(field="file", file=name, why="it is neither UTF-8 nor GB18030")
            if not piece:
                encoding = next(iter(decoders))
                return encoding, lines, starts[encoding]


@contextmanager
def _binary(source: Source) -> Iterator[IO[bytes]]:
    with source.path.open("rb") as file:
        if not source.packed:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked  # type: ignore[misc]


def _json_rows(text: io.TextIOWrapper) -> Iterator[Row | BadRow]:
    for number, line in enumerate(_lines(text), 1):
        if line is None:
            yield _bad(number, "The line is longer than {most} characters.", most=LONGEST)
        elif line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row | BadRow:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return _bad(number, "The line is not JSON.")
    return Row(number, data) if isinstance(data, dict) else _bad(number, "The line is not a JSON object.")


def _lines(text: io.TextIOWrapper) -> Iterator[str | None]:
    """Lines; None for one that is too long."""
    while line := text.readline(LONGEST):
        if len(line) < LONGEST or line.endswith("\n"):
            yield line
            continue
        while (rest := text.readline(LONGEST)) and not rest.endswith("\n"):
            pass
        yield None


def _csv_rows(text: io.TextIOWrapper, source: Source) -> Iterator[Row | BadRow]:
    lines = (line if line is not None else "\n" for line in _lines(text))
    first = next(lines, "")
    separator = max(",;\t", key=first.count)
    header = [name.strip().lstrip("\ufeff") for name in next(csv.reader([first], delimiter=separator))]
    if len(set(header)) != len(header) or not all(header):
        raise BadFile(
            field="file", file=source.path.name, why="its first line does not name each column once"
        )
    yield from _csv_body(csv.reader(lines, delimiter=separator, strict=True), header)


def _csv_body(reader: Any, header: list[str]) -> Iterator[Row | BadRow]:
    width = len(header)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _bad(line, "The quotation marks of the line do not match, or a cell is too long.")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width:
            bad = _bad(
                line, "The line has {found} cells, the first one {named}.", found=len(cells), named=width
            )
            yield replace(bad, data=dict(zip(header, cells, strict=False)))
            continue
        yield Row(line, dict(zip(header, (cell.strip() for cell in cells), strict=True)))


def _bad(line: int, message: str, **data: Any) -> BadRow:
    return BadRow(line, Invalid(message, code="import.row", field="line", **data))


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most ``size``, in order."""
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
