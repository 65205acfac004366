"""Addresses of the rules."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.norms import pages

app_name = "norms"
urlpatterns: list[URLPattern] = [
    path("rules", pages.rules, name="rules"),
    path("rules/<str:clause_id>", pages.clause, name="clause"),
    path("rules/<str:clause_id>/text/<str:text_hash>", pages.text, name="text"),
]
