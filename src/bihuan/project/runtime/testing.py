"""pytest plugin: one embedded PostgreSQL for a whole run, started before Django reads its settings.

Set DATABASE_URL to test on a server of your own, BIHUAN_PGBIN to test on other programs, BIHUAN_TEST_HOME to
keep the server's data between runs (quicker with pytest's --reuse-db).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from bihuan.engine.errors import BihuanError
from bihuan.project.runtime import cluster, postgres

WORKER = "PYTEST_XDIST_WORKER"
ROOT = "BIHUAN_TEST_ROOT"
_server: list[postgres.Server] = []
_folder: list[Path] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Runs before pytest-django's own hook, which reads the settings."""
    os.environ.setdefault("BIHUAN_LOG_LEVEL", "WARNING")  # the run's closing line stays the last one
    if WORKER in os.environ:
        os.environ["BIHUAN_HOME"] = str(Path(os.environ[ROOT]) / os.environ[WORKER])
    else:
        _prepare()
    return (yield)


def pytest_report_header() -> list[str]:
    """Say on what the tests run."""
    if not _server:
        return [] if WORKER in os.environ else ["database: the server that DATABASE_URL names"]
    binaries = _server[0].cluster.binaries
    return [f"database: PostgreSQL {binaries.version} of {binaries.folder}"]


def _clean() -> None:
    """Stop the server and remove what it wrote; at exit, so also after a failed start of Django."""
    for server in _server:
        server.release(lambda _: None)
        if _folder:
            shutil.rmtree(server.cluster.place, ignore_errors=True)
    for folder in _folder:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare() -> None:
    kept = os.environ.get("BIHUAN_TEST_HOME")
    atexit.register(_clean)
    root = Path(kept).absolute() if kept else Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    if not kept:
        _folder.append(root)
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o711)  # the server's account has to pass
    os.environ[ROOT] = str(root)
    os.environ["BIHUAN_HOME"] = str(root / "main")
    if os.environ.get("DATABASE_URL"):
        return
    try:
        server = postgres.ensure_running(
            root, say=lambda _: None, options=postgres.FAST_AND_LOSSY, tied=not kept
        )
    except BihuanError as error:
        pytest.exit(f"{error.text()} {error.remedy_text()}", returncode=2)
    _server.append(server)
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(
            f"ALTER ROLE {cluster.OWNER} CREATEROLE".encode()
        )  # tests try rights with roles of their own
    os.environ["DATABASE_URL"] = server.url
    os.environ["BIHUAN_DATABASE_OWNER_URL"] = server.owner_url
    os.environ["BIHUAN_ROLE"] = "owner"
