from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import psycopg
import pytest

from bihuan.project.runtime import cluster, postgres
from bihuan.project.runtime.errors import CannotRun


def one(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def quick(home: Path, said: list[str]) -> postgres.Server:
    return postgres.ensure_running(home, say=said.append, options=postgres.FAST_AND_LOSSY, tied=True)


def test_starts_is_joined_and_stopped_by_who_leaves_last(home: Path, said: list[str]) -> None:
    first, second = quick(home, said), quick(home, said)
    assert (first.started, second.started) == (True, False)
    assert first.pid == second.pid
    first.release(said.append)
    assert postgres.status(home).state == "running"
    second.release(said.append)
    assert postgres.status(home).state == "stopped"


def test_listens_on_a_socket_only_and_asks_for_the_password(home: Path, said: list[str]) -> None:
    server = quick(home, said)
    assert one(server.url, "SHOW listen_addresses") == ""
    assert one(server.url, "SHOW data_checksums") == "on"
    assert (
        one(
            server.url,
            "SELECT datcollate || ' ' || pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = current_database()",
        )
        == "C UTF8"
    )
    password = server.cluster.passwords[cluster.APP]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(password, "wrong"))
    assert (home / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_the_programs_role_writes_rows_but_makes_no_tables(home: Path, said: list[str]) -> None:
    server = quick(home, said)
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE EXTENSION btree_gist; CREATE TABLE kept (text text)")
        owner.execute("GRANT INSERT ON kept TO bihuan_app")
    with psycopg.connect(server.url) as app:
        app.execute("INSERT INTO kept (text) VALUES ('x')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE other (id int)")


def test_committed_rows_survive_a_killed_server(home: Path, said: list[str]) -> None:
    server = postgres.ensure_running(home, say=said.append, tied=True)
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    os.kill(server.pid, signal.SIGKILL)
    again = postgres.ensure_running(home, say=said.append, tied=True)
    assert again.pid != server.pid
    assert one(again.owner_url, "SELECT count(*) FROM kept") == 1000


def test_a_pid_that_another_program_has_by_now_is_stale(home: Path, said: list[str]) -> None:
    quick(home, said).release(said.append)
    with subprocess.Popen(["sleep", "60"]) as other:
        pid_file = home / "postgres" / "data" / "postmaster.pid"
        pid_file.write_text(f"{other.pid}\n{home}\n1\n5432\n\n\n\nready\n")
        assert postgres.status(home).state == "stopped"
        server = quick(home, said)
        assert server.started
        assert other.poll() is None
        other.kill()
    assert f"names process {other.pid}" in said[-1]


ABANDON = """
import os, signal, sys
from pathlib import Path
from bihuan.project.runtime import postgres
server = postgres.ensure_running(Path(sys.argv[1]), options=postgres.FAST_AND_LOSSY)
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_server_left_by_a_killed_process_is_taken_over(home: Path, said: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", ABANDON, str(home)], capture_output=True, text=True)
    server = quick(home, said)
    assert (server.pid, server.started) == (int(done.stdout), False)
    server.release(said.append)
    assert postgres.status(home).state == "stopped"


def test_a_folder_of_another_major_version_is_refused_untouched(home: Path, said: list[str]) -> None:
    quick(home, said).release(said.append)
    version = home / "postgres" / "data" / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(CannotRun, match="was made by PostgreSQL 14") as refused:
        quick(home, said)
    assert "bihuan db dump" in refused.value.remedy_text()
    assert postgres.status(home).state == "stopped"


Usage = namedtuple("Usage", "total used free")


def test_a_full_disk_is_told_before_anything_is_written(
    home: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 20 * 2**20))
    with pytest.raises(CannotRun, match="Only 20 MB are free"):
        quick(home, said)
    assert not (home / "postgres" / "data").exists()


def test_an_unfinished_making_is_begun_anew(home: Path, said: list[str]) -> None:
    half = home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert one(quick(home, said).url, "SELECT 1") == 1


def test_a_broken_configuration_is_told_in_the_servers_words(home: Path, said: list[str]) -> None:
    quick(home, said).release(said.append)
    with (home / "postgres" / "data" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = plenty\n")
    with pytest.raises(CannotRun, match="did not start"):
        quick(home, said)


def test_a_long_path_gets_its_socket_elsewhere(home: Path, said: list[str]) -> None:
    deep = home.parent / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = quick(deep, said)
    assert len(str(server.cluster.socket)) < 90
    assert one(server.url, "SELECT 1") == 1
    server.release(said.append)
    shutil.rmtree(server.cluster.socket)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_a_home_that_the_account_cannot_enter_is_told_and_works(tmp_path: Path, said: list[str]) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = quick(closed / "home", said)
    try:
        assert server.cluster.place.parent == Path("/var/lib/bihuan")
        assert str(server.cluster.place) in " ".join(said)
        assert one(server.url, "SELECT 1") == 1
        again = postgres.status(closed / "home")
        assert (again.state, again.pid) == ("running", server.pid)
    finally:
        server.release(said.append)
        shutil.rmtree(server.cluster.place)


def test_start_is_quick(home: Path, said: list[str]) -> None:
    quick(home, said).release(said.append)
    begun = time.monotonic()
    quick(home, said)
    assert time.monotonic() - begun < 5
