"""Addresses of the site of merchants and partners."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.complaints.pages import colleagues, exporting, partner

app_name = "partner"
urlpatterns: list[URLPattern] = [
    path("partner", partner.board, name="board"),
    path("partner/people", colleagues.people, name="people"),
    path("partner/people/<uuid:person_id>/<slug:name>", colleagues.act, name="person"),
    path("partner/export.<str:form>", exporting.export, name="export"),
    path("partner/<uuid:case_id>", partner.case, name="case"),
    path("partner/<uuid:case_id>/steps/<slug:name>", partner.step, name="step"),
]
