"""Where allauth asks this program: no sign-up, no mail, sealed second factors, events."""

from __future__ import annotations

import base64
import time
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.accounts.actions import note_sign_in
from bihuan.accounts.middleware import second_factor_compulsory
from bihuan.accounts.models import Person
from bihuan.accounts.queries import actor_by_id, factor_due
from bihuan.accounts.single import VIA
from bihuan.accounts.vault.crypto import program_key, seal, unseal
from bihuan.journal.time import now

_PURPOSE = "second factor"
JUST_NOW = 300
"""Seconds."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in a moment ago need not show again who they are."""
        records = get_authentication_records(context.request, context.request.user)
        fresh = any(time.time() - record["at"] < JUST_NOW for record in records)
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        at = now()
        has_factor = Authenticator.objects.filter(user_id=user.pk).exists()
        way = "second_factor" if has_factor else getattr(request, VIA, "password")
        actor = actor_by_id(user.pk, at=at)
        note_sign_in(via=way, actor=actor, at=at)
        if not has_factor and (due := factor_due(actor.roles, at)) is not None:
            _warn(request, due)
        return super().post_login(request, user, **kwargs)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """People have no mail address in clear here; the journal tells of changes."""


class MFAAdapter(DefaultMFAAdapter):
    """Secrets are sealed under a key that lies outside the database."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(program_key(_PURPOSE), text.encode(), _PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(program_key(_PURPOSE), base64.b64decode(encrypted_text), _PURPOSE).decode()

    def get_totp_issuer(self) -> str:
        return "Bihuan"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not by somebody whose role asks for a second factor."""
        person = authenticator.user
        return not (isinstance(person, Person) and _compulsory(person))


def _warn(request: HttpRequest, due: datetime) -> None:
    """Said at every sign-in until the day."""
    day = timezone.localtime(due).strftime("%Y-%m-%d %H:%M")
    messages.warning(
        request,
        _("From {day} on your role needs a second factor. Set it up before, under your account.").format(
            day=day
        ),
    )


def _compulsory(person: Person) -> bool:
    return second_factor_compulsory(actor_by_id(person.id, at=now()))
