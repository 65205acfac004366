"""Addresses of after-sales, a list a site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.aftersales.pages import apply, consumer, desk, partner

app_name = "aftersales"
urlpatterns: list[URLPattern] = [
    path("aftersales/new", apply.apply, name="apply"),
    path("aftersales/check", apply.check, name="check"),
    path("aftersales/draft", apply.draft, name="draft"),
    path("my/aftersales/<uuid:case_id>", consumer.case, name="case"),
    path("my/aftersales/<uuid:case_id>/steps/<slug:name>", consumer.step, name="step"),
    path("desk/aftersales/new", apply.register, name="register"),
    path("desk/aftersales/<uuid:case_id>", desk.case, name="desk_case"),
    path("desk/aftersales/<uuid:case_id>/steps/<slug:name>", desk.step, name="desk_step"),
    path("partner/aftersales", partner.board, name="board"),
    path("partner/aftersales/<uuid:case_id>", partner.case, name="partner_case"),
    path("partner/aftersales/<uuid:case_id>/steps/<slug:name>", partner.step, name="partner_step"),
]
