"""Answering with a file: headers that let no browser run it, and pieces of a film on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from bihuan.evidence.queries import Opened
from bihuan.evidence.sniff import FORMS

_CHUNK: Final = 256 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")


def answer(opened: Opened, *, range_header: str = "", head: bool = False) -> HttpResponseBase:
    """200 with the whole file, 206 with a piece, or 416; pictures are shown, all else is saved."""
    piece = _piece(range_header, opened.size)
    if piece is None:
        opened.stream.close()
        return _dressed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{opened.size}"}), opened)
    start, end, partial = piece
    response: HttpResponseBase
    if head:
        opened.stream.close()
        response = HttpResponse()
    else:
        opened.stream.seek(start)
        response = StreamingHttpResponse(_blocks(opened.stream, end - start))
    response.status_code = 206 if partial else 200
    response["Content-Length"] = str(end - start)
    if partial:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{opened.size}"
    return _dressed(response, opened)


def _dressed(response: HttpResponseBase, opened: Opened) -> HttpResponseBase:
    form = FORMS[opened.media_type]
    media_type = "text/plain;charset=utf-8" if opened.media_type == "text/plain" else opened.media_type
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(form.group != "image", opened.name) or ""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Accept-Ranges"] = "bytes"
    return response


def _piece(header: str, size: int) -> tuple[int, int, bool] | None:
    """Start, end (exclusive) and whether it is a piece; None where it lies outside.

    Anything but one plain range is answered with the whole file, as the standard allows.
    """
    found = _RANGE.match(header.strip())
    if not found or not any(found.groups()):
        return 0, size, False
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end, True) if start < end else None


def _blocks(stream: BinaryIO, count: int) -> Iterator[bytes]:
    with stream:
        while count > 0 and (block := stream.read(min(_CHUNK, count))):
            count -= len(block)
            yield block
