"""The file of a case as an auditor reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import Person
from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import played, set_stage
from bihuan.complaints.tests.play import submit
from bihuan.compliance.pages.journal import VERIFIER
from bihuan.compliance.tests.site import clock_ids, text_of, visitor
from bihuan.evidence.models import Item

__all__ = ["played", "set_stage"]
pytestmark = pytest.mark.django_db


def browser(played: stage.Stage, part: str, language: str = "en") -> Client:
    return visitor(Person.objects.get(id=played.who(part).id), language)


def test_the_auditor_reads_matter_clocks_entries_and_digests(played: stage.Stage, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []
    done = submit(played)
    text = text_of(browser(played, "auditor"), f"/oversight/case/{done.case_id}")
    assert Item.objects.filter(subject_id=done.case_id).get().blob_id in text
    assert "entries are not covered by an anchor yet" in text
    assert "PCN-3.1.3.a" in text
    assert '<form method="post"' not in text
    assert "/desk/" not in text
    why = text_of(browser(played, "auditor", "zh-hans"), f"/oversight/clocks/{clock_ids(text)[0]}")
    assert "起算事件" in why
    assert done.number in why


def test_its_journal_verifies_without_the_program(played: stage.Stage, settings: Any, tmp_path: Path) -> None:
    settings.MFA_REQUIRED_ROLES = []
    done = submit(played)
    page = browser(played, "auditor").get(f"/oversight/case/{done.case_id}/journal.jsonl")
    assert page.headers["Content-Disposition"] == f'attachment; filename="{done.number}.jsonl"'
    lines = [json.loads(line) for line in page.content.splitlines()]
    assert lines[0]["subject_id"] == str(done.case_id)
    assert lines[-1]["end"]["entries"] == sum("entry" in line for line in lines)
    file = tmp_path / "export.jsonl"
    file.write_bytes(page.content)
    ran = subprocess.run([sys.executable, str(VERIFIER), str(file)], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_those_who_may_not_know_the_case_learn_nothing(played: stage.Stage, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []
    done = submit(played)
    path = f"/oversight/case/{done.case_id}"
    assert browser(played, "counsel").get(path).status_code == 404
    assert browser(played, "consumer").get(path).status_code == 403
    assert browser(played, "agent").get(f"{path}/journal.jsonl").status_code in (403, 404)
    assert (
        browser(played, "manager").get("/oversight/case/00000000-0000-0000-0000-000000000001").status_code
        == 404
    )
