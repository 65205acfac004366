"""Addresses of the module's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.evidence import pages

app_name = "evidence"
urlpatterns: list[URLPattern] = [
    path("evidence/", pages.upload, name="upload"),
    path("evidence/<uuid:item_id>", pages.show, name="show"),
]
