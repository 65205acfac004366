"""The pictures of the processes: made of the tables, complete, for everybody (ASM-2.2)."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import acting, staff
from bihuan.administration import actions, processes
from bihuan.administration.tests.conftest import AT
from bihuan.compliance.tests.site import text_of
from bihuan.engine.drawing import draw, drawn
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import last_of
from bihuan.journal.subject import Subject

CODES = [each.code for each in processes.processes()]


@pytest.mark.parametrize("code", CODES)
def test_the_picture_holds_every_state_and_step_of_the_table(code: str) -> None:
    table = processes.process(code).workflow
    found = drawn(table)
    assert found.states == tuple(table.states)
    moves = {(a, s.name, s.target) for s in table.steps for a in s.sources if s.target not in (None, a)}
    assert {tuple(arrow.split(" > ")) for arrow in found.arrows} == moves
    stays = sum(len(s.sources) for s in table.steps) - len(moves)
    assert sum(found.stays.values()) == stays


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_sees_it_and_can_read_every_step_in_words(code: str, language: str) -> None:
    client = Client()
    client.cookies["bihuan_language"] = language
    text = text_of(client, f"/rules/process/{code}")
    table = processes.process(code).workflow
    tongue = "en" if '<html lang="en"' in text else "zh"
    picture = text[text.index('<svg class="pd-svg"') : text.index("</svg>\n  </div>")]
    for arrow in draw(table, language=tongue).arrows:
        assert f'd="{arrow.path}"' in picture
    for step in table.steps:
        assert f'id="step-{step.name}"' in text
        assert html.escape(step.label(tongue)) in text
    assert "style=" not in text[text.index("<main") :]


def test_clauses_are_links_and_who_may_take_a_step_is_said() -> None:
    text = text_of(Client(), "/rules/process/complaint")
    row = re.search(r'id="step-approve_extension".*?</tr>', text, re.S)
    assert row is not None
    assert 'href="/rules/PCN-3.2.3"' in row[0]
    assert re.search("supervisor|主管", row[0])


def test_the_first_one_opens_and_an_unknown_one_is_not_found() -> None:
    assert Client().get("/rules/process").headers["Location"] == f"/rules/process/{CODES[0]}"
    text_of(Client(), "/rules/process/nothing", 404)


def test_a_changed_table_has_another_digest() -> None:
    assert len({processes.digest(each.workflow) for each in processes.processes()}) == len(CODES)


def test_what_the_pictures_show_is_written_down_by_the_program_alone() -> None:
    assert actions.record_processes(actor=PROGRAM, at=AT) == len(CODES)
    entry = last_of(Subject.named("process", "complaint").id, ["process.shown"])
    table = processes.process("complaint").workflow
    assert entry is not None
    assert (entry.event, entry.data["steps"]) == ("process.shown", len(table.steps))
    assert entry.data["digest"] == processes.digest(table)
    with pytest.raises(NotAllowed):
        actions.record_processes(actor=acting(staff(Role.ADMINISTRATOR)), at=AT)
