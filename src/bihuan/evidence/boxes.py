"""The boxes of an MP4 or QuickTime file: whether they fit together, and where metadata stands in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Final

from bihuan.evidence.errors import FileBroken

_CONTAINERS: Final = frozenset((b"moov", b"trak", b"mdia", b"minf"))
_METADATA: Final = frozenset((b"udta", b"meta", b"uuid"))
_MOST: Final = 10_000


def check_boxes(file: BinaryIO, media_type: str) -> None:
    """Raise FileBroken unless the top boxes fill the file exactly and there is a ``moov`` or ``moof``."""
    try:
        kinds = {kind for kind, _, _ in _walk(file, 0, _size(file))}
    except ValueError:
        kinds = set()
    if not kinds & {b"moov", b"moof"}:
        raise FileBroken(field="file", media_type=media_type)


def blank_metadata(file: BinaryIO) -> bool:
    """Overwrite place, device and author boxes with empty ``free`` boxes of the same size.

    The offsets of sound and picture stay right because nothing moves. True when there was any.
    The file must be open for reading and writing and must have passed ``check_boxes``.
    """
    spots = list(_metadata(file, 0, _size(file)))
    for start, end, header in spots:
        file.seek(start + 4)
        file.write(b"free")
        file.seek(start + header)
        _zeros(file, end - start - header)
    return bool(spots)


def _metadata(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    position = start
    for kind, box_end, header in _walk(file, start, end):
        if kind in _METADATA:
            yield position, box_end, header
        elif kind in _CONTAINERS:
            yield from _metadata(file, position + header, box_end)
        position = box_end


def _walk(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, end and header size of each box in [start, end). Raises ValueError where they do not fit."""
    for _ in range(_MOST):
        if start == end:
            return
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            raise ValueError("cut off")
        size, header = int.from_bytes(head[:4]), 8
        if size == 1:
            size, header = int.from_bytes(head[8:16]), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise ValueError("box too large")
        yield head[4:8], start + size, header
        start += size
    raise ValueError("too many boxes")


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _zeros(file: BinaryIO, count: int) -> None:
    block = bytes(65536)
    while count > 0:
        count -= file.write(block[: min(count, len(block))])
