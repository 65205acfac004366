"""Addresses of the orders' pages, a list a site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.orders.pages import consumer, desk, partner

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("orders", consumer.mine, name="mine"),
    path("orders/service/<uuid:case_id>", consumer.service, name="service"),
    path("orders/<str:number>", consumer.order, name="order"),
    path("orders/<str:number>/<slug:name>", consumer.ask, name="ask"),
    path("partner/orders", partner.board, name="partner_board"),
    path("partner/orders/<uuid:case_id>", partner.service, name="partner_service"),
    path("partner/orders/<uuid:case_id>/details", partner.details, name="partner_details"),
    path("partner/orders/<uuid:case_id>/steps/<slug:name>", partner.step, name="partner_step"),
    path("desk/orders", desk.find, name="find"),
    path("desk/orders/service/<uuid:case_id>", desk.service, name="desk_service"),
    path("desk/orders/service/<uuid:case_id>/steps/<slug:name>", desk.step, name="desk_step"),
    path("desk/orders/<str:number>", desk.order, name="desk_order"),
    path("desk/orders/<str:number>/<slug:name>", desk.ask, name="desk_ask"),
]
