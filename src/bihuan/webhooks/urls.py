"""Addresses of webhooks, once for each site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.webhooks import pages

app_name = "webhooks"


def _of(base: str, name: str) -> list[URLPattern]:
    one = f"{base}/<uuid:webhook_id>"
    return [
        path(base, pages.listed, name=f"{name}list"),
        path(one, pages.one, name=f"{name}one"),
        path(f"{one}/change", pages.change, name=f"{name}change"),
        path(f"{one}/switch", pages.switch, name=f"{name}switch"),
        path(f"{one}/secret", pages.rotate, name=f"{name}rotate"),
        path(f"{one}/test", pages.test, name=f"{name}test"),
        path(f"{one}/replay", pages.replay_span, name=f"{name}replay_span"),
        path(f"{one}/remove", pages.remove, name=f"{name}remove"),
        path(f"{one}/deliveries/<uuid:delivery_id>", pages.delivery, name=f"{name}delivery"),
        path(f"{one}/deliveries/<uuid:delivery_id>/replay", pages.replay, name=f"{name}replay"),
    ]


urlpatterns: list[URLPattern] = [*_of("partner/webhooks", ""), *_of("admin-room/webhooks", "platform_")]
