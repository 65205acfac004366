"""Backups."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.administration import actions, queries
from bihuan.administration.acts import Act, perform
from bihuan.administration.forms import RunBackup
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.journal.time import now

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
