"""Addresses that serve the cases of every flow."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.cases.pages import clocks, opening, together, viewer

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("clocks/<uuid:case_id>/<uuid:clock_id>", clocks.explained, name="clock"),
    path("cases/<uuid:case_id>/open/<slug:flow>", opening.open_as, name="open_as"),
    path("desk/help", together.help_keys, name="help"),
    path("desk/cite", together.cite, name="cite"),
    path("desk/<uuid:case_id>/draft", together.draft, name="draft"),
    path("desk/<uuid:case_id>/follow", together.follow, name="follow"),
    path("desk/<uuid:case_id>/colleagues", together.colleagues, name="colleagues"),
    path("desk/<uuid:case_id>/evidence/<uuid:item_id>", viewer.evidence, name="evidence"),
]
