"""Every door of the program."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from bihuan.accounts.doors import declared_page
from bihuan.project import health, home
from bihuan.project.api import api
from bihuan.project.live import here

handler400 = "bihuan.project.middleware.bad_request"
handler403 = "bihuan.project.middleware.forbidden"
handler404 = "bihuan.project.middleware.not_found"
handler500 = "bihuan.project.middleware.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include("bihuan.ledger.urls")),
    path("", include("bihuan.orders.urls")),
    path("", include("bihuan.desk.urls")),
    path("", include("bihuan.automation.urls")),
    path("", include("bihuan.cases.urls")),
    path("", include("bihuan.aftersales.urls")),
    path("", include("bihuan.incidents.urls")),
    path("", include("bihuan.complaints.urls")),
    path("", include("bihuan.complaints.urls_consumer")),
    path("", include("bihuan.complaints.urls_partner")),
    path("", include("bihuan.compliance.urls")),
    path("", include("bihuan.publicity.urls")),
    path("", include("bihuan.administration.urls")),
    path("", include("bihuan.norms.urls")),
    path("", include("bihuan.accounts.urls")),
    path("", include("bihuan.evidence.urls")),
    path("", include("bihuan.notices.urls")),
    path("", include("bihuan.webhooks.urls")),
    path("here/<uuid:case_id>", here.here, name="here"),
    path("set-language", declared_page(set_language, "public"), name="set_language"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.urls),
]
