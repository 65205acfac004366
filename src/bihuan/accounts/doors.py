"""For the pages of all modules: who may enter, and opening a session."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bihuan.accounts.actions import note_sign_in
from bihuan.accounts.models import Person
from bihuan.accounts.permissions import require
from bihuan.accounts.queries import actor_for
from bihuan.accounts.requests import actor_of
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

View = Callable[..., HttpResponse]
CASE_KEY = "bihuan_case"
_BACKEND = "bihuan.accounts.backends.PersonBackend"


def page_permission(permission: StrEnum) -> Callable[[View], View]:
    """The page is for actors who have the permission on something; which thing, its action or query checks.

    Others get NotAllowed; somebody not signed in goes to the sign-in page and comes back.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor is None:
                return to_sign_in(request)
            require(actor, permission)
            return view(request, *args, **kwargs)

        return _marked(guarded, str(permission))

    return decorate


def signed_in_page(view: View) -> View:
    """The page is for everybody who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return to_sign_in(request) if actor_of(request) is None else view(request, *args, **kwargs)

    return _marked(guarded, "signed-in")


def signed_in(request: HttpRequest) -> Actor:
    """The actor behind ``signed_in_page`` or ``page_permission``."""
    actor = actor_of(request)
    if actor is None:
        raise NotAllowed(permission="signed-in", remedy="Sign in.")
    return actor


def public_page(view: View) -> View:
    """The page is for everybody; said aloud, so that the test over all pages knows it was meant."""
    return _marked(view, "public")


def declared_page(view: View, access: str) -> View:
    """Say who may enter a page that checks it by itself."""
    return _marked(view, access)


def page_access(view: View) -> str | None:
    """``public``, ``signed-in`` or the permission of a page; None where nothing was declared."""
    return cast("str | None", getattr(view, "bihuan_access", None))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a part of a page loaded by htmx takes the whole page along."""
    part = request.headers.get("HX-Request") == "true"
    path = request.headers.get("HX-Current-URL", "/") if part else request.get_full_path()
    target = f"{reverse('account_login')}?{urlencode({'next': local(request, path)})}"
    if part:
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def open_session(request: HttpRequest, person: Person, *, via: str, case_id: UUID | None = None) -> None:
    """Sign a consumer in after token, code or case number. ``case_id`` limits the session to that case."""
    if request.user.is_authenticated:
        logout(request)
    login(request, person, backend=_BACKEND)
    if case_id is not None:
        request.session[CASE_KEY] = str(case_id)
    at = now()
    note_sign_in(via=via, actor=actor_for(person, at=at, case_id=case_id), at=at)


def local(request: HttpRequest, path: str | None) -> str:
    """The path where it leads to this site, else the front page."""
    host = request.get_host()
    safe = path is not None and url_has_allowed_host_and_scheme(
        path, {host}, require_https=request.is_secure()
    )
    return path if safe and path else settings.LOGIN_REDIRECT_URL


def _marked(view: View, access: str) -> View:
    view.bihuan_access = access  # type: ignore[attr-defined]
    return view
