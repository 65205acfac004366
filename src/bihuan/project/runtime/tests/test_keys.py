from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bihuan.project.runtime import keys
from bihuan.project.runtime.errors import CannotRun


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    first = keys.load_or_create(tmp_path)
    assert keys.load_or_create(tmp_path) == first
    assert len({first.master, first.blind, first.signing}) == 3
    assert len(first.master) == 32
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == dict.fromkeys(("master", "blind", "signing", "django"), 0o600)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_many_that_start_at_once_use_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(keys.load_or_create, [tmp_path] * 8))
    assert len(found) == 1


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_KEY_MASTER", "A" * 43 + "=")
    assert keys.load_or_create(tmp_path).master == bytes(32)
    assert not (tmp_path / "keys" / "master").exists()


def test_a_damaged_key_is_refused_by_name(tmp_path: Path) -> None:
    keys.load_or_create(tmp_path)
    (tmp_path / "keys" / "signing").write_text("short\n")
    with pytest.raises(CannotRun, match="key signing is not 32 bytes"):
        keys.load_or_create(tmp_path)
