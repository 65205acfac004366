"""``Idempotency-Key``: a POST that is repeated gives the first answer again, and acts once.

The row of the key is inserted before the operation acts, in the same transaction. A second request
with the key waits at the insert until the first is through: where that one came to its end, its answer
is given again; where it was refused, broken off or killed, its row is gone with everything it did, and
the second request acts.

What must not happen inside a transaction (bytes going to a store) stands in the attribute ``before`` of an
operation: a context manager over request and values, open while the operation acts. It may run again for a
repeated request, so it leaves nothing that is not there already.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any, ClassVar, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from bihuan.accounts.vault.crypto import program_key, seal, unseal
from bihuan.engine.errors import BihuanError
from bihuan.journal.time import now
from bihuan.project.models import GivenAnswer

HEADER: Final = "Idempotency-Key"
KEPT: Final = timedelta(hours=24)
FORM: Final = r"^[!-~]{1,128}$"
_FORM: Final = re.compile(FORM.removesuffix("$") + r"\Z")
_PURPOSE: Final = "answers of the API"
_CLAIM: Final = """
INSERT INTO project_given_answer (id, fingerprint, status, answer, until_at)
VALUES (%s, %s, NULL, ''::bytea, %s) ON CONFLICT (id) DO NOTHING RETURNING true
"""


class KeyReused(BihuanError):
    """The key came with another request before."""

    code: ClassVar[str] = "idempotency.reused"
    status: ClassVar[int] = 422
    message: ClassVar[str] = "This Idempotency-Key was used for another request."
    remedy: ClassVar[str] = "Use a new key for a new request; repeat a request with the very same body."


class KeyMalformed(BihuanError):
    """The key is empty, too long or has signs that a header cannot carry."""

    code: ClassVar[str] = "idempotency.key"
    message: ClassVar[str] = "An Idempotency-Key has 1 to 128 visible ASCII characters."
    remedy: ClassVar[str] = "Use a UUID."


def once(operation: Operation, act: Callable[..., Any]) -> Callable[..., Any]:
    """The operation's function, kept from acting twice under one key."""

    before = getattr(act, "before", nothing)

    @wraps(act)
    def act_once(request: HttpRequest, **values: Any) -> Any:
        given = request.headers.get(HEADER)
        if given is None:
            with before(request, values):
                return act(request, **values)
        if not _FORM.match(given):
            raise KeyMalformed(field=HEADER)
        name = hashlib.sha256(f"{request.auth.id}|{given}".encode()).digest()  # type: ignore[attr-defined]
        fingerprint = _fingerprint(request)
        with before(request, values), transaction.atomic():
            if not _claimed(name, fingerprint):
                return _again(name, fingerprint)
            result = act(request, **values)
            return _kept(name, _rendered(operation, request, result))

    return act_once


@contextmanager
def nothing(request: HttpRequest, values: Mapping[str, Any]) -> Iterator[None]:
    """An operation has nothing to do before its transaction."""
    del request, values
    yield


def forget(*, at: Any) -> int:
    """Remove answers whose time is over; what is asked with their keys then is a new request."""
    return GivenAnswer.objects.filter(until_at__lt=at).delete()[0]


def _claimed(name: bytes, fingerprint: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [name, fingerprint, now() + KEPT])
        return cursor.fetchone() is not None


def _again(name: bytes, fingerprint: bytes) -> HttpResponse:
    known = GivenAnswer.objects.get(id=name)
    if not hmac.compare_digest(bytes(known.fingerprint), fingerprint):
        raise KeyReused(field=HEADER)
    body = unseal(program_key(_PURPOSE), bytes(known.answer), name.hex())
    answer = HttpResponse(body, status=known.status, content_type="application/json; charset=utf-8")
    answer["Idempotent-Replayed"] = "true"
    return answer


def _kept(name: bytes, answer: HttpResponse) -> HttpResponse:
    sealed = seal(program_key(_PURPOSE), answer.content, name.hex())
    GivenAnswer.objects.filter(id=name).update(status=answer.status_code, answer=sealed)
    return answer


def _rendered(operation: Operation, request: HttpRequest, result: Any) -> HttpResponse:
    temporal = operation.api.create_temporal_response(request)
    answer = operation._result_to_response(request, result, temporal)
    if not isinstance(answer, HttpResponse):
        raise TypeError("An answer in pieces cannot be given again.")
    return answer


def _fingerprint(request: HttpRequest) -> bytes:
    """What makes a request the same: method, address, and the body (of a form its fields and files)."""
    digest = hmac.new(program_key(_PURPOSE), f"{request.method} {request.get_full_path()}".encode(), "sha256")
    if request.content_type != "multipart/form-data":
        digest.update(b"\0" + request.body)
        return digest.digest()
    for field in sorted(request.POST):
        digest.update(repr((field, request.POST.getlist(field))).encode())
    for field in sorted(request.FILES):
        for file in request.FILES.getlist(field):
            digest.update(repr((field, file.name, file.content_type, _digest(file))).encode())
    return digest.digest()


def _digest(file: UploadedFile) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
