"""Two people in two browsers, two tabs in one: what one does the others see without loading anew."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time as clock
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection

from bihuan.complaints import stage, steps
from bihuan.complaints.tests.play import AT, owned
from bihuan.journal import time
from bihuan.journal.actor import Actor
from bihuan.project.drain import drain
from bihuan.project.tests.listening import session_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def committed(transactional_db: None) -> Iterator[stage.Stage]:
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    yield stage.build(at=AT, count=6)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_deployment SET kind = 'production', frozen_at = NULL")
    time._kinds.clear()


@pytest.fixture
def live_port(live_server: Any, settings: Any) -> Iterator[str]:
    """The live process on the test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    known = connection.settings_dict
    address = f"postgresql://{known['USER']}:{known['PASSWORD']}@/{known['NAME']}?host={known['HOST']}"
    own = {
        "DATABASE_URL": address,
        "BIHUAN_DATABASE_OWNER_URL": address,
        "BIHUAN_PUBLIC_URL": live_server.url,
    }
    serve = [
        "-m",
        "granian",
        "--interface",
        "asginl",
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--log-level",
        "error",
        "--workers-kill-timeout",
        "1",
    ]
    process = subprocess.Popen(
        [sys.executable, *serve, "bihuan.project.asgi:application"], env={**os.environ, **own}
    )
    try:
        end = clock.monotonic() + 60
        while not _answers(int(port)):
            assert clock.monotonic() < end
            clock.sleep(0.1)
        settings.LIVE_PORT = port
        yield port
    finally:
        process.terminate()
        process.wait(20)


def test_what_one_does_the_others_see(
    committed: stage.Stage, chromium: Any, live_server: Any, live_port: str
) -> None:
    case_id = owned(committed)
    desk = browser_of(chromium, live_server, committed.who("agent"))
    buyer = browser_of(chromium, live_server, committed.who("consumer"))
    case, inbox, mine = desk.new_page(), desk.new_page(), buyer.new_page()
    faults: list[str] = []
    for page in (case, inbox, mine):
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    case.goto(f"/desk/{case_id}")
    inbox.goto("/desk")
    mine.goto(f"/my/{case_id}")
    write(committed, case_id, "consumer", "请问什么时候有结果")
    case.wait_for_selector("#panel-talk >> text=请问什么时候有结果")
    inbox.wait_for_selector(f'[data-bh-case="{case_id}"].bh-changed')
    case.fill("#text-consumer", "正在写")
    write(committed, case_id, "agent", "已联系商家，明天答复您")
    mine.wait_for_selector("#live-talk >> text=已联系商家，明天答复您")
    case.wait_for_selector("#panel-talk >> text=已联系商家，明天答复您")
    assert case.input_value("#text-consumer") == "正在写"
    case.close()  # the tab that kept the stream: the other one takes it over
    steps.take(name="open_investigation", case_id=case_id, actor=committed.who("agent"), at=AT, data={})
    inbox.wait_for_selector(".bhd-state >> text=调查中")
    assert faults == []
    desk.close()
    buyer.close()


def write(played: stage.Stage, case_id: UUID, who: str, text: str) -> None:
    name = "write" if who == "consumer" else "send_message"
    steps.take(name=name, case_id=case_id, actor=played.who(who), at=AT, data={"text": text})
    drain(at=AT)


def browser_of(chromium: Any, live_server: Any, actor: Actor) -> Any:
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    context.set_default_timeout(60_000)
    context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": session_of(actor.id), "url": live_server.url}]
    )
    return context


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
