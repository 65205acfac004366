"""Every page of the room opens in both languages, for whom it is meant and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.compliance.tests.site import as_role, text_of

PAGES = (
    "", "/people", "/people/new", "/teams", "/organisations", "/organisations/new", "/keys", "/keys/new",
    "/jobs", "/jobs?state=todo", "/notices", "/wordings", "/wordings/acceptance", "/phrases",
    "/phrases?kind=reason", "/rules", "/rules/PCN-3.4.b", "/rules/PCN-3.4.b/limit", "/rules/PCN-3.4.b/off",
    "/calendars", "/backups", "/backups/run", "/policy",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_the_administrator(language: str) -> None:
    client = as_role(Role.ADMINISTRATOR, language=language)
    for page in PAGES:
        text = text_of(client, f"/admin-room{page}")
        assert "<h1" in text or "bh-dialog-title" in text, page


def test_nobody_else_enters() -> None:
    for page in PAGES:
        answer = Client().get(f"/admin-room{page}")
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in"), page
    agent = as_role(Role.AGENT)
    assert {agent.get(f"/admin-room{page}").status_code for page in PAGES} == {403}


def test_the_auditor_reads_and_changes_nothing() -> None:
    client = as_role(Role.AUDITOR)
    for page in ("", "/people", "/keys", "/jobs", "/rules", "/calendars", "/backups", "/policy", "/notices"):
        text = text_of(client, f"/admin-room{page}")
        assert "btn-primary" not in text, page
    for page in ("/people/new", "/keys/new", "/backups/run", "/wordings", "/phrases", "/organisations"):
        text_of(client, f"/admin-room{page}", 403)
