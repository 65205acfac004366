"""Files that are not taken: a named reason, and nothing left behind."""

from __future__ import annotations

import io
import random
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from PIL import Image

from bihuan.engine.errors import Invalid, Unavailable
from bihuan.evidence import actions, errors, intake, pictures, sniff
from bihuan.evidence.models import Blob, Item
from bihuan.evidence.tests.conftest import files
from bihuan.evidence.tests.factories import AT, actor, archive, box, pdf, picture, video

pytestmark = pytest.mark.django_db


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header says more pixels than its few bytes hold."""
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    data = b"IDAT" + zlib.compress(bytes(100))
    chunks = [(len(c) - 4).to_bytes(4) + c + zlib.crc32(c).to_bytes(4) for c in (header, data, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


REFUSED: dict[str, tuple[bytes, type[Exception]]] = {
    "empty": (b"", errors.FileEmpty),
    "exe": (b"MZ\x90\x00" + bytes(200), errors.FileType),
    "elf": (b"\x7fELF" + bytes(200), errors.FileType),
    "script": (b"#!/bin/sh\nrm -rf /\n", errors.FileType),
    "zip": (archive(), errors.FileType),
    "gzip": (b"\x1f\x8b\x08" + bytes(50), errors.FileType),
    "office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), errors.FileType),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", errors.FileUnsafe),
    "html after spaces": (b" " * 3000 + b"<ScRiPt src=x>", errors.FileUnsafe),
    "html far behind": ("字".encode() * 3000 + b"<svg onload=alert(1)>", errors.FileUnsafe),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', errors.FileUnsafe),
    "php": (b"GIF?<?php system($_GET[0]); ?>", errors.FileUnsafe),
    "binary": (bytes(range(256)) * 4, errors.FileType),
    "text with binary behind": (b"hello\n" * 2000 + b"\x00\x01", errors.FileType),
    "heic": (box(b"ftyp", b"heic" + bytes(12)), errors.FileType),
    "picture cut off": (picture()[:-200], errors.FileBroken),
    "picture in name only": (b"\xff\xd8\xff" + b"x" * 500, errors.FileBroken),
    "picture with archive": (picture() + archive(), errors.FileUnsafe),
    "pdf with archive": (pdf() + archive(), errors.FileUnsafe),
    "film with archive": (video() + archive(), errors.FileUnsafe),
    "pdf without end": (pdf().replace(b"%%EOF", b"     "), errors.FileBroken),
    "pdf with script": (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), errors.FileUnsafe),
    "pdf with hidden script": (pdf(b"<< /S /J#61vaScript >>"), errors.FileUnsafe),
    "pdf with a file inside": (pdf(b"<< /EmbeddedFile 3 0 R >>"), errors.FileUnsafe),
    "pdf with a start of programs": (pdf(b"<< /S /Launch >>"), errors.FileUnsafe),
    "film cut off": (video()[:-100], errors.FileBroken),
    "film with a tail": (video() + b"<html>", errors.FileBroken),
    "film without content": (box(b"ftyp", b"isom" + bytes(8)), errors.FileBroken),
    "matroska": (b"\x1aE\xdf\xa3\x9fB\x82\x88matroska" + bytes(80), errors.FileType),
    "sound of wrong length": (b"RIFF\x10\x00\x00\x00WAVE" + bytes(500), errors.FileBroken),
    "pixel bomb": (png_claiming(60_000, 60_000), errors.FileUnsafe),
    "smaller pixel bomb": (png_claiming(9_000, 9_000), errors.FileUnsafe),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, root: Path) -> None:
    content, error = REFUSED[name]
    with pytest.raises(error) as caught:
        actions.upload(actor=actor(), at=AT, content=content, name="a.jpg", party="consumer")
    assert caught.value.remedy_text()  # type: ignore[attr-defined]
    assert (Item.objects.count(), Blob.objects.count(), files(root)) == (0, 0, [])


@pytest.mark.parametrize("text", ["你好\n第二行\t<3\r\n", "plain", "\ufeff带标记"])
def test_plain_text_is_taken(text: str) -> None:
    ref = actions.upload(actor=actor(), at=AT, content=text.encode(), name="a.bat", party="consumer")
    assert (ref.media_type, ref.name) == ("text/plain", "a.txt")


def test_chinese_text_of_an_old_computer_is_taken() -> None:
    content = "商家不退款，已经三天了。".encode("gb18030")
    ref = actions.upload(actor=actor(), at=AT, content=content, name="a", party="consumer")
    assert ref.media_type == "text/plain;charset=gb18030"


def test_text_cut_inside_a_character_by_the_first_block_is_taken() -> None:
    content = b"a" + "字".encode() * sniff.HEAD
    assert actions.upload(actor=actor(), at=AT, content=content, name="a", party="consumer").size == len(
        content
    )


def test_a_stream_is_read_no_further_than_its_limit(root: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            Endless.given += 1
            return (b"%PDF-1.7" if Endless.given == 1 else b"") + b" " * (1 << 20)

    with pytest.raises(errors.FileTooBig, match="50 MB"):
        actions.upload(actor=actor(), at=AT, content=Endless(), name="a", party="consumer")  # type: ignore[arg-type]
    assert Endless.given == 50
    assert files(root) == []


def test_too_many_moving_frames_are_a_pixel_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PIXELS", 1000)
    frames = [Image.new("RGB", (20, 20), (n * 50, 0, 0)) for n in range(5)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(errors.FileUnsafe, match="pixels"):
        actions.upload(actor=actor(), at=AT, content=out.getvalue(), name="a", party="consumer")


def test_a_full_disk_says_so(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    def full(_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(intake, "sync_file", full)
    with pytest.raises(Unavailable, match="disk full"):
        actions.upload(actor=actor(), at=AT, content=pdf(), name="a", party="consumer")
    assert (Item.objects.count(), files(root)) == (0, [])


@pytest.mark.parametrize(("field", "value"), [("party", "boss"), ("source", "moon")])
def test_unknown_codes_are_refused(field: str, value: str, root: Path) -> None:
    given = {"party": "consumer"} | {field: value}
    with pytest.raises(Invalid):
        actions.upload(actor=actor(), at=AT, content=pdf(), name="a", **given)  # type: ignore[arg-type]
    assert root.exists() is False


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.integers(0, 2**32), strategies.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "MP4", "PDF"]))
def test_damaged_files_are_refused_or_taken_but_never_crash(seed: int, kind: str) -> None:
    content = {"MP4": video, "PDF": pdf}.get(kind, lambda: picture(kind))()
    random_ = random.Random(seed)
    damaged = bytearray(content[: random_.randint(1, len(content))])
    for _ in range(random_.randint(0, 8)):
        damaged[random_.randrange(len(damaged))] = random_.randrange(256)
    with suppress(errors.FileRefused):
        actions.upload(actor=actor(), at=AT, content=bytes(damaged), name="a", party="consumer")
