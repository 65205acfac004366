"""A database that is away is a 503 to be repeated, wherever it is noticed; a defect is a 500."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from bihuan.project.middleware import broken


def answer(path: str, error: Exception) -> HttpResponse:
    """As Django calls it: while the error is being handled."""
    try:
        raise error
    except Exception:
        return broken(RequestFactory().get(path))


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/complaints"])
def test_a_database_that_is_away(path: str) -> None:
    found = answer(path, OperationalError("gone"))
    assert (found.status_code, found["Retry-After"]) == (503, "5")


def test_a_defect() -> None:
    found = answer("/api/v1/complaints", ZeroDivisionError())
    assert (found.status_code, "Retry-After" in found, json.loads(found.content)["code"]) == (
        500,
        False,
        "error",
    )
