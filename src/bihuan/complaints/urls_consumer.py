"""Addresses of the consumer's site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.complaints.pages import consumer, owndata, reporting, wizard

app_name = "consumer"
urlpatterns: list[URLPattern] = [
    path("complain", wizard.complain, name="complain"),
    path("complain/check", wizard.check, name="check"),
    path("complain/draft", wizard.draft, name="draft"),
    path("complain/start", consumer.start, name="start"),
    path("complain/<uuid:case_id>/received", consumer.received, name="received"),
    path("report", reporting.report, name="report"),
    path("report/draft", wizard.draft, {"kind": "report"}, name="report_draft"),
    path("report/received", reporting.received, name="reported"),
    path("desk/new/report", reporting.register, name="register_report"),
    path("my/data", owndata.data, name="data"),
    path("my/data/export", owndata.export, name="export"),
    path("my/data/erasure", owndata.erasure, name="erasure"),
    path("follow", consumer.follow, name="follow"),
    path("my", consumer.mine, name="mine"),
    path("my/<uuid:case_id>", consumer.case, name="case"),
    path("my/<uuid:case_id>/steps/<slug:name>", consumer.step, name="step"),
]
