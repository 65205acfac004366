"""Who may sign in with user name and password, and whom a session belongs to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from bihuan.accounts.models import Person


class PersonBackend(BaseBackend):
    """Staff, merchant and partner people. Consumers have no password and come by token or code."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Person | None:
        if username is None or password is None:
            return None
        person = Person.objects.filter(username=username.lower()).first()
        if person is None or not person.has_usable_password():
            # the same work as for somebody who exists, so that time tells nothing
            make_password(password)
            return None
        return person if check_password(password, person.password) and person.is_active else None

    def get_user(self, user_id: UUID) -> Person | None:
        person = Person.objects.filter(id=user_id).first()
        return person if person is not None and person.is_active else None
