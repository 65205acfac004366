"""The variables by which every process of one installation finds its home and its database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.project.runtime import postgres
from bihuan.project.runtime.home import Say, prepare, say_aloud

SETTINGS = "bihuan.project.settings"


def environment(home: Path, server: postgres.Server | None = None) -> dict[str, str]:
    """Variables for a child process; of the embedded server where one is given, else of DATABASE_URL."""
    app = server.url if server else os.environ.get("DATABASE_URL", "")
    owner = server.owner_url if server else os.environ.get("BIHUAN_DATABASE_OWNER_URL", app)
    return {
        "BIHUAN_HOME": str(home),
        "DATABASE_URL": app,
        "BIHUAN_DATABASE_OWNER_URL": owner,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc otherwise keeps a heap for each of many threads
    }


@contextmanager
def database(home: Path, say: Say = say_aloud) -> Iterator[dict[str, str]]:
    """The variables, with the embedded server started if need be and stopped again by whom it was started.

    Where DATABASE_URL names a server, that one is used and nothing is started.
    """
    if os.environ.get("DATABASE_URL"):
        yield environment(prepare(home))
        return
    server = postgres.ensure_running(home, say=say)
    try:
        yield environment(home, server)
    finally:
        server.release(lambda _: None)
