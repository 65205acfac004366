"""Texts leave compressed where the browser takes it, static files as a packed copy; the rest as it is."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from bihuan.project.compression import CompressedFiles, CompressedPages

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.mark.django_db
def test_a_page_and_a_stylesheet_come_packed_and_say_so() -> None:
    page = Client().get("/promises", headers=PACKED)
    assert (page["Content-Encoding"], "Accept-Encoding" in page["Vary"]) == ("gzip", True)
    assert b"<html" in gzip.decompress(page.content)[:200]
    style = Client().get("/static/bihuan/bihuan.css", headers=PACKED)
    assert (style["Content-Encoding"], style["Vary"]) == ("gzip", "Accept-Encoding")
    packed = b"".join(style.streaming_content)
    assert int(style["Content-Length"]) == len(packed) < 4000
    assert b".bh-top" in gzip.decompress(packed)


@pytest.mark.django_db
def test_who_does_not_take_it_gets_it_plain() -> None:
    page, style = Client().get("/promises"), Client().get("/static/bihuan/bihuan.css")
    assert "Content-Encoding" not in page.headers
    assert b"<html" in page.content[:200]
    assert "Content-Encoding" not in style.headers
    assert b".bh-top" in b"".join(style.streaming_content)


@pytest.mark.django_db
def test_a_file_that_did_not_change_is_not_sent_again() -> None:
    first = Client().get("/static/bihuan/bihuan.css", headers=PACKED)
    again = Client().get("/static/bihuan/bihuan.css", headers={**PACKED, "If-None-Match": first["ETag"]})
    assert (again.status_code, b"".join(again.streaming_content)) == (304, b"")


@pytest.mark.parametrize("kind", ["image/jpeg", "application/zip", "application/pdf"])
def test_what_is_packed_already_is_left_alone(kind: str) -> None:
    request = RequestFactory().get("/", headers=PACKED)
    answer = CompressedPages(lambda _: HttpResponse(b"x" * 1000, content_type=kind))(request)
    assert (answer.content, "Content-Encoding" in answer.headers) == (b"x" * 1000, False)


def test_a_stream_is_not_held_up() -> None:
    request = RequestFactory().get("/", headers=PACKED)
    answer = CompressedPages(lambda _: StreamingHttpResponse([b"x" * 1000], content_type="text/csv"))(request)
    assert "Content-Encoding" not in answer.headers


def test_a_home_that_cannot_be_written_serves_plain_files(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "file"
    settings.HOME.write_text("no folder")
    answer = CompressedFiles(lambda _: HttpResponse())(
        RequestFactory().get("/static/bihuan/bihuan.css", headers=PACKED)
    )
    assert (answer.status_code, "Content-Encoding" in answer.headers) == (200, False)
