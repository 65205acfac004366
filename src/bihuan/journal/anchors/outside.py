"""Where copies of the anchors lie: outside the database, so that its owner cannot rewrite history unseen.

By default a file that is only ever appended to (``ANCHOR_ROOT/<journal>.jsonl``); besides it, by
setting, mail to a list of addresses (``ANCHOR_MAIL``) and a second host that takes
``PUT <ANCHOR_PUT>/<journal>/<number>.json`` and serves the same by GET (``ANCHOR_PUT_TOKEN`` is
sent as a bearer token). What a place holds is never overwritten.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import httpx
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection

from bihuan.engine.errors import Refusal, Unavailable
from bihuan.journal.anchors.record import Signed


class Place(Protocol):
    """Somewhere outside. ``readable``: what it holds can be asked back."""

    name: str
    readable: bool

    def put(self, signed: Signed) -> None:
        """Keep this anchor; safe to repeat.

        Raises Unavailable, or Refusal where another anchor holds its number.
        """

    def held(self, number: int) -> Signed | None:
        """The anchor kept under this number."""

    def beyond(self, number: int) -> list[Signed]:
        """The anchors kept with higher numbers, in order."""


class FilePlace:
    """One line an anchor, appended and synced."""

    name, readable = "file", True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn = 0

    def put(self, signed: Signed) -> None:
        number = signed.anchor().number
        known = self.held(number)
        if known is not None:
            _same(self.name, number, known, signed)
            return
        try:
            self._append(signed)
        except OSError as error:
            raise Unavailable(service=str(self.path.parent), why=error.strerror) from error

    def _append(self, signed: Signed) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            end = os.lseek(handle, 0, os.SEEK_END)
            torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
            os.write(handle, (b"\n" if torn else b"") + signed.line())
            os.fsync(handle)
        finally:
            os.close(handle)

    def held(self, number: int) -> Signed | None:
        return next((s for s in self.read() if s.anchor().number == number), None)

    def beyond(self, number: int) -> list[Signed]:
        return [s for s in self.read() if s.anchor().number > number]

    def read(self) -> list[Signed]:
        """Every anchor of the file; lines torn by a crash are counted in ``torn``."""
        found: list[Signed] = []
        self.torn = 0
        lines = self.path.read_bytes().splitlines() if self.path.exists() else []
        for line in lines:
            try:
                signed = Signed.from_line(line)
                signed.anchor()
                found.append(signed)
            except ValueError:
                self.torn += 1
        return found


class HostPlace:
    """A second host over HTTP."""

    name, readable = "host", True

    def __init__(self, address: str, token: str) -> None:
        self.address = address.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def put(self, signed: Signed) -> None:
        number = signed.anchor().number
        answer = self._ask("PUT", number, content=signed.line(), headers={"If-None-Match": "*"})
        if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
            known = self.held(number)
            if known is not None:
                _same(self.name, number, known, signed)
                return
        if not answer.is_success:
            raise Unavailable(service=self.address, status=answer.status_code)

    def held(self, number: int) -> Signed | None:
        answer = self._ask("GET", number)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if not answer.is_success:
            raise Unavailable(service=self.address, status=answer.status_code)
        return Signed.from_line(answer.content)

    def beyond(self, number: int) -> list[Signed]:
        found: list[Signed] = []
        while (signed := self.held(number + 1 + len(found))) is not None:
            found.append(signed)
        return found

    def _ask(
        self, method: str, number: int, *, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        try:
            return httpx.request(
                method,
                f"{self.address}/{number}.json",
                content=content,
                headers={**self.headers, **(headers or {})},
                timeout=20,
            )
        except httpx.HTTPError as error:
            raise Unavailable(service=self.address) from error


class MailPlace:
    """A mail an anchor; it cannot be asked back, its readers compare by themselves."""

    name, readable = "mail", False

    def __init__(self, addresses: list[str], journal: str) -> None:
        self.addresses = addresses
        self.journal = journal

    def put(self, signed: Signed) -> None:
        number = signed.anchor().number
        try:
            send_mail(
                f"Bihuan anchor {number} of journal {self.journal}",
                signed.line().decode(),
                None,
                self.addresses,
            )
        except OSError as error:
            raise Unavailable(service="mail") from error

    def held(self, number: int) -> Signed | None:
        return None

    def beyond(self, number: int) -> list[Signed]:
        return []


def places(journal: str) -> list[Place]:
    """The places in use for the journal of this identity."""
    found: list[Place] = [FilePlace(file_of(journal))]
    if address := getattr(settings, "ANCHOR_PUT", ""):
        found.append(HostPlace(f"{address.rstrip('/')}/{journal}", getattr(settings, "ANCHOR_PUT_TOKEN", "")))
    if addresses := getattr(settings, "ANCHOR_MAIL", []):
        found.append(MailPlace(list(addresses), journal))
    return found


def file_of(journal: str) -> Path:
    """The file that holds this journal's anchors."""
    return Path(settings.ANCHOR_ROOT) / f"{journal}.jsonl"


def publish(journal: str) -> int:
    """Bring every anchor that has not left yet to each place; returns how many copies were made.

    Safe to repeat, no transaction is open meanwhile. A place that fails does not keep the others
    from getting theirs; the first error is raised at the end.
    """
    made, errors = 0, []
    for place in places(journal):
        for number, signed in _waiting(place.name):
            try:
                place.put(signed)
            except (Unavailable, Refusal) as error:
                errors.append(error)
                break
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO journal_anchor_copy (place, number) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    [place.name, number],
                )
            made += 1
    if errors:
        raise errors[0]
    return made


def _waiting(place: str) -> list[tuple[int, Signed]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, payload, signature FROM journal_anchor a WHERE NOT EXISTS (SELECT FROM"
            " journal_anchor_copy c WHERE c.place = %s AND c.number = a.number) ORDER BY number",
            [place],
        )
        return [(row[0], Signed(bytes(row[1]), bytes(row[2]))) for row in cursor.fetchall()]


def _same(place: str, number: int, known: Signed, signed: Signed) -> None:
    if known.hash() != signed.hash():
        raise Refusal(
            "The {place} outside holds another anchor {number} than the database.",
            code="journal.anchor_conflict",
            place=place,
            number=number,
            remedy="Run `bihuan journal verify`; after a restore run `bihuan journal new-epoch`.",
        )
