"""Addresses of the consumer's site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.complaints.pages import consumer

app_name = "consumer"
urlpatterns: list[URLPattern] = [
    path("complain", consumer.complain, name="complain"),
    path("complain/start", consumer.start, name="start"),
    path("complain/<uuid:case_id>/received", consumer.received, name="received"),
    path("follow", consumer.follow, name="follow"),
    path("my", consumer.mine, name="mine"),
    path("my/<uuid:case_id>", consumer.case, name="case"),
    path("my/<uuid:case_id>/steps/<slug:name>", consumer.step, name="step"),
]
