"""Every page and every operation, with every role, against the committed matrix (tests/matrix)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.doors import page_access
from bihuan.accounts.models import Person
from bihuan.accounts.permissions import MERCHANT_ROLES, Role
from bihuan.aftersales import actions as aftersales
from bihuan.aftersales.actions import NewApplication
from bihuan.aftersales.stage import take_order
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import actions, stage, steps
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.orders import actions as orders
from bihuan.orders.actions import NewService
from bihuan.project.api import api

from .conftest import AT, Caller, complaint, key_of, session_of
from .files import picture

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parent.parent / "matrix" / "matrix.json"
PAGES_OF_OTHERS = ("api/", "static/")
Answers = dict[str, str]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_page_gives_each_role_what_is_committed(played) -> None:
    compare(pages(Scene(played)), lambda row: row.startswith("PAGE "))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_operation_gives_each_caller_what_is_committed(played) -> None:
    compare(operations(Scene(played)), lambda row: not row.startswith("PAGE "))


def compare(found: dict[str, Answers], ours: Callable[[str], bool]) -> None:
    """The rows found against the committed ones, which BIHUAN_WRITE_MATRIX writes anew."""
    known = json.loads(FILE.read_text("utf-8"))
    if os.environ.get("BIHUAN_WRITE_MATRIX"):
        known = {row: cells for row, cells in known.items() if not ours(row)} | found
        rows = sorted(known, key=lambda row: (not row.startswith("PAGE "), row.partition(" ")[2], row))
        text = json.dumps({row: known[row] for row in rows}, indent=1, ensure_ascii=False)
        FILE.write_text(text + "\n", "utf-8")
    known = {row: cells for row, cells in known.items() if ours(row)}
    assert sorted(found) == sorted(known), "a page or operation came or went: see tests/matrix/README.md"
    assert {row: cells for row, cells in found.items() if known[row] != cells} == {}


def test_nobody_outside_enters_what_is_not_public() -> None:
    """The committed matrix itself: what a stranger or somebody not signed in gets."""
    for row, cells in json.loads(FILE.read_text("utf-8")).items():
        if ":" in cells["access"] or cells["access"] in ("signed-in", "session"):
            let_in = [each for status in ("200", "open") for each in cells.get(status, "").split()]
            assert "anonymous" not in let_in, row
            if "case_id" in row:
                assert not {"other-consumer", "other-merchant", "other-merchant-key"} & set(let_in), row


class Scene:
    """A case with everything that an address may name, and the callers."""

    def __init__(self, played: stage.Stage) -> None:
        """Made through the API and the actions, as people make it."""
        platform = key_of()
        file = platform.form("/evidence", {"file": picture(), "party": "consumer"}).json()["id"]
        order = played.orders[0]
        body = complaint(played, evidence=[file])
        case = Case.objects.get(id=platform.post("/complaints", body).json()["id"])
        owner = played.people["agent"]
        actions.assign(case_id=case.id, actor=played.people["supervisor"], at=AT, owner_id=owner.id)
        clock = clocks.of(case.id)[0].id
        self.case = case.id
        self.values: Mapping[str, Any] = {
            "case_id": case.id, "clock_id": clock, "item_id": file, "number": order["number"],
            "name": "classify", "clause_id": "PCN-1.2", "channel": "sms", "token": "x",
            "refund_id": uuid4(), "notice_id": uuid4(), "verification_id": uuid4(),
            "sample_id": uuid4(), "text_hash": "0" * 64,
            "offer_id": uuid4(), "person_id": owner.id, "incoming_id": uuid4(),
            "organisation_id": uuid4(), "key_id": uuid4(), "phrase_id": uuid4(), "job_id": 1, "row_id": 1,
            "kind": "acceptance", "provider_id": "sso", "webhook_id": uuid4(), "delivery_id": uuid4(),
            "plan_id": uuid4(), "rule_id": uuid4(), "macro_id": uuid4(), "view_id": uuid4(),
            "step": "classify", "form": "csv", "account_id": uuid4(), "write_off_id": uuid4(),
            "difference_id": uuid4(), "flow": "complaint", "incident_id": uuid4(), "unit_id": uuid4(),
            "role": "agent", "code": "cases", "policy_id": uuid4(), "browser_id": uuid4(),
            "lists_id": uuid4(),
        }  # fmt: skip
        self.aftersales = apply(played)
        self.service = served(played)
        self.callers = dict(callers(played, platform))

    def values_for(self, address: str) -> Mapping[str, Any]:
        """What stands for the parameters of an address: a case of the flow that it belongs to."""
        if "aftersales" in address:
            return {**self.values, "case_id": self.aftersales}
        if any(part in address for part in ("order-services", "orders/service", "partner/orders")):
            return {**self.values, "case_id": self.service}
        return self.values


def apply(played: stage.Stage) -> UUID:
    """An application of the same consumer for the goods of the same merchant."""
    first = played.orders[0]
    number = take_order(first, at=AT)
    new = NewApplication(
        channel="site", consumer_id=played.people["consumer"].id, order_number=number, kind="return",
        ground="no_reason", pieces={1: 1}, opened=True, used=False,
    )  # fmt: skip
    return aftersales.submit(actor=played.people["consumer"], at=AT, new=new).case_id


def served(played: stage.Stage) -> UUID:
    """A service that was asked for with the same consumer's order."""
    new = NewService(order_number=played.orders[0]["number"], service="invoice", details={"title": "个人"})
    return orders.open_service(actor=played.people["consumer"], at=AT, new=new).case_id


