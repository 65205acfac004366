"""Addresses that serve the cases of every flow."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.cases.pages import clocks, opening

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("clocks/<uuid:case_id>/<uuid:clock_id>", clocks.explained, name="clock"),
    path("cases/<uuid:case_id>/open/<slug:flow>", opening.open_as, name="open_as"),
]
