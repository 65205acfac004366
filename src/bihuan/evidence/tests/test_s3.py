"""The S3 store against a stand-in for its client, and what is said where the client is missing."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bihuan.engine.errors import NotFound, Unavailable
from bihuan.evidence import s3, storage

SHA = "ab" * 32
NOW = datetime.now(UTC)


class ClientError(Exception):
    def __init__(self, code: str) -> None:
        self.response = {"Error": {"Code": code}}


class Client:
    """Keeps objects in memory, as S3 would answer."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.down = False

    def upload_file(self, path: str, _: str, key: str) -> None:
        self._up()
        self.objects[key] = (Path(path).read_bytes(), NOW)

    def download_fileobj(self, _: str, key: str, target: Any) -> None:
        self._up()
        if key not in self.objects:
            raise ClientError("404")
        target.write(self.objects[key][0])

    def head_object(self, **given: str) -> dict[str, Any]:
        if given["Key"] not in self.objects:
            raise ClientError("404")
        return {"LastModified": self.objects[given["Key"]][1]}

    def delete_object(self, **given: str) -> None:
        del self.objects[given["Key"]]

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{}, {"Contents": [{"Key": k, "LastModified": v[1]} for k, v in self.objects.items()]}]

    def _up(self) -> None:
        if self.down:
            raise ClientError("503")


@pytest.fixture
def store(tmp_path: Path) -> s3.S3Store:
    made = s3.S3Store(Client(), "bucket", "evidence/", (ClientError,))
    (tmp_path / "x").write_bytes(b"content")
    made.put(tmp_path / "x", SHA)
    return made


def test_what_is_put_can_be_opened(store: s3.S3Store) -> None:
    assert list(store.client.objects) == [f"evidence/ab/ab/{SHA}"]
    assert store.open(SHA).read() == b"content"


def test_what_is_missing_is_not_found_and_a_failure_is_named(store: s3.S3Store) -> None:
    with pytest.raises(NotFound):
        store.open("cd" * 32)
    store.client.down = True
    with pytest.raises(Unavailable, match="S3"):
        store.open(SHA)


def test_only_old_objects_go(store: s3.S3Store) -> None:
    assert list(store.older(NOW)) == []
    assert store.discard(SHA, before=NOW) is False
    later = NOW + timedelta(days=8)
    assert list(store.older(later)) == [SHA]
    assert [store.discard(SHA, before=later), store.discard(SHA, before=later)] == [True, False]


def test_without_its_client_the_setting_is_answered_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, package: str | None = None) -> Any:
        if name.startswith("boto"):
            raise ImportError(name)
        return real(name, package)

    real = importlib.import_module
    monkeypatch.setenv("BIHUAN_EVIDENCE_S3", "s3://bucket/evidence")
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(Unavailable) as caught:
        storage.store()
    assert "bihuan[s3]" in caught.value.remedy_text()
