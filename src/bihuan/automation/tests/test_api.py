"""Automation over the API: rules and macros made, tried, run and removed, as the pages do it."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from bihuan.automation.models import Macro, Rule
from bihuan.complaints import stage
from bihuan.complaints.tests.play import owned
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.journal import queries as journal

from .test_macros import macro


def call(client: Client, path: str, body: Any = None, *, method: str = "post") -> Any:
    send = getattr(client, method)
    content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return send(f"/api/v1/automation{path}", **content)


def test_a_rule_is_made_filled_tried_switched_and_removed(played: stage.Stage) -> None:
    client, case_id = signed_in(played.who("supervisor")), owned(played)
    made = call(client, "/rules", {"name": "质量投诉通知", "event": "complaint.assigned"})
    assert (made.status_code, made.json()["is_on"]) == (201, False)
    path = f"/rules/{made.json()['id']}"
    call(client, f"{path}/conditions", {"field": "type", "codes": ["quality"]})
    changed = call(client, f"{path}/actions", {"notify": "owner"}).json()
    assert (changed["conditions"], changed["actions"]) == ({"type": ["quality"]}, [{"notify": "owner"}])
    tried = call(client, f"{path}/trial", method="get").json()
    assert [row["case_id"] for row in tried["cases"]] == [str(case_id)] * tried["fitting"]
    assert call(client, f"{path}/switch", {"on": True}).json()["is_on"] is True
    assert call(client, f"{path}/firings", method="get").json() == []
    assert call(client, f"{path}/actions/0", method="delete").json()["actions"] == []
    assert call(client, path, method="delete").status_code == 204
    assert call(client, "/rules", method="get").json() == []


def test_a_refusal_says_why_and_changes_nothing(played: stage.Stage) -> None:
    client = signed_in(played.who("supervisor"))
    made = call(client, "/rules", {"name": "空", "event": "complaint.assigned"}).json()
    assert call(client, f"/rules/{made['id']}/switch", {"on": True}).status_code == 409
    assert call(client, f"/rules/{made['id']}/actions", {"step": "decide"}).status_code == 404
    assert call(client, "/rules", {"name": "x", "event": "no.such"}).status_code in (400, 404, 422)
    rule = Rule.objects.get()
    assert (rule.is_on, rule.actions) == (False, [])


def test_only_who_may_on_the_pages_may_here(played: stage.Stage) -> None:
    agent = signed_in(played.who("agent"))
    assert call(agent, "/rules", method="get").status_code == 403
    assert call(agent, "/macros", {"name": "m"}).status_code == 403
    assert call(Client(), "/rules", method="get").status_code == 401
    assert not Macro.objects.exists()


def test_a_macro_is_made_and_runs_as_the_person(played: stage.Stage) -> None:
    boss, case_id = signed_in(played.who("supervisor")), owned(played)
    empty = call(boss, "/macros", {"name": "立案"}).json()
    step = {"step": "open_investigation", "data": {"first_step": "draw_records"}}
    filled = call(boss, f"/macros/{empty['id']}/steps", step).json()
    assert filled["steps"] == [step]
    agent, prepared = signed_in(played.who("agent")), macro(played)
    body = {"case_id": str(case_id), "inputs": {"材料": "照片", "时间": "周五"}}
    results = call(agent, f"/macros/{prepared.id}/run", body).json()
    assert [(r["action"], r["state"]) for r in results] == [
        ("open_investigation", "done"),
        ("send_message", "done"),
    ]
    said = journal.last_of(case_id, ["complaint.investigation_opened"])
    assert said is not None
    assert said.actor_id == played.who("agent").id
    assert call(boss, f"/macros/{empty['id']}/steps/0", method="delete").json()["steps"] == []
    assert call(boss, f"/macros/{empty['id']}", method="delete").status_code == 204
