"""What a browser is sent is compressed: pages when they are made, static files once, when the program starts.

Only texts are compressed. Evidence, bundles and spreadsheets are packed already, and a stream is not held up.
"""

from __future__ import annotations

import gzip
import logging
import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

log = logging.getLogger(__name__)
TEXTS: Final = frozenset(
    {
        "application/javascript", "application/json", "application/problem+json", "application/x-ndjson",
        "image/svg+xml", "text/css", "text/csv", "text/html", "text/javascript", "text/plain",
    }
)  # fmt: skip
SMALL: Final = 200
"""Bytes below which compressing a file gains nothing."""


class CompressedPages(GZipMiddleware):
    """Django's own compression, with its guard against guessing secrets from lengths, for texts only."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or kind_of(response.headers) not in TEXTS:
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed


class CompressedFiles(WhiteNoiseMiddleware):
    """Static files with a packed copy beside the home's own files; without one where it cannot be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.packed = Path(settings.HOME) / "packed"
        super().__init__(get_response)

    def get_static_file(self, path: str, url: str, stat_cache: Mapping[str, Any] | None = None) -> StaticFile:
        plain = super().get_static_file(path, url, stat_cache)
        headers = dict(plain.alternatives[-1][2])
        if kind_of(headers) not in TEXTS or os.stat(path).st_size < SMALL:
            return plain
        copy = self._copy(path)
        headers.pop("Content-Length")
        return StaticFile(path, list(headers.items()), encodings={"gzip": str(copy)}) if copy else plain

    def _copy(self, path: str) -> Path | None:
        """The packed copy of this file as it is now; named by where it is from, how long and how old it is.

        None where it cannot be written.
        """
        known = os.stat(path)
        name = sha256(f"{path} {known.st_size} {known.st_mtime_ns}".encode()).hexdigest()[:32]
        copy = self.packed / f"{name}.gz"
        if not copy.exists():
            try:
                self._write(copy, gzip.compress(Path(path).read_bytes(), 9, mtime=0))
            except OSError as error:
                log.warning("%s stays uncompressed: %s", path, error)
                return None
        return copy

    def _write(self, copy: Path, content: bytes) -> None:
        """Whole or not at all: several processes start at once."""
        self.packed.mkdir(parents=True, exist_ok=True)
        part = copy.with_suffix(f".{os.getpid()}")
        part.write_bytes(content)
        part.replace(copy)


def kind_of(headers: Mapping[str, str]) -> str:
    """The type without its parameters."""
    return headers.get("Content-Type", "").partition(";")[0].strip()
