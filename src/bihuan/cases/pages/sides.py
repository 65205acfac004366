"""What the pages of consumers, merchants and partners share: conversation, files, who enters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import View, declared_page, page_permission, signed_in
from bihuan.accounts.requests import actor_of
from bihuan.cases.labels import language
from bihuan.cases.pages.stepping import File
from bihuan.conversations import queries as conversations
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of the conversation."""

    mine: bool
    who: str
    at: datetime
    body: str
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file under a name that tells nothing of another side."""

    id: UUID
    name: str
    picture: bool
    at: datetime


def site_page(permission: StrEnum, kinds: Sequence[ActorKind], entrance: str = "") -> Callable[[View], View]:
    """A page of one site: whoever is not signed in goes to the site's entrance, others find nothing here."""

    def decorate(view: View) -> View:
        guarded = page_permission(permission)(view)

        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor is None and entrance:
                return HttpResponseRedirect(f"{reverse(entrance)}?{urlencode({'next': request.path})}")
            if actor is not None and actor.kind not in kinds:
                raise NotFound(kind="page", id=request.path)
            return guarded(request, *args, **kwargs)

        return declared_page(entered, str(permission))

    return decorate


def desk_page(permission: StrEnum) -> Callable[[View], View]:
    """A page of the desk: consumers, merchants and partners find nothing here, they have their own."""

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if signed_in(request).kind is not ActorKind.STAFF:
                raise NotFound(kind="page", id=request.path)
            return view(request, *args, **kwargs)

        return page_permission(permission)(entered)

    return decorate


def conversation(file: File, actor: Actor) -> list[Spoken]:
    """What was written between this side and the desk."""
    lines = conversations.messages(file.case.id, audiences=(file.side,))
    names = accounts.labels({x.author_id for x in lines}, "en" if language() == "en" else "zh-hans")
    return [
        Spoken(
            mine=x.author_kind != ActorKind.STAFF and x.author_kind != ActorKind.PROGRAM,
            who=_("You") if x.author_id == actor.id else names.get(x.author_id, ""),
            at=x.at,
            body=x.body,
            files=x.evidence_ids,
        )
        for x in lines
    ]


def files(evidence: Sequence[Any], parties: Sequence[str], *, own: bool) -> list[Shown]:
    """Files of these parties. Those of another side get a number for a name: names can tell of people."""
    found = [e for e in evidence if e.party in parties]
    return [
        Shown(
            e.id,
            e.name if own else _("File {number}").format(number=n),
            e.media_type.startswith("image/"),
            e.uploaded_at,
        )
        for n, e in enumerate(found, 1)
    ]
