"""What a file is, by its content. The name and the type that the sender claims decide nothing."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from bihuan.evidence.errors import FileType, FileUnsafe

HEAD: Final = 4096
"""Bytes that ``media_type_of`` wants to see (fewer where the file is shorter)."""
MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """An accepted form of file: its extension, limit in bytes, and how a browser may show it."""

    media_type: str
    extension: str
    limit: int
    group: str


FORMS: Final = {
    form.media_type: form
    for form in (
        Form("image/jpeg", "jpg", 25 * MB, "image"),
        Form("image/png", "png", 25 * MB, "image"),
        Form("image/webp", "webp", 25 * MB, "image"),
        Form("image/gif", "gif", 10 * MB, "image"),
        Form("application/pdf", "pdf", 50 * MB, "pdf"),
        Form("video/mp4", "mp4", 500 * MB, "video"),
        Form("video/quicktime", "mov", 500 * MB, "video"),
        Form("video/webm", "webm", 500 * MB, "video"),
        Form("audio/mp4", "m4a", 100 * MB, "audio"),
        Form("audio/mpeg", "mp3", 100 * MB, "audio"),
        Form("audio/wav", "wav", 100 * MB, "audio"),
        Form("audio/ogg", "ogg", 100 * MB, "audio"),
        Form("text/plain", "txt", 2 * MB, "text"),
        Form("text/plain;charset=gb18030", "txt", 2 * MB, "text"),
    )
}

_MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-1.", "application/pdf"),
    (b"%PDF-2.", "application/pdf"),
    (b"OggS\x00", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
_REFUSED: Final = (
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
    (b"#!", "script"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xca\xfe\xba\xbe", "mach-o"),
    (b"\xcf\xfa\xed\xfe", "mach-o"),
    (b"\xce\xfa\xed\xfe", "mach-o"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "postscript"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
)
_BRANDS: Final = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    **dict.fromkeys(
        (
            b"isom",
            b"iso2",
            b"iso4",
            b"iso5",
            b"iso6",
            b"mp41",
            b"mp42",
            b"avc1",
            b"M4V ",
            b"MSNV",
            b"dash",
            b"3gp4",
            b"3gp5",
            b"3gp6",
        ),
        "video/mp4",
    ),
}
_HEIC: Final = frozenset((b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"))
_MARKUP: Final = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|meta|\?xml|\?php|%)", re.IGNORECASE
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def form_of(head: bytes) -> Form:
    """The accepted form whose content begins so. Raises FileType, or FileUnsafe for markup."""
    return FORMS[_media_type(head)]


def _media_type(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return _brand(head[8:12])
    if head[:4] == b"RIFF":
        return _riff(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return _matroska(head)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6):
        return "audio/mpeg"
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    for magic, found in _REFUSED:
        if head.startswith(magic):
            raise FileType(field="file", found=found)
    return _text(head)


def _brand(brand: bytes) -> str:
    if brand in _HEIC:
        raise FileType(
            field="file",
            found="heic",
            remedy="Set the camera to “most compatible” (JPEG), or send a screenshot of the picture.",
        )
    if brand not in _BRANDS:
        raise FileType(field="file", found="mp4 variant")
    return _BRANDS[brand]


def _riff(form: bytes) -> str:
    found = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(form)
    if found is None:
        raise FileType(field="file", found="riff")
    return found


def _matroska(head: bytes) -> str:
    if b"\x42\x82\x84webm" not in head[:64]:
        raise FileType(field="file", found="matroska")
    return "video/webm"


def _text(head: bytes) -> str:
    for encoding, media_type in (("utf-8-sig", "text/plain"), ("gb18030", "text/plain;charset=gb18030")):
        try:
            text = codecs.getincrementaldecoder(encoding)("strict").decode(head)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            refuse_markup(head)
            return media_type
    raise FileType(field="file", found="unknown")


def refuse_markup(text: bytes) -> None:
    """Raise FileUnsafe where a text is, or opens as, HTML, SVG, XML or a server page."""
    if _MARKUP.search(text):
        raise FileUnsafe(field="file", found="html or svg")


def check_text(content: bytes, media_type: str) -> None:
    """Raise FileType or FileUnsafe unless the whole content is plain text of the sniffed encoding."""
    encoding = "gb18030" if media_type.endswith("gb18030") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise FileType(field="file", found="unknown") from None
    if _CONTROL.search(text):
        raise FileType(field="file", found="binary")
    refuse_markup(content)
