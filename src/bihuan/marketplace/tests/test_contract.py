"""The reference marketplace, the demo's orders and our reader all keep to the published contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings

from bihuan.marketplace import demo, records
from bihuan.marketplace.reference import Reference
from bihuan.marketplace.tests.factories import AT, line, record
from bihuan.marketplace.tests.serving import digest

FILE = Path(__file__).parents[1] / "static" / "marketplace" / "contract.yaml"
CONTRACT: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
APP = Reference(orders={"A1": record("A1", line(1))})


def _served(environ: dict[str, Any], start_response: Any) -> Any:
    if environ["PATH_INFO"] != "/contract":
        return APP(environ, start_response)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(CONTRACT | {"servers": [{"url": "/"}]}).encode()]


schema = schemathesis.openapi.from_wsgi("/contract", _served)


def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for({**CONTRACT, "$ref": f"#/components/schemas/{name}"})


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_the_reference_keeps_the_contract(case: Any) -> None:
    checks = schemathesis.checks
    case.call_and_validate(
        checks=[
            checks.not_a_server_error,
            checks.CHECKS.get_one("response_schema_conformance"),
            checks.CHECKS.get_one("status_code_conformance"),
        ]
    )


def test_the_demo_keeps_the_contract_and_is_read() -> None:
    validator = _validator("Order")
    for order in demo.orders(seed=1, until=AT):
        validator.validate(order)
        assert records.order_from(order, digest=digest).number == order["number"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "gone"},
        {"lines": []},
        {"number": "a b"},
        {"lines": [line(paid_fen=-1)]},
        {"ordered_at": None},
    ],
)
def test_what_the_contract_refuses_is_refused_by_the_reader(wrong: dict[str, Any]) -> None:
    bad = record("A1") | wrong
    assert not _validator("Order").is_valid(bad)
    with pytest.raises(records.Invalid):
        records.order_from(bad, digest=digest)
