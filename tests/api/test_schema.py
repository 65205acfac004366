"""The committed OpenAPI document is the one that is served, and what the API does is what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.openapi import checks  # noqa: F401

from .conftest import complaint, key_of

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"
