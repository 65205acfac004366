"""A consumer's own part of an incident."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.incidents import queries
from bihuan.incidents.permissions import IncidentPermission as May


@page_permission(May.OWN)
@require_safe
def mine(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """What happened, the own orders touched, what the person gets; nothing for anybody else."""
    return render(request, "incidents/mine.html", {"mine": queries.mine(signed_in(request), incident_id)})
