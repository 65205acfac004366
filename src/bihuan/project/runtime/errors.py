"""Refusals of the machine: each says in a sentence what is wrong and what would make it pass."""

from __future__ import annotations

from bihuan.engine.errors import BihuanError


class CannotRun(BihuanError):
    """Something on this machine keeps Bihuan from running; nothing was changed."""

    code = "runtime"
    status = 503
