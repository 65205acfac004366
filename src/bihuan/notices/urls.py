"""Addresses of the module's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.notices import pages

app_name = "notices"
urlpatterns: list[URLPattern] = [
    path("notices/reports/<slug:channel>", pages.report, name="report"),
]
