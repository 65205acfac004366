"""Finding the actor of a request, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from bihuan.accounts.doors import CASE_KEY
from bihuan.accounts.models import Person
from bihuan.accounts.queries import actor_for, factor_roles
from bihuan.journal.actor import Actor
from bihuan.journal.time import now


class ActorMiddleware:
    """Sets ``request.actor``: None for somebody not signed in, and for somebody whose role asks for a second
    factor that is not set up yet: such a person reaches nothing but the pages that set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, Person):
            return self.get_response(request)
        actor = _actor(request, request.user, now())
        self._speak(request, request.user)
        if not needs_second_factor(actor):
            request.actor = actor  # type: ignore[attr-defined]
        elif not request.path.startswith(("/api/", *_open_paths())):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    @staticmethod
    def _speak(request: HttpRequest, person: Person) -> None:
        """The person's language, where this browser has not chosen another."""
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language


def needs_second_factor(actor: Actor) -> bool:
    """Whether a second factor is compulsory for the person, who has none yet."""
    return second_factor_compulsory(actor) and lacks_second_factor(actor)


def lacks_second_factor(actor: Actor) -> bool:
    """Whether the person has set up none."""
    return not Authenticator.objects.filter(user_id=actor.id, type=Authenticator.Type.TOTP).exists()


def second_factor_compulsory(actor: Actor) -> bool:
    """Whether one of the roles asks for a second factor now (the environment, the room, or the default)."""
    return actor.has(*factor_roles(now()))


def _actor(request: HttpRequest, person: Person, at: datetime) -> Actor:
    case = request.session.get(CASE_KEY)
    return actor_for(person, at=at, case_id=UUID(case) if case else None)


def _open_paths() -> list[str]:
    names = (
        "mfa_activate_totp",
        "mfa_index",
        "account_logout",
        "account_reauthenticate",
        "accounts:language",
    )
    return [*(reverse(name) for name in names), settings.STATIC_URL]
