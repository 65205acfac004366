"""The evidence of a case as one ZIP file whose bytes depend on nothing but the evidence."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from typing import Any, BinaryIO, Final
from uuid import UUID

from bihuan.evidence.errors import Damaged
from bihuan.evidence.models import Blob, Item
from bihuan.evidence.queries import open_blob
from bihuan.evidence.storage import CHUNK
from bihuan.journal.events import at_text

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_FORMAT: Final = 1


def write_bundle(case_id: UUID, items: Sequence[Item], *, original: bool) -> BinaryIO:
    """A temporary file at its start. Raises Damaged where a file does not match its digest."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            manifest = [_add(archive, n, item, original) for n, item in enumerate(items, 1)]
            body = {"format": _FORMAT, "case": str(case_id), "original": original, "items": manifest}
            text = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True)
            archive.writestr(_entry("manifest.json"), text.encode() + b"\n")
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _add(archive: zipfile.ZipFile, number: int, item: Item, original: bool) -> dict[str, Any]:
    shown = item.blob if original or item.public is None else item.public
    name = f"{number:03d}-{shown.sha256[:12]}.{item.name.rsplit('.', 1)[-1]}"
    _copy(archive, name, shown, item)
    return {
        "id": str(item.id),
        "file": name,
        "name": item.name,
        "sha256": shown.sha256,
        "size": shown.size,
        "original_sha256": item.blob_id,
        "original_size": item.blob.size,
        "stripped": shown.sha256 != item.blob_id,
        "media_type": shown.media_type,
        "party": item.party,
        "source": item.source,
        "uploader": {"kind": item.uploader_kind, "reference": str(item.uploader_id)},
        "uploaded_at": at_text(item.uploaded_at),
        "claimed_at": at_text(item.claimed_at) if item.claimed_at else None,
        "sealed_at": at_text(item.sealed_at) if item.sealed_at else None,
    }


def _copy(archive: zipfile.ZipFile, name: str, blob: Blob, item: Item) -> None:
    sha = hashlib.sha256()
    with open_blob(blob) as source, archive.open(_entry(name), "w", force_zip64=True) as target:
        while block := source.read(CHUNK):
            sha.update(block)
            target.write(block)
    if sha.hexdigest() != blob.sha256:
        raise Damaged(id=str(item.id))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
