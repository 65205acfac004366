"""The committed OpenAPI document is the one that is served, and what the API does is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from schemathesis.openapi import checks  # noqa: F401

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"
