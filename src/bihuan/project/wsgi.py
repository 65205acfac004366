"""The WSGI door, for granian."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from bihuan.project.collecting import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.project.settings")
with loading():
    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 (every page's module, which the first request would wait for)
