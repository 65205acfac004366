"""The what-if as pages: figures lead to exactly their clocks, progress by slices, errors at their field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bihuan.accounts.permissions import Role
from bihuan.compliance import whatif
from bihuan.compliance.pages import what_if
from bihuan.compliance.tests.lives import CLAUSE, drill, live, rules
from bihuan.compliance.tests.site import as_role, clock_ids, links, text_of
from bihuan.compliance.tests.test_what_if import digest_of_everything, six

pytestmark = pytest.mark.django_db
ROWS = "/oversight/what-if/clocks?"
ASKED = f"/oversight/what-if?clause={CLAUSE}&of={CLAUSE}&from=2026-09-01&to=2026-09-30&limit="


@pytest.fixture(autouse=True)
def _drill(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    settings.MFA_REQUIRED_ROLES = []
    with drill(tmp_path, monkeypatch):
        rules(tmp_path)
        yield


def figures(text: str) -> list[str]:
    """The five large figures: missed, would be missed, newly, no longer, clocks."""
    part = text.split('class="ov-then-figures"')[1].split("</dl>")[0]
    return re.findall(r"<dd>\s*<(?:a|span)[^>]*>([\d,]+)</", part)


def test_every_figure_leads_to_exactly_its_clocks() -> None:
    six()
    client = as_role(Role.AUDITOR)
    text = text_of(client, f"{ASKED}8h")
    assert figures(text) == ["3", "6", "3", "0", "6"]
    assert "Behaviour held constant." in text
    for path, number in links(text, ROWS):
        assert len(clock_ids(text_of(client, path))) == int(number), path


def test_the_last_quarter_is_asked_unless_another_period_is() -> None:
    text = text_of(as_role(Role.MANAGER), "/oversight/what-if")
    assert 'value="2026-04-01"' in text
    assert 'value="2026-06-30"' in text
    assert "Choose a clause with a limit." in text


def test_a_clause_offers_its_present_limit_and_nothing_is_computed_yet() -> None:
    six()
    text = text_of(as_role(Role.MANAGER, language="zh-hans"), f"/oversight/what-if?clause={CLAUSE}")
    assert 'name="limit" value="24h"' in text
    assert "现为24小时" in text
    assert "ov-then" not in text


@pytest.mark.parametrize(
    ("limit", "words"),
    [("8", "Give a length of time"), ("", "Give a length of time"), ("4bh", "names no business hours")],
)
def test_a_wrong_limit_is_said_and_what_was_typed_stays(limit: str, words: str) -> None:
    text = text_of(as_role(Role.MANAGER), f"{ASKED}{limit}", 422)
    assert words in text
    assert f'value="{limit}"' in text
    assert "ov-then" not in text


def test_a_large_count_shows_how_far_it_is_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    six()
    monkeypatch.setattr(whatif, "BATCH", 4)
    monkeypatch.setattr(what_if, "SECONDS", 0.0)
    client = as_role(Role.AUDITOR)
    text = text_of(client, f"{ASKED}8h")
    assert "4 / 6" in text
    state = re.findall(r'name="so_far" value="([^"]+)"', text)[0]
    page = client.post("/oversight/what-if", {"so_far": state})
    assert page.status_code == 200
    assert figures(page.content.decode()) == ["3", "6", "3", "0", "6"]
    assert "so_far" not in page.content.decode()
    part = client.post("/oversight/what-if", {"so_far": state}, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="what-if-result"')


def test_a_state_that_was_forged_or_is_another_persons_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    six()
    monkeypatch.setattr(whatif, "BATCH", 4)
    monkeypatch.setattr(what_if, "SECONDS", 0.0)
    text = text_of(as_role(Role.AUDITOR), f"{ASKED}8h")
    state = re.findall(r'name="so_far" value="([^"]+)"', text)[0]
    for who, given in (
        (as_role(Role.MANAGER), state),
        (as_role(Role.AUDITOR), "x"),
        (as_role(Role.AUDITOR), ""),
    ):
        assert who.post("/oversight/what-if", {"so_far": given}).status_code == 422


def test_classes_and_facts_have_their_own_fields(tmp_path: Path) -> None:
    rules(tmp_path, limit="{by: complexity, general: 3wd, complex: 5wd}")
    live(("accepted", "2026-09-02T10:00:00"), ("found", "2026-09-04T11:00:00"))
    client = as_role(Role.AUDITOR, language="zh-hans")
    asked = ASKED.replace("&limit=", "&limit_general=1wd&limit_complex=2wd")
    text = text_of(client, asked)
    assert figures(text) == ["0", "1", "1", "0", "1"]
    assert "3个工作日 → <strong>1个工作日</strong>" in text
    assert figures(text_of(client, f"{asked}&fact_complexity=general")) == ["0", "1", "1", "0", "1"]
    assert "没有" in text_of(client, f"{asked}&fact_complexity=complex")


def test_the_pages_write_nothing() -> None:
    six()
    client = as_role(Role.AUDITOR)
    text_of(client, "/oversight/what-if")
    before = digest_of_everything()
    text = text_of(client, f"{ASKED}8h")
    text_of(client, links(text, ROWS)[0][0])
    assert digest_of_everything() == before


@pytest.mark.parametrize("query", ["", "was=lost", "after=x"])
def test_a_changed_address_of_rows_is_refused(query: str) -> None:
    six()
    path = f"{ROWS}{query}" if not query else f"{ASKED.replace('what-if?', 'what-if/clocks?')}8h&{query}"
    text_of(as_role(Role.AUDITOR), path, 422)


def test_strangers_and_outsiders_do_not_enter(client: Any) -> None:
    assert client.get("/oversight/what-if").status_code == 302
    text_of(as_role(Role.OFFICER_PRODUCT), "/oversight/what-if", 403)
    text_of(as_role(Role.OFFICER_PRODUCT), f"{ROWS}x=1", 403)