def callers(played: stage.Stage, platform: Caller) -> Iterator[tuple[str, Caller]]:
    shop = played.people["merchant"].organisation_id
    other_shop = next(each for each in played.merchants.values() if each != shop)
    known = {
        Role.CONSUMER: played.people["consumer"],
        Role.AGENT: played.people["agent"],
        Role.MERCHANT_OPERATOR: played.people["merchant"],
    }
    yield "anonymous", Caller()
    for role in Role:
        if role not in (Role.PROGRAM, Role.SYSTEM):
            yield str(role), session_of(known.get(role) or person(role, shop))
    yield "other-agent", session_of(played.people["other_agent"])
    yield (
        "other-consumer",
        session_of(next(c for c in played.consumers.values() if c.id != played.people["consumer"].id)),
    )
    yield "other-merchant", session_of(person(Role.MERCHANT_OPERATOR, other_shop))
    yield "key", platform
    yield "merchant-key", key_of(shop)
    yield "other-merchant-key", key_of(other_shop)


def person(role: Role, shop: UUID | None) -> Actor:
    kind, organisation = ActorKind.STAFF, None
    if role in MERCHANT_ROLES:
        kind, organisation = ActorKind.MERCHANT, shop
    elif role in (Role.PARTNER_OPERATOR, Role.PARTNER_ADMIN):
        kind = ActorKind.PARTNER
        organisation = accounts.create_organisation(
            kind="carrier", name="迅捷", reference=f"c-{uuid4()}", actor=PROGRAM, at=AT
        ).id
    new = NewPerson(
        kind=kind, username=f"{role}-{uuid4().hex[:6]}", label=str(role), organisation_id=organisation
    )
    made = accounts.create_person(new=new, actor=PROGRAM, at=AT)
    accounts.grant_role(person_id=made.id, role=role, actor=PROGRAM, at=AT)
    Person.objects.filter(id=made.id).update(state="active")
    return accounts_queries.actor_by_id(made.id, at=AT)


