"""Follows the links of the program as each of its people, and says which address shows which page.

A page is a route together with the step or act in its address, a case page also with the state of its case. A
new page that is linked from anywhere is found by itself.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.urls import Resolver404, resolve

TWICE = 2
"""How many people open the same page, so that the fullest one can be taken."""
NAMES = ("name", "step")
"""Parts of an address that make another page of it."""


@dataclass(frozen=True)
class Found:
    """A page that somebody saw; ``who`` is empty for a stranger."""

    page: str
    path: str
    who: str
    size: int

    @property
    def route(self) -> str:
        return self.page.split(" ")[0]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


class Crawl:
    """``states``: what state the cases are in whose pages are told apart."""

    def __init__(self, url: str, states: Mapping[str, str]) -> None:
        self.url, self.states = url, states
        self.best: dict[str, Found] = {}
        self.elsewhere: set[str] = set()
        """Routes that answered with a redirect, or with a file."""
        self.refused: dict[str, str] = {}
        """By route: who was refused how, for the message of a failure."""
        self._opened: Counter[str] = Counter()

    def walk(self, who: str, session: str, starts: Sequence[str]) -> None:
        """Everything that this person finds from the front page and from these addresses on."""
        cookies = {settings.SESSION_COOKIE_NAME: session} if session else {}
        headers = {"Accept": "text/html"}
        with httpx.Client(base_url=self.url, cookies=cookies, timeout=60, headers=headers) as client:
            mine: set[str] = set()
            waiting, sure = deque(["/", *starts]), {"/", *starts}
            while waiting:
                path = waiting.popleft()
                page = self.name_of(path)
                if page is None or page in mine or (self._opened[page] >= TWICE and path not in sure):
                    continue
                mine.add(page)
                found = list(self._open(client, who, page, path))
                sure.update(found if page.split(" ")[0] in self.elsewhere else ())  # where a redirect leads
                waiting.extend(found)

    def _open(self, client: Any, who: str, page: str, path: str) -> Iterator[str]:
        self._opened[page] += 1
        answer = client.get(path)
        if answer.is_redirect:
            self.elsewhere.add(page.split(" ")[0])
            yield answer.headers["location"]
        if answer.status_code != 200:
            self.refused[page.split(" ")[0]] = f"{answer.status_code} for {who} at {path}"
            return
        if not answer.headers["content-type"].startswith("text/html") or "<html" not in answer.text[:500]:
            self.elsewhere.add(page.split(" ")[0])
            return
        if page not in self.best or self.best[page].size < len(answer.content):
            self.best[page] = Found(page, path, who, len(answer.content))
        links = _Links()
        links.feed(answer.text)
        paths = (urljoin(path, link).partition("#")[0] for link in links.found if not link.startswith("#"))
        yield from (each for each in paths if each.startswith("/"))

    def name_of(self, path: str) -> str | None:
        """``/desk/<uuid:case_id>/steps/<slug:name> classify``; None for what is no page of the program."""
        try:
            found = resolve(urlsplit(path).path)
        except Resolver404:
            return None
        state = (
            [] if found.kwargs.keys() - {"case_id"} else [self.states.get(str(found.kwargs.get("case_id")))]
        )
        names = [str(found.kwargs[name]) for name in NAMES if name in found.kwargs]
        return " ".join(["/" + found.route, *names, *filter(None, state)])
