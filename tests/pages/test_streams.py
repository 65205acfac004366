"""Fifty tabs of one agent keep one stream open between them, and all of them hear."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("program"), pytest.mark.timeout(900),
]  # fmt: skip
TABS = 50


def test_fifty_tabs_cost_one_stream(chromium: Any, program: Any, furnished: dict[str, Any]) -> None:
    context = chromium.new_context(base_url=program.url, locale="zh-CN")
    context.set_default_timeout(120_000)
    session = furnished["sessions"]["agent"]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": program.url}])
    streams: list[Any] = []
    context.on("request", lambda asked: streams.append(asked) if "/live/stream" in asked.url else None)
    for ended in ("requestfinished", "requestfailed"):
        context.on(ended, lambda asked: streams.remove(asked) if asked in streams else None)
    tabs = [context.new_page() for _ in range(TABS)]
    for tab in tabs:
        tab.goto("/account", wait_until="commit")
    for tab in tabs:
        tab.wait_for_load_state()
        expect(tab.locator("body[data-bh-live]")).to_be_attached()
    assert len(open_of(streams)) == 1
    leader = streams[0].frame.page
    leader.close()
    others = [tab for tab in tabs if tab is not leader]
    until(others[0], lambda: len(open_of(streams)) == 1)
    context.close()


def open_of(streams: list[Any]) -> list[Any]:
    """Those of tabs that are still there."""
    return [asked for asked in streams if not asked.frame.page.is_closed()]


def until(tab: Any, holds: Any) -> None:
    for _ in range(300):
        if holds():
            return
        tab.wait_for_timeout(100)
    raise AssertionError("another tab did not take the stream over")
