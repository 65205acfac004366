"""Refusals that several actions share."""

from __future__ import annotations

from typing import ClassVar

from bihuan.engine.errors import BihuanError


class SignInFailed(BihuanError):
    """Wrong, unknown, expired, used up: the answer is the same, so that nothing is learnt from it."""

    code: ClassVar[str] = "sign_in"
    status: ClassVar[int] = 401
    message: ClassVar[str] = "That did not work."
    remedy: ClassVar[str] = "Check what you entered, or ask for a new code or link."


class TooMany(BihuanError):
    """More requests than allowed; ``seconds`` until the next one."""

    code: ClassVar[str] = "too_many"
    status: ClassVar[int] = 429
    message: ClassVar[str] = "Too many attempts."
    remedy: ClassVar[str] = "Try again in {seconds} seconds."
