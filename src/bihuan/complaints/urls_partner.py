"""Addresses of the site of merchants and partners."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.complaints.pages import partner

app_name = "partner"
urlpatterns: list[URLPattern] = [
    path("partner", partner.board, name="board"),
    path("partner/<uuid:case_id>", partner.case, name="case"),
    path("partner/<uuid:case_id>/steps/<slug:name>", partner.step, name="step"),
]
