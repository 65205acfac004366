from __future__ import annotations

import io
import tarfile
from pathlib import Path

import psycopg
import pytest

from bihuan.project.runtime import backup, clients, keys, postgres, recovery
from bihuan.project.runtime.errors import CannotRun


@pytest.fixture(autouse=True)
def _embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about homes with a server of their own."""
    for name in ("DATABASE_URL", "BIHUAN_EVIDENCE", "BIHUAN_ANCHORS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def filled(home: Path) -> keys.Keys:
    made = keys.load_or_create(home)
    for name, text in {"evidence/ab/abcd": "a photo", "anchors/1.json": "one", "erasures": "p1\n"}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    server = postgres.ensure_running(home, say=lambda _: None, tied=True)
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE EXTENSION pg_trgm; CREATE TABLE kept (n int)")
        owner.execute("GRANT SELECT ON kept TO bihuan_app; INSERT INTO kept VALUES (1), (2)")
    server.release(lambda _: None)
    return made


def rows(home: Path) -> list[int]:
    server = postgres.ensure_running(home, say=lambda _: None, tied=True)
    with psycopg.connect(server.url) as app:
        found = [row[0] for row in app.execute("SELECT n FROM kept ORDER BY n")]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("UPDATE kept SET n = 5")
    server.release(lambda _: None)
    return found


def written(home: Path, said: list[str]) -> Path:
    target = home.parent / "backup.tar"
    server = postgres.ensure_running(home, say=said.append, tied=True)
    backup.write(home, server.owner_url, target, said.append)
    server.release(said.append)
    assert target.stat().st_mode & 0o777 == 0o600
    return target


def test_all_comes_back_in_another_home(home: Path, filled: keys.Keys, said: list[str]) -> None:
    source, other, after = written(home, said), home.parent / "other", []
    recovery.restore(other, source, said.append, after.append)
    assert rows(other) == [1, 2]
    assert (other / "evidence/ab/abcd").read_text() == "a photo"
    assert (other / "anchors/1.json").read_text() == "one"
    assert keys.load_or_create(other) == filled
    assert "BIHUAN_DATABASE_OWNER_URL" in after[0]


@pytest.mark.usefixtures("filled")
def test_a_filled_home_is_refused_and_with_force_moved_aside(home: Path, said: list[str]) -> None:
    source = written(home, said)
    (home / "erasures").write_text("p1\np2\n")
    (home / "anchors/2.json").write_text("two")
    with pytest.raises(CannotRun, match="There is an installation"):
        recovery.restore(home, source, said.append, lambda _: None)
    recovery.restore(home, source, said.append, lambda _: None, force=True)
    assert rows(home) == [1, 2]
    # whom we erased since the backup stays known, and so do the anchors
    assert (home / "erasures").read_text() == "p1\np2\n"
    assert (home / "anchors/2.json").read_text() == "two"
    kept = next(home.parent.glob("home.before-*"))
    assert rows(kept) == [1, 2]


@pytest.mark.usefixtures("filled")
def test_a_restore_that_fails_leaves_the_home_as_it_was(home: Path, said: list[str]) -> None:
    def fail(_: dict[str, str]) -> None:
        raise CannotRun("no")

    source = written(home, said)
    (home / "evidence/later").write_text("since")
    with pytest.raises(CannotRun, match="no"):
        recovery.restore(home, source, said.append, fail, force=True)
    assert (home / "evidence/later").read_text() == "since"
    assert rows(home) == [1, 2]


@pytest.mark.usefixtures("filled")
def test_a_damaged_backup_is_refused_before_anything_is_touched(home: Path, said: list[str]) -> None:
    source, other = written(home, said), home.parent / "other"
    damaged = source.read_bytes().replace(b"a photo", b"a fraud")
    source.write_bytes(damaged)
    with pytest.raises(CannotRun, match="1 of its files differ from its manifest, first evidence/ab/abcd"):
        recovery.restore(other, source, said.append, lambda _: None)
    assert not other.exists()


@pytest.mark.parametrize("text", [b"", b"no tar at all", b"\0" * 10240])
def test_what_is_no_backup_is_refused(home: Path, said: list[str], text: bytes) -> None:
    home.parent.joinpath("file").write_bytes(text)
    with pytest.raises(CannotRun, match=r"cannot be read as a backup|no readable manifest"):
        recovery.restore(home, home.parent / "file", said.append, lambda _: None)


def test_a_backup_cannot_write_outside_the_home(home: Path, said: list[str]) -> None:
    source = home.parent / "evil.tar"
    with tarfile.open(source, "w") as tar:
        info = tarfile.TarInfo("../evil")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(CannotRun, match="unexpected member"):
        recovery.restore(home, source, said.append, lambda _: None)


@pytest.mark.usefixtures("filled")
def test_a_dump_goes_into_an_empty_database_only(home: Path, said: list[str]) -> None:
    server = postgres.ensure_running(home, say=said.append, tied=True)
    target = home.parent / "one.dump"
    clients.dump(server.owner_url, target)
    with pytest.raises(CannotRun, match="holds tables already"):
        clients.restore(server.owner_url, target, said.append)
    clients.restore(server.owner_url, target, said.append, aside=True)
    with psycopg.connect(server.owner_url) as owner:
        names = [row[0] for row in owner.execute("SELECT datname FROM pg_database ORDER BY datname")]
    assert [name for name in names if name.startswith("bihuan_before_")] == [said[-1].split()[-1]]
    server.release(said.append)
    assert rows(home) == [1, 2]
