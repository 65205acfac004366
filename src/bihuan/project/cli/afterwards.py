"""What a restored database needs before it is used: schema and rights, a new epoch, erasures replayed.

Run by `bihuan restore` as `python -m bihuan.project.cli.afterwards`, with the database's variables set.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import django

from bihuan.project.runtime.home import say_aloud


def main() -> int:
    """All three steps, safe to repeat except that each run begins another epoch."""
    django.setup()
    _from("bihuan.project.cli.migrate", "migrate")(verbosity=0)
    _from("bihuan.journal.actions", "begin_epoch")()
    now = _from("bihuan.journal.time", "now")()
    again = _from("bihuan.accounts.actions", "replay_erasures")(at=now)
    say_aloud(f"The journal has begun a new epoch; persons erased again: {again}")
    return 0


def _from(module: str, name: str) -> Callable[..., Any]:
    """A function of the program, whose modules can be imported only after Django is set up."""
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


if __name__ == "__main__":
    sys.exit(main())
