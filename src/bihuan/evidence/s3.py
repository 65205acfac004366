"""A store in S3 or anything that speaks its protocol. Needs the extra: ``pip install bihuan[s3]``.

Address, region and keys come from boto3's own variables (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID …).
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from bihuan.engine.errors import NotFound, Unavailable

_IN_MEMORY: Final = 8 << 20


class S3Store:
    """Objects ``<prefix>ab/cd/<sha256>``; give the bucket versioning or object lock against deletion."""

    name = "s3"

    def __init__(self, client: Any, bucket: str, prefix: str, errors: tuple[type[Exception], ...]) -> None:
        self.client, self.bucket, self.prefix, self.errors = client, bucket, prefix, errors

    def put(self, staged: Path, sha256: str) -> None:
        """Written again even where it exists: that renews its date, which clean-up goes by."""
        try:
            self.client.upload_file(str(staged), self.bucket, self._key(sha256))
        except self.errors as error:
            raise Unavailable(service="S3") from error

    def open(self, sha256: str) -> BinaryIO:
        """A local temporary copy, so that it can be sought in."""
        copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
        try:
            self.client.download_fileobj(self.bucket, self._key(sha256), copy)
        except self.errors as error:
            copy.close()
            if _status(error) == "404":
                raise NotFound(kind="evidence file", id=sha256) from None
            raise Unavailable(service="S3") from error
        copy.seek(0)
        return copy  # type: ignore[return-value]

    def discard(self, sha256: str, *, before: datetime) -> bool:
        try:
            found = self.client.head_object(Bucket=self.bucket, Key=self._key(sha256))
            if found["LastModified"] >= before:
                return False
            self.client.delete_object(Bucket=self.bucket, Key=self._key(sha256))
        except self.errors as error:
            if _status(error) == "404":
                return False
            raise Unavailable(service="S3") from error
        return True

    def older(self, before: datetime) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        for page in pages:
            for found in page.get("Contents", ()):
                if found["LastModified"] < before:
                    yield found["Key"].rsplit("/", 1)[-1]

    def _key(self, sha256: str) -> str:
        return f"{self.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"


def connect(address: str) -> S3Store:
    """The store at ``s3://bucket/prefix``. Raises Unavailable without boto3 or with another address."""
    try:
        boto3 = importlib.import_module("boto3")
        core = importlib.import_module("botocore.exceptions")
        transfer = importlib.import_module("boto3.exceptions")
    except ImportError:
        raise Unavailable(
            "Evidence lies in S3 but the client for it is not installed.",
            service="S3",
            remedy="Install it: pip install 'bihuan[s3]', or unset BIHUAN_EVIDENCE_S3.",
        ) from None
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise Unavailable(
            "BIHUAN_EVIDENCE_S3 is not an address of the form s3://bucket/prefix.",
            service="S3",
            remedy="Correct the setting and restart.",
        )
    prefix = parts.path.strip("/")
    errors = (core.BotoCoreError, core.ClientError, transfer.Boto3Error)
    return S3Store(boto3.client("s3"), parts.netloc, f"{prefix}/" if prefix else "", errors)


def _status(error: Exception) -> str:
    response = getattr(error, "response", {})
    code = str(response.get("Error", {}).get("Code", ""))
    return "404" if code in ("404", "NoSuchKey", "NotFound") else code
