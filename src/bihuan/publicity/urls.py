"""Addresses of the public page."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.publicity import pages

app_name = "publicity"
urlpatterns: list[URLPattern] = [path("promises", pages.promises, name="promises")]
