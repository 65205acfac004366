"""Pages of automation: made, filled, tried, run; refusals keep what was typed."""

from __future__ import annotations

from bihuan.automation.models import Firing, Macro, Rule
from bihuan.complaints import stage
from bihuan.complaints.tests.play import owned
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.journal import queries as journal

from .test_macros import macro

ASK = {"party": "merchant", "what": "inspection_report", "reason": "请提供检验报告", "due_at": "3d"}


def test_a_rule_is_made_filled_and_tried(played: stage.Stage) -> None:
    client, case_id = signed_in(played.who("supervisor")), owned(played)
    new = {"what": "rule", "name": "质量投诉自动举证", "trigger": "event", "event": "complaint.assigned"}
    assert client.post("/desk/automation", new).status_code == 302
    made = Rule.objects.get()
    path = f"/desk/automation/rules/{made.id}"
    client.post(f"{path}/condition", {"field": "type", "code": ["quality", "price"]})
    to = client.post(f"{path}/action", {"action": "step.request_evidence"})
    assert to["Location"] == f"{path}/steps/request_evidence"
    assert client.post(to["Location"], ASK).status_code == 302
    client.post(f"{path}/action", {"action": "owner"})
    client.post(f"{path}/switch", {"on": "1"})
    made.refresh_from_db()
    assert (made.is_on, made.conditions) == (True, {"type": ["price", "quality"]})
    assert made.actions[0]["data"]["due_at"] == {"after": "3d"}
    page = client.get(f"{path}?try=1").content.decode()
    assert "Of 2 in the last seven days, 2 would have fitted." in page
    assert str(case_id) in page
    assert not Firing.objects.exists()


def test_a_wrong_span_keeps_the_form(played: stage.Stage) -> None:
    client = signed_in(played.who("supervisor"))
    new = {"what": "rule", "name": "举证", "trigger": "event", "event": "complaint.assigned"}
    client.post("/desk/automation", new)
    path = f"/desk/automation/rules/{Rule.objects.get().id}/steps/request_evidence"
    page = client.post(path, {**ASK, "due_at": "soon"})
    assert page.status_code == 422
    assert "请提供检验报告" in page.content.decode()
    assert Rule.objects.get().actions == []


def test_a_macro_is_shown_before_it_runs(played: stage.Stage) -> None:
    made, case_id = macro(played), owned(played)
    client = signed_in(played.who("agent"))
    path = f"/desk/{case_id}/macros/{made.id}"
    assert made.name in client.get(f"/desk/{case_id}/macros").content.decode()
    page = client.get(path).content.decode()
    assert 'name="input:材料"' in page
    assert journal.last_of(case_id, ["complaint.investigation_opened"]) is None
    done = client.post(path, {"input:材料": "照片", "input:时间": "周五"}).content.decode()
    assert done.count("bg-green-lt") == 2
    assert journal.last_of(case_id, ["complaint.investigation_opened"]) is not None


def test_others_find_nothing(played: stage.Stage) -> None:
    made, case_id = macro(played), owned(played)
    for part in ("merchant", "consumer"):
        client = signed_in(played.who(part))
        assert client.get("/desk/automation").status_code == 403
        assert client.post(f"/desk/{case_id}/macros/{made.id}", {}).status_code == 403
    agent = signed_in(played.who("agent"))
    assert agent.post(f"/desk/automation/macros/{made.id}/remove").status_code == 403
    assert agent.post("/desk/automation", {"what": "macro", "name": "x"}).status_code == 403
    assert Macro.objects.get().removed_at is None


def test_an_auditor_reads_and_changes_nothing(played: stage.Stage) -> None:
    made = macro(played)
    client = signed_in(played.who("auditor"))
    assert made.name in client.get("/desk/automation").content.decode()
    assert client.post(f"/desk/automation/macros/{made.id}/step/drop", {"number": "0"}).status_code == 403
    assert len(Macro.objects.get().steps) == 2
