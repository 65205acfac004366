"""What is committed in docs/api is what the program makes, and the API does what its document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, assume, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from bihuan.complaints import stage
from bihuan.journal.events import REGISTRY
from bihuan.project.cli.document import contents

from .conftest import Caller, complaint, key_of
from .files import picture

FOLDER = Path(__file__).parents[2] / "docs" / "api"
STALE = "run `make document` and look at the difference"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(
    json.loads((FOLDER / "openapi.json").read_text("utf-8")),
    config=SchemathesisConfig.from_dict({"seed": 7, "phases": {"coverage": {"enabled": False}}}),
)
schema.app = get_wsgi_application()


def test_the_document_and_the_catalogue_are_current() -> None:
    for name, content in contents().items():
        assert (FOLDER / name).read_text("utf-8") == content, STALE


def test_the_document_is_served() -> None:
    served = Client().get("/api/v1/openapi.json")
    assert served.json() == json.loads((FOLDER / "openapi.json").read_text("utf-8"))
    assert served.json()["openapi"].startswith("3.1")


def test_every_event_is_in_the_catalogue() -> None:
    page = (FOLDER / "events.md").read_text("utf-8")
    ours = [name for name, cls in REGISTRY.items() if ".tests" not in cls.__module__]
    assert [name for name in ours if f"| `{name}` |" not in page] == []


@pytest.fixture(scope="module")
def case_id(theatre: stage.Stage, django_db_blocker: Any) -> UUID:
    with django_db_blocker.unblock():
        platform = key_of()
        file = platform.form("/evidence", {"file": picture(), "party": "consumer"}).json()["id"]
        return UUID(platform.post("/complaints", complaint(theatre, evidence=[file])).json()["id"])


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The requests run in the test's own transaction, whose connection is not to be closed after each."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def is_address(path: str) -> bool:
    """Whether a client can ask for it at all: a made-up path may begin like the name of a host."""
    try:
        urlsplit(path)
    except ValueError:
        return False
    return not path.startswith("//")


@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.django_db
@pytest.mark.usefixtures("played", "one_connection")
def test_it_does_what_the_document_says(case: Any, platform: Caller, case_id: UUID) -> None:
    """Good and bad input made from the document: no 500, and nothing that it does not tell of."""
    if "case_id" in (case.path_parameters or {}) and case.path_parameters["case_id"]:
        case.path_parameters["case_id"] = str(case_id)
    assume(is_address(case.formatted_path))
    with transaction.atomic():
        response = case.call(headers=platform.headers)
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