def pages(scene: Scene) -> dict[str, Answers]:
    found = {}
    for route, names, view in sorted(routes(get_resolver()), key=lambda each: each[0]):
        address = "/" + route
        values = scene.values_for(route)
        assert set(names) <= set(values), f"{route}: say in Scene what stands for its parameters"
        for name, text in names.items():
            address = address.replace(text, str(values[name]))
        cells = {"access": page_access(view) or "nobody"}
        assert cells["access"] != "nobody", f"{route} does not say who may enter (accounts.doors)"
        found[f"PAGE /{route}"] = cells | grouped(
            {
                who: entered(caller.client, address)
                for who, caller in scene.callers.items()
                if "key" not in who
            }
        )
    return found


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, dict[str, str], Any]]:
    """Every page: its address, its parameters as they stand there, its view."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if route.startswith(PAGES_OF_OTHERS):
            continue
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        elif isinstance(each, URLPattern):
            yield route, parameters(route), each.callback


def parameters(route: str) -> dict[str, str]:
    import re

    return {m.group(1): m.group(0) for m in re.finditer(r"<(?:\w+:)?(\w+)>", route)}


def entered(client: Client, address: str) -> str:
    with rolled_back():
        before = {name: morsel.value for name, morsel in client.cookies.items()}
        answer = client.get(address)
        client.cookies.load(before)
    if answer.status_code == 302:
        return "sign-in" if answer["Location"].startswith("/sign-in?") else "302"
    return str(answer.status_code)


def operations(scene: Scene) -> dict[str, Answers]:
    document = api.get_openapi_schema(path_prefix="")
    found = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            access = " ".join(operation["x-scopes"]) or (
                "session" if "security" in operation else "signature"
            )
            body = example(operation, document)
            answers = {who: called(c, scene, method, path, body) for who, c in scene.callers.items()}
            found[f"{method.upper()} {path}"] = {"access": access} | grouped(answers)
    return found


def called(caller: Caller, scene: Scene, method: str, path: str, body: Any) -> str:
    address = "/api/v1" + path.format(**scene.values_for(path))
    with rolled_back():
        if body == "file":
            sent: dict[str, Any] = {"data": {"file": picture(), "party": "consumer"}}
        elif body == "bytes":
            sent = {"data": b"x", "content_type": "application/octet-stream"}
        else:
            sent = {"data": json.dumps(body), "content_type": "application/json"} if method != "get" else {}
        answer = getattr(caller.client, method)(address, headers=caller.headers, **sent)
    if answer.status_code not in (401, 403, 404):
        assert answer.status_code < 500, (path, answer.content)
        return "open"
    elsewhere = "{case_id}/steps/" in path and answer.json().get("clause") != "PCN-1.2"
    return "open" if answer.status_code == 404 and elsewhere else str(answer.status_code)


def example(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """A body with the form that the operation asks for, so that it comes to the question who asks."""
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return "file"
    if not content:
        return None
    if "application/json" not in content:
        return "bytes"
    schema = content["application/json"]["schema"]
    made = value(schema, document)
    name = operation["operationId"].removeprefix("step_")
    for field in made if name in steps.doors() else ():
        if codes := steps.doors()[name].choices(field):
            made[field] = [codes[0]] if isinstance(made[field], list) else codes[0]
    return made


def value(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return value(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
    if "anyOf" in schema:
        return value(schema["anyOf"][0], document)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    kind, form = schema.get("type"), schema.get("format")
    if kind == "object":
        needed = schema.get("required", ())
        return {n: value(s, document) for n, s in schema.get("properties", {}).items() if n in needed}
    if form in ("uuid", "date-time", "date"):
        later = AT + timedelta(days=3)
        return {"uuid": str(uuid4()), "date-time": later.isoformat(), "date": later.date().isoformat()}[form]
    if "pattern" in schema:
        return "abcdefgh"
    return {"string": "text", "integer": 1, "boolean": True, "array": [], "number": 1}.get(str(kind))


def grouped(answers: Mapping[str, str]) -> Answers:
    found: dict[str, list[str]] = {}
    for who, answer in answers.items():
        found.setdefault(answer, []).append(who)
    return {answer: " ".join(found[answer]) for answer in sorted(found)}


class rolled_back:  # noqa: N801 (reads like a statement)
    """What is done inside leaves nothing behind."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(*error)
