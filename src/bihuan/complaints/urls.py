"""Addresses of the complaints' pages, a list a site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.complaints.pages import desk, register

app_name = "complaints"
urlpatterns: list[URLPattern] = [
    path("desk/new", register.register, name="register"),
    path("desk/new/find", register.find, name="find"),
    path("desk/<uuid:case_id>", desk.case, name="case"),
    path("desk/<uuid:case_id>/conversation", desk.conversation, name="conversation"),
    path("desk/<uuid:case_id>/steps/<slug:name>", desk.step, name="step"),
]
