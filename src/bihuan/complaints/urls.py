"""Addresses of the complaints' pages, a list a site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.complaints.pages import desk, register, together, viewer

app_name = "complaints"
urlpatterns: list[URLPattern] = [
    path("desk/help", desk.help_keys, name="help"),
    path("desk/new", register.register, name="register"),
    path("desk/new/find", register.find, name="find"),
    path("desk/<uuid:case_id>", desk.case, name="case"),
    path("desk/<uuid:case_id>/conversation", desk.conversation, name="conversation"),
    path("desk/<uuid:case_id>/draft", desk.draft, name="draft"),
    path("desk/<uuid:case_id>/steps/<slug:name>", desk.step, name="step"),
    path("desk/cite", together.cite, name="cite"),
    path("desk/<uuid:case_id>/follow", together.follow, name="follow"),
    path("desk/<uuid:case_id>/colleagues", together.colleagues, name="colleagues"),
    path("desk/<uuid:case_id>/evidence/<uuid:item_id>", viewer.evidence, name="evidence"),
]
