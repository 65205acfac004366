"""The form with which somebody opens a case: orders to choose from, files, and that sending twice opens one.

The fields and what is made of them are the flow's own; its form and its lines build on these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest

from bihuan.cases.forms import Field
from bihuan.cases.pages.stepping import taken_in
from bihuan.engine.errors import NotFound
from bihuan.evidence import queries as evidence
from bihuan.journal.actor import Actor

MOST_ORDERS: Final = 20
MOST_FILES: Final = 20
_SENT: Final = 5
_OPEN_ORDERS: Final = 3

L = TypeVar("L")


@dataclass
class OrderPart(Generic[L]):
    """One of the person's orders, with its lines."""

    number: str
    shop: str
    ordered_at: datetime
    status: str
    lines: list[L]
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file that was uploaded and waits for its case."""

    id: UUID
    name: str
    picture: bool
    caption: str = ""


@dataclass
class EntryForm(Generic[L]):
    """What stands on the page. ``error`` belongs to no field."""

    fields: dict[str, Field]
    orders: list[OrderPart[L]]
    files: list[FilePart] = field(default_factory=list)
    token: str = ""
    error: str = ""
    clause: str = ""
    remedy: str = ""

    @property
    def wrong(self) -> list[Field]:
        """Fields with an error, for the summary at the head."""
        return [one for one in self.fields.values() if one.error]

    @property
    def order(self) -> OrderPart[L] | None:
        """The order that was chosen."""
        return next((one for one in self.orders if one.chosen), None)

    @property
    def more_orders(self) -> list[OrderPart[L]]:
        """The orders behind the first three; the chosen one is never hidden."""
        return [one for one in self.orders[_OPEN_ORDERS:] if not one.chosen]

    @property
    def first_orders(self) -> list[OrderPart[L]]:
        """The chosen one first, where it lies behind the others."""
        return [*(one for one in self.orders[_OPEN_ORDERS:] if one.chosen), *self.orders[:_OPEN_ORDERS]]

    def value(self, name: str) -> str:
        """What stands in a field, without the space around it."""
        return str(self.fields[name].value).strip()


def files_of(actor: Actor, given: Sequence[str]) -> list[FilePart]:
    """The uploaded files of these ids that are the actor's and in no case; others are left out silently."""
    found = {}
    for text in given[:MOST_FILES]:
        try:
            row = evidence.get_for(actor, UUID(text))
        except (ValueError, NotFound):
            continue
        if row.subject_id is None:
            item = evidence.ref(row)
            found[item.id] = FilePart(item.id, item.name, item.media_type.startswith("image/"))
    return list(found.values())


def uploaded(request: HttpRequest, actor: Actor, at: datetime) -> list[FilePart]:
    """Files that came with the form itself (``photos``), where the page could not upload them before."""
    given = request.FILES.getlist("photos")[:MOST_FILES]
    return files_of(actor, [str(one) for one in taken_in(given, actor, at, party="consumer")])


@dataclass(frozen=True)
class Sent:
    """What this browser sent last, kept in its session under ``key``: five at most."""

    key: str

    def all(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The entries, the latest last: ``token``, ``case`` and what was remembered besides."""
        found: list[dict[str, Any]] = request.session.get(self.key, [])
        return found

    def before(self, request: HttpRequest, token: str) -> UUID | None:
        """The case that this very form made already: sending twice makes one."""
        found = [one["case"] for one in self.all(request) if token and one["token"] == token]
        return UUID(found[0]) if found else None

    def remember(self, request: HttpRequest, token: str, case_id: UUID, **more: str) -> None:
        """For the form sent twice, and for the receipt."""
        entry = {"token": token, "case": str(case_id), **more}
        request.session[self.key] = [*self.all(request), entry][-_SENT:]
