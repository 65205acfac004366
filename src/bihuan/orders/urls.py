"""Addresses of the orders' pages: the consumer's and the desk's."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.orders.pages import consumer, desk

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("orders", consumer.mine, name="mine"),
    path("orders/service/<uuid:case_id>", consumer.service, name="service"),
    path("orders/<str:number>", consumer.order, name="order"),
    path("orders/<str:number>/<slug:name>", consumer.ask, name="ask"),
    path("desk/orders", desk.find, name="find"),
    path("desk/orders/service/<uuid:case_id>", desk.service, name="desk_service"),
    path("desk/orders/service/<uuid:case_id>/steps/<slug:name>", desk.step, name="desk_step"),
    path("desk/orders/<str:number>", desk.order, name="desk_order"),
    path("desk/orders/<str:number>/<slug:name>", desk.ask, name="desk_ask"),
]
