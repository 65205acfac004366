from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("bihuan.notices.urls")), path("", include("bihuan.accounts.urls"))]
