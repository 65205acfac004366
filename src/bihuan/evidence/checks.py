"""Checks of a whole file that was received, beyond its first bytes."""

from __future__ import annotations

import mmap
import os
import re
import shutil
from pathlib import Path
from typing import BinaryIO, Final

from bihuan.evidence.boxes import blank_metadata, check_boxes
from bihuan.evidence.errors import FileBroken, FileUnsafe
from bihuan.evidence.pictures import strip_picture
from bihuan.evidence.sniff import Form, check_text

_ZIP_END: Final = b"PK\x05\x06"
_ZIP_TAIL: Final = 65536 + 22
_PDF_END: Final = 2048
# long names only: a short one such as /JS stands by chance in compressed data
_PDF_ACTIVE: Final = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)(?![A-Za-z0-9])"
)
_PDF_ESCAPE: Final = re.compile(rb"/[A-Za-z]*#[0-9A-Fa-f]{2}[A-Za-z#0-9]*")


def check_whole(path: Path, form: Form) -> None:
    """Raise a FileRefused unless the file is wholly what its first bytes say."""
    with path.open("rb") as file:
        _refuse_hidden_zip(file)
        if form.group == "text":
            check_text(file.read(), form.media_type)
        elif form.group == "pdf":
            _check_pdf(file)
        elif form.media_type in ("video/mp4", "video/quicktime", "audio/mp4"):
            check_boxes(file, form.media_type)
        elif form.media_type == "audio/wav":
            _check_riff(file, form)


def make_public(path: Path, copy: Path, form: Form) -> bool:
    """Write the copy that others see; False where the form has none and others see the file itself."""
    if form.group == "image":
        with path.open("rb") as source, copy.open("xb") as target:
            strip_picture(source, target, form)
        return True
    if form.media_type in ("video/mp4", "video/quicktime", "audio/mp4"):
        with path.open("rb") as source, copy.open("xb+") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            found = blank_metadata(target)
        if not found:
            copy.unlink()
        return found
    return False


def _refuse_hidden_zip(file: BinaryIO) -> None:
    """An archive may hide behind any other content: its directory stands at the end."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _ZIP_TAIL)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_ZIP_END)
    if at >= 0 and len(tail) - at >= 22:
        comment = int.from_bytes(tail[at + 20 : at + 22], "little")
        if at + 22 + comment == len(tail):
            raise FileUnsafe(field="file", found="zip archive behind the content")
    file.seek(0)


def _check_pdf(file: BinaryIO) -> None:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.rfind(b"%%EOF", max(0, len(content) - _PDF_END)) < 0:
            raise FileBroken(field="file", media_type="application/pdf")
        if _PDF_ACTIVE.search(content):
            raise FileUnsafe(field="file", found="script or attachment in the PDF")
        for name in _PDF_ESCAPE.finditer(content):
            plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), name[0])
            if _PDF_ACTIVE.match(plain):
                raise FileUnsafe(field="file", found="script or attachment in the PDF")


def _check_riff(file: BinaryIO, form: Form) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(4)
    said = int.from_bytes(file.read(4), "little") + 8
    if said not in (size, size - 1, 0xFFFFFFFF + 8, 8):
        raise FileBroken(field="file", media_type=form.media_type)
