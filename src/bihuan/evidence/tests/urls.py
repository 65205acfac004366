from __future__ import annotations

from django.urls import include, path
from ninja import NinjaAPI

from bihuan.evidence.api import router

api = NinjaAPI(urls_namespace="evidence-tests")
api.add_router("/evidence", router)
urlpatterns = [
    path("", include("bihuan.evidence.urls")),
    path("", include("bihuan.accounts.urls")),
    path("api/", api.urls),
]
