"""Keeping a request with a file within bounds while it is still coming in."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from bihuan.evidence.errors import FileTooBig
from bihuan.evidence.sniff import FORMS, MB

MOST: Final = max(form.limit for form in FORMS.values()) + MB
"""Bytes of one request; the limit of each form is checked again when its content is known."""


class QuotaUploadHandler(FileUploadHandler):
    """Cuts a request off that is larger than any file may be, before it fills the disk."""

    seen = 0
    said = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 (Django's name)
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        self.said = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.said > MOST:
            self._stop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > MOST:
            self._stop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Another handler makes the file."""

    def _stop(self) -> None:
        if self.request is not None:
            self.request.bihuan_cut_off = True  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=True)


def require_whole(request: HttpRequest) -> None:
    """Raise FileTooBig for a request that was cut off."""
    if getattr(request, "bihuan_cut_off", False):
        raise FileTooBig(field="file", media_type="video/mp4", limit_mb=MOST // MB - 1)
