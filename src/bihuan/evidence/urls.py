"""Addresses of the module's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.evidence import pages, pieces_pages

app_name = "evidence"
urlpatterns: list[URLPattern] = [
    path("evidence/", pages.upload, name="upload"),
    path("evidence/pieces", pieces_pages.begin, name="begin"),
    path("evidence/pieces/<uuid:incoming_id>", pieces_pages.one, name="piece"),
    path("evidence/pieces/<uuid:incoming_id>/finish", pieces_pages.finish, name="finish"),
    path("evidence/<uuid:item_id>", pages.show, name="show"),
]
