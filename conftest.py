"""What every test may ask for: a headless Chromium and a page on the live server.

The database is started by the plugin bihuan.project.runtime.testing (see pyproject.toml).
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from time import monotonic
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

# the same examples in every run: what CI finds, a developer finds too; BIHUAN_EXPLORE=1 looks for new ones
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.register_profile("explore", deadline=None)
hypothesis_settings.load_profile("explore" if os.environ.get("BIHUAN_EXPLORE") else "steady")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# no sandbox: tests may run as root; the rest keeps the browser from calling home
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE = 40_000
"""Milliseconds that a browser test waits for what it expects: a machine may do other things too."""
NO_BROWSER = (
    "There is no Chromium on this machine, so NO PAGE WAS TRIED IN A BROWSER. Install one (Debian: apt"
    " install chromium fonts-noto-cjk) or name one in BIHUAN_CHROMIUM."
)


def pytest_configure() -> None:
    """A real hash of a password takes a third of a second, and every stage has a dozen people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def chromium_path() -> str | None:
    """The browser to drive: BIHUAN_CHROMIUM, or the first one found."""
    wanted = os.environ.get("BIHUAN_CHROMIUM")
    return wanted or next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless browser for the whole run; skipped loudly (or failed) where there is none."""
    path = chromium_path()
    if path is None:
        if os.environ.get("BIHUAN_REQUIRE_BROWSER") == "1":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 (slow; only browser tests need it)

    expect.set_options(timeout=PATIENCE)

    # playwright's loop runs in this thread, and Django would take every query here for one from inside it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page of a new browser session on the live server: ``page.goto("/sign-in")``."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


COMMITTED = """
DO $$ BEGIN
    ALTER TABLE journal_entry DISABLE TRIGGER USER;
    TRUNCATE journal_entry, journal_head, journal_receipt, journal_anchor, journal_anchor_copy, clocks_clock,
        procrastinate_jobs CASCADE;
    ALTER TABLE journal_entry ENABLE TRIGGER USER;
END $$;
UPDATE journal_deployment SET kind = 'production', epoch = 1, frozen_at = NULL;
"""


@pytest.fixture(autouse=True)
def _nothing_stays_committed(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Django's flush leaves out tables made by SQL in migrations: a test that commits is cleaned up after.

    The language that a request left active does not reach the next test either.
    """
    server = request.getfixturevalue("live_server") if "live_server" in request.fixturenames else None
    yield
    translation.deactivate()
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        return
    if server is not None:
        _wait_for_answers(server.url)
    from django.db import connection  # noqa: PLC0415 (settings are read late)

    from bihuan.journal import time  # noqa: PLC0415
    from bihuan.norms import cache  # noqa: PLC0415

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        cursor.execute(COMMITTED)
    time._kinds.clear()
    cache.forget()


def _wait_for_answers(url: str) -> None:
    """A page that was closed may have asked for a picture still, and looking at evidence writes an entry.

    The server takes connections in turn: once it has answered us, all earlier ones have their threads.
    """
    httpx.get(f"{url}/healthz", timeout=30)
    until = monotonic() + 10
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(max(0.0, until - monotonic()))


ALONE = (
    "journal/tests/",
    "compliance/tests/test_trail",
    "project/tests/test_live",
    "test_browser_live",
    "robustness/",
)
"""Tests of what waits for every open transaction of the whole server (anchors, the feed), or kills it."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive the browser run in one worker: one browser is enough for a small machine."""
    for item in items:
        if any(part in item.path.as_posix() for part in ALONE):
            item.add_marker(pytest.mark.alone)
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end, where it is seen, that pages were not tried."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_BROWSER[:30] in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.section("browser", sep="!", red=True, bold=True)
        terminalreporter.line(f"{count} browser tests were skipped. {NO_BROWSER}", red=True)
