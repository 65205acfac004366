"""What every page of the room shares: the tabs, page keys, names of people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import AccountPermission, allows
from bihuan.administration.labels import language
from bihuan.administration.permissions import RoomPermission as P
from bihuan.cases.permissions import P as Cases
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor
from bihuan.notices.permissions import NoticePermission
from bihuan.phrases.permissions import PhrasePermission
from bihuan.webhooks.permissions import WebhookPermission
from bihuan.workforce.permissions import WorkPermission

_TABS: Final = (
    ("overview", gettext_noop("Overview"), "home", P.SYSTEM),
    ("people", gettext_noop("All people"), "users", P.PEOPLE),
    ("units", gettext_noop("Structure"), "users-group", WorkPermission.UNITS),
    ("rights", gettext_noop("Who decides what"), "gavel", WorkPermission.UNITS),
    ("staffing", gettext_noop("Staffing"), "calendar-event", WorkPermission.UNITS),
    (
        "organisations",
        gettext_noop("External organisations"),
        "building-store",
        AccountPermission.ORGANISATION_MANAGE,
    ),
    ("rules", gettext_noop("Rules"), "scale", P.RULES),
    ("urgent", gettext_noop("Urgent needs"), "ambulance", Cases.GREEN_LISTS),
    ("calendars", gettext_noop("Calendars"), "calendar", P.RULES),
    ("phrases", gettext_noop("Phrases"), "message-2", PhrasePermission.MANAGE),
    ("wordings", gettext_noop("Words of notices"), "mail", NoticePermission.WORDING),
    ("notices", gettext_noop("Failed notices"), "alert-triangle", NoticePermission.FAILED),
    ("jobs", gettext_noop("Jobs"), "list-details", P.SYSTEM),
    ("keys", gettext_noop("API keys"), "key", AccountPermission.KEY_READ),
    ("webhooks", gettext_noop("Webhooks"), "link", WebhookPermission.READ),
    ("backups", gettext_noop("Backups"), "archive", P.SYSTEM),
    ("policy", gettext_noop("Sign-in and retention"), "shield-lock", P.SYSTEM),
)

_ELSEWHERE: Final = {"webhooks": "webhooks:platform_list"}
"""Pages that another module serves inside the room."""


def _path(name: str) -> str:
    return reverse(_ELSEWHERE.get(name, f"administration:{name}"))


def tabs(actor: Actor, here: str) -> list[dict[str, Any]]:
    """The pages of the room that the actor may enter."""
    return [
        {"path": _path(name), "words": _(words), "icon": icon, "here": name == here}
        for name, words, icon, permission in _TABS
        if allows(actor, permission)
    ]


def names(ids: Collection[UUID]) -> dict[UUID, str]:
    """Working names of people, in the language of the page."""
    return accounts.labels(ids, "en" if language() == "en" else "zh-hans")


def key_of(text: str) -> tuple[datetime, UUID] | None:
    """The key of the last row of the page before: instant~id. Raises Invalid."""
    if not text:
        return None
    at, _sep, row_id = text.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(row_id)
    except ValueError:
        raise Invalid(field="after", remedy="Use the key that the page before gave.") from None


def uuid_of(text: str) -> UUID | None:
    """An id from an address; None for nothing. Raises Invalid."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(field="id", remedy="Use the key that the page before gave.") from None


def team_choices() -> list[tuple[str, str]]:
    """Teams for a form."""
    return [(str(team.id), team.name) for team in accounts.teams()]


def organisation_choices(actor: Actor) -> list[tuple[str, str]]:
    """Active organisations outside the platform, for a form; at most 500."""
    found = accounts.search_organisations(actor, limit=500)
    return [(str(each.id), each.name) for each in found if each.state == "active"]
