"""Addresses of incidents: the desk's, and a consumer's own part."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.incidents.pages import consumer, desk, exporting

app_name = "incidents"
_ONE = "desk/incidents/<uuid:incident_id>"
urlpatterns: list[URLPattern] = [
    path("desk/incidents", desk.listed, name="list"),
    path("desk/incidents/new", desk.new, name="new"),
    path(_ONE, desk.one, name="one"),
    path(f"{_ONE}/progress", desk.progress, name="progress"),
    path(f"{_ONE}/report.<str:form>", exporting.report, name="report"),
    path(f"{_ONE}/steps/<slug:step>", desk.step, name="step"),
    path("my/incidents/<uuid:incident_id>", consumer.mine, name="mine"),
]
