"""Every page of the running program, looked at once in a browser; the tests ask what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from .crawl import Crawl, Found

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "build" / "axe.min.js"


@dataclass
class Seen:
    """What one page showed in the browser."""

    faults: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    weight: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """Errors on the console."""
    icons: set[str] = field(default_factory=set)


@pytest.fixture(scope="session")
def furnished(program: Any) -> dict[str, Any]:
    """Sessions of everybody, and a case in every state."""
    return program.run(HERE / "furnish.py")


@pytest.fixture(scope="session")
def crawl(program: Any, furnished: dict[str, Any]) -> Crawl:
    """All pages that people find, and those of addresses.txt."""
    walked = Crawl(program.url, {case: state for state, case in furnished["cases"].items()})
    starts: dict[str, list[str]] = {}
    for line in (HERE / "addresses.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            who, _, path = line.partition(": ")
            starts.setdefault(who, []).append(path.format(**furnished["cases"], **furnished["things"]))
    for who in ("stranger", *furnished["sessions"]):
        own = who.partition(" ")[2]
        more = starts.get(who, [])
        if own:
            more = [*more, furnished["pages"][own]["consumer"]]
        if who == "supervisor":
            more = [*more, *(pages["desk"] for pages in furnished["pages"].values())]
        walked.walk(who, furnished["sessions"].get(who, ""), more)
    return walked


class Eyes:
    """Two windows: a wide one in Chinese and light, a narrow one in English and dark."""

    def __init__(self, chromium: Any, url: str, sessions: dict[str, str]) -> None:
        self.url, self.sessions, self.known = url, sessions, dict[str, Seen]()
        self.wide = self._window(chromium, "zh-hans", "light", (1440, 900))
        self.narrow = self._window(chromium, "en", "dark", (390, 844))
        for window in (self.wide, self.narrow):
            window.goto("/")  # what every page shares is there from now on

    def _window(self, chromium: Any, language: str, theme: str, size: tuple[int, int]) -> Any:
        context = chromium.new_context(
            base_url=self.url, color_scheme=theme, reduced_motion="reduce",
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        context.set_default_timeout(60_000)
        context.add_init_script(path=AXE)
        context.add_init_script(path=HERE / "look.js")
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.url}])
        return context.new_page()

    def look(self, pages: Sequence[Found]) -> dict[str, Seen]:
        """Once at each page of a route: the first in both windows, its variants in one or the other."""
        for number, found in enumerate(pages):
            if found.page not in self.known:
                seen = self.known[found.page] = Seen()
                if number == 0 or number % 2:
                    self._in_chinese(found, seen)
                if number % 2 == 0:
                    self._in_english(found, seen)
        return {found.page: self.known[found.page] for found in pages}

    def _in_chinese(self, found: Found, seen: Seen) -> None:
        page = self._open(self.wide, found, seen)
        seen.weight, seen.texts["zh"] = page.evaluate("bhLook.weight()"), page.evaluate("bhLook.texts()")
        seen.faults += page.evaluate("bhLook.faults()")

    def _in_english(self, found: Found, seen: Seen) -> None:
        page = self._open(self.narrow, found, seen)
        seen.texts["en"] = page.evaluate("bhLook.texts()")
        seen.faults += [f"narrow, dark: {fault}" for fault in page.evaluate("bhLook.faults()")]
        page.set_viewport_size({"width": 360, "height": 780})
        seen.too_wide += filter(None, [page.evaluate("bhLook.tooWide()")])
        page.set_viewport_size({"width": 390, "height": 844})

    def _open(self, page: Any, found: Found, seen: Seen) -> Any:
        session = {"name": settings.SESSION_COOKIE_NAME, "url": self.url}
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        if found.who in self.sessions:
            page.context.add_cookies([{**session, "value": self.sessions[found.who]}])

        def note(said: Any) -> None:
            if said.type == "error":
                seen.said.append(said.text)

        page.on("console", note)
        assert page.goto(found.path, wait_until="load").status == 200, found
        page.remove_listener("console", note)
        seen.icons |= set(page.evaluate("bhLook.icons()"))
        return page


@pytest.fixture(scope="session")
def eyes(chromium: Any, program: Any, furnished: dict[str, Any]) -> Iterator[Eyes]:
    both = Eyes(chromium, program.url, furnished["sessions"])
    yield both
    both.wide.context.close()
    both.narrow.context.close()
