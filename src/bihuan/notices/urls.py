"""Addresses of the module's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.notices import alert_pages, pages

app_name = "notices"
urlpatterns: list[URLPattern] = [
    path("notices/reports/<slug:channel>", pages.report, name="report"),
    path("account/letters", alert_pages.letters, name="letters"),
    path("account/letters/read", alert_pages.read_all, name="read_all"),
    path("account/letters/bell", alert_pages.bell, name="bell"),
    path("account/letters/<uuid:notice_id>", alert_pages.open_letter, name="open_letter"),
    path("account/letters/<uuid:notice_id>/news", alert_pages.news, name="news"),
    path("account/alerts", alert_pages.alerts, name="alerts"),
    path("account/alerts/browser", alert_pages.add_browser, name="add_browser"),
    path(
        "account/alerts/browser/<uuid:browser_id>/remove", alert_pages.remove_browser, name="remove_browser"
    ),
    path("alerts-worker.js", alert_pages.worker, name="worker"),
]
