"""Backups; who needs a second factor, single sign-on; how long what is kept."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.administration import actions, queries
from bihuan.administration.acts import Act, perform
from bihuan.administration.forms import RunBackup
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.journal.time import deployment_kind, now

RUN: Final = Act(
    name="run", label=gettext_noop("Back up now"), icon="archive", form=RunBackup, permission=P.BACKUP,
    done=gettext_noop("The backup is queued; it is verified when it is written."),
    hint=gettext_noop("Written by the worker while everything runs; each file in it is read again after."),
    run=lambda actor, at, _none, g: actions.request_backup(
        with_keys=g["with_keys"], why=g["why"], actor=actor, at=at
    ),
)  # fmt: skip


@page_permission(P.SYSTEM)
@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """When, how large, verified; and whether the file is still where it was put."""
    actor = signed_in(request)
    rows, there = queries.backups(actor), queries.files(actor)
    known = {row.file for row in rows}
    context = {
        "tabs": site.tabs(actor, "backups"),
        "rows": [{"row": row, "there": row.file in there} for row in rows],
        "others": [each for name, each in sorted(there.items()) if name not in known],
        "running": next((row for row in rows if row.is_open), None),
        "names": site.names([row.asked_by for row in rows]),
        "may_run": allows(actor, P.BACKUP),
        "folder": settings.BACKUP_ROOT,
        "now": now(),
    }
    return render(request, "administration/backups.html", context)


@page_permission(P.BACKUP)
def run(request: HttpRequest) -> HttpResponse:
    """Ask for one."""
    actor = signed_in(request)
    back, tabs = reverse("administration:backups"), site.tabs(actor, "backups")
    return perform(request, RUN, None, title="", back=back, tabs=tabs)


@page_permission(P.SYSTEM)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Sign-in and retention as they are set."""
    actor, at = signed_in(request), now()
    roles = second_factor_roles()
    number, without = accounts.second_factor_standing(roles, at=at)
    context = {
        "tabs": site.tabs(actor, "policy"),
        "roles": roles,
        "number": number,
        "without": without,
        "names": site.names(without[:50]),
        "by_setting": settings.MFA_REQUIRED_ROLES is not None,
        "single": getattr(settings, "SINGLE_SIGN_ON", None),
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": int(settings.AXES_COOLOFF_TIME * 60),
        "kept": queries.retention(actor),
    }
    return render(request, "administration/policy.html", context)


def second_factor_roles() -> list[str]:
    """Roles that need a second factor here, now."""
    if settings.MFA_REQUIRED_ROLES is not None:
        return sorted(settings.MFA_REQUIRED_ROLES)
    return ["administrator", "auditor"] if deployment_kind() == "production" else []
