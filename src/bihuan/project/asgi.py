"""The ASGI door, for granian: live updates and nothing else; pages and API are WSGI's."""

from __future__ import annotations

import os

import django
from django.utils.module_loading import import_string

from bihuan.project.collecting import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.project.settings")
with loading():
    django.setup()
    application = import_string("bihuan.project.live.door.application")
