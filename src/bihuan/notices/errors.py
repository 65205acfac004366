"""What can be wrong with a notice, its words or its way."""

from __future__ import annotations

from bihuan.engine.errors import BihuanError, Invalid, NotAllowed


class WordingError(BihuanError):
    """A template file that does not have the form that README.md describes."""

    code = "notices.wording"
    status = 500
    message = "The notice text {kind} is wrong: {why}."
    remedy = "Correct the file; nothing is sent with a wrong text."


class UnknownKind(Invalid):
    code = "notices.kind"
    message = "There is no notice of the kind {kind}."
    remedy = "Add {kind}.yaml to the notice texts, or use one of the known kinds."


class WrongParams(Invalid):
    code = "notices.params"
    message = "The notice {kind} cannot be written with these parameters: {why}."
    remedy = (
        "Give codes, numbers, times and ids as its text declares them; free text goes through a kept text."
    )


class BadSignature(NotAllowed):
    code = "notices.signature"
    status = 401
    message = "The signature of this report is missing, wrong or too old ({permission})."
    remedy = "Sign timestamp and body with the secret agreed on, within five minutes."
