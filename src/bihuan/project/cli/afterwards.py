"""What a restored database needs before it is used: a new journal epoch, erased persons erased again.

Run by `bihuan restore` as `python -m bihuan.project.cli.afterwards`, with the database's variables set.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import django
from django.db import connection

from bihuan.project.runtime.home import say_aloud


def main() -> int:
    """Both steps; each does nothing where its part of the program does not exist."""
    django.setup()
    begin = _find("bihuan.journal.actions", "begin_epoch")
    if begin:
        begin()
    elif "journal_deployment" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE journal_deployment SET epoch = epoch + 1")
    replay = _find("bihuan.accounts.actions", "replay_erasures")
    if replay:
        say_aloud(f"Persons erased again: {replay() or 0}")
    return 0


def _find(module: str, name: str) -> Callable[..., Any] | None:
    try:
        found: Callable[..., Any] | None = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
    return found


if __name__ == "__main__":
    sys.exit(main())
