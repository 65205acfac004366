"""The one error base of the program.

Every refusal names the thing, the rule it rests on and what would make it pass. Texts are English
msgids with ``{name}`` fields; doors translate them with the same fields, so that ``data`` never
needs to be parsed out of a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class BihuanError(Exception):
    """Base of all errors that a person or a program outside may see.

    ``code`` is stable and dotted, ``status`` the HTTP status, ``message`` and ``remedy`` English
    msgids formatted with ``data``. ``clause`` is the id of the clause the refusal rests on.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: ClassVar[str] = "The request could not be carried out."
    remedy: ClassVar[str] = ""

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        clause: str | None = None,
        remedy: str | None = None,
        **data: Any,
    ) -> None:
        self.msgid = message or self.message
        self.error_code = code or self.code
        self.clause = clause
        self.remedy_msgid = remedy if remedy is not None else self.remedy
        self.data: Mapping[str, Any] = data
        super().__init__(self.text())

    def text(self) -> str:
        """English sentence with its fields filled in."""
        return _fill(self.msgid, self.data)

    def remedy_text(self) -> str:
        """English sentence that says what would make it pass; empty where nothing would."""
        return _fill(self.remedy_msgid, self.data)


class Refusal(BihuanError):
    """A step that a rule or the state of the case does not allow now."""

    code = "refused"
    status = 409


class NotAllowed(BihuanError):
    """The actor's role or scope does not cover this."""

    code = "not_allowed"
    status = 403
    message = "You are not allowed to do this ({permission})."


class NotFound(BihuanError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"
    status = 404
    message = "{kind} {id} was not found."


class Invalid(BihuanError):
    """Input that does not have the form asked for; ``field`` names where."""

    code = "invalid"
    status = 422
    message = "The value of {field} is not valid."


class Unavailable(BihuanError):
    """A part of the outside world does not answer; nothing was changed."""

    code = "unavailable"
    status = 503
    message = "{service} does not answer at present."
    remedy = "Try again later; what you entered is kept."


def _fill(msgid: str, data: Mapping[str, Any]) -> str:
    try:
        return msgid.format(**data)
    except (KeyError, IndexError, ValueError):
        return msgid
