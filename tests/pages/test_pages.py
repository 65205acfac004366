"""Every page of every site, as somebody sees it who may: open to all, not cut off, light, in one language.

The list is the program's own table of addresses: a new page is covered by itself, once a link leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.accounts.doors import page_access

from .conftest import HERE, Seen
from .crawl import Crawl

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("program"), pytest.mark.timeout(900),
]  # fmt: skip
FIRST_LOAD, AGAIN = 300_000, 60_000
"""Bytes over the wire: everything a page needs, and what the next page costs."""
GRAVE = ("serious", "critical")
PARTS = HERE.parents[1] / "src" / "bihuan" / "locale" / "parts"
ICONS = set((HERE.parents[1] / "src/bihuan/project/static/icons.txt").read_text("utf-8").split())
ENGLISH = re.compile(r"(?:[A-Za-z][a-z']+[ ,;:]+){2,}[A-Za-z]")
"""Three words of a sentence; not a code, an address or a name."""


def routes(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, Any]]:
    """Every address of the program that is meant for people, and its view."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route) if not route.startswith("/api/") else ()
        elif isinstance(each, URLPattern):
            yield route, each.callback


def takes_only_posts(view: Any) -> bool:
    """Whether Django's own decorator lets nothing but POST through."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list | tuple) and list(cell.cell_contents) == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


UNSEEN = {line.split(" ")[0] for line in (HERE / "unseen.txt").read_text("utf-8").splitlines()} - {"#", ""}
ALL = {route for route, view in routes(get_resolver()) if page_access(view) and not takes_only_posts(view)}


@pytest.mark.parametrize("route", sorted(ALL))
def test_page(crawl: Crawl, eyes: Any, route: str) -> None:
    """What is wrong with it, by the page's name; nothing."""
    pages = sorted((each for each in crawl.best.values() if each.route == route), key=lambda each: each.page)
    known = pages or route in crawl.elsewhere | UNSEEN
    assert known, crawl.refused.get(route, "no link leads there: see addresses.txt and unseen.txt")
    found = {page: list(wrong(seen)) for page, seen in eyes.look(pages).items()}
    assert {page: faults for page, faults in found.items() if faults} == {}


def wrong(seen: Seen) -> Iterator[str]:
    """Everything that a page must not be."""
    yield from (f"axe: {fault}" for fault in seen.faults if any(word in fault for word in GRAVE))
    yield from (f"script: {said}" for said in seen.said)
    yield from (f"at 360 px: {wide}" for wide in seen.too_wide)
    if seen.weight and (seen.weight["first"] >= FIRST_LOAD or seen.weight["again"] >= AGAIN):
        yield f"heavy: {seen.weight}"
    yield from (f"no such icon: {name}" for name in sorted(seen.icons - ICONS))
    yield from (f"English on a Chinese page: {text}" for text in seen.texts.get("zh", []) if is_english(text))
    yield from (f"Chinese on an English page: {text}" for text in seen.texts.get("en", []) if text in CHINESE)


def test_the_list_of_what_is_no_page_is_true() -> None:
    assert set() == UNSEEN - ALL


def catalogue() -> dict[str, str]:
    """All that the program says, English to Chinese."""
    said: dict[str, str] = {}
    for part in sorted(PARTS.glob("*.po")):
        with Path(part).open("rb") as file:
            said |= {
                m.id: m.string for m in read_po(file, locale="zh_Hans") if isinstance(m.id, str) and m.id
            }
    return said


SAID = catalogue()
CHINESE = {words for text, words in SAID.items() if re.search("[\u4e00-\u9fff]", words) and text != words}
"""What only a Chinese page says."""


def is_english(text: str) -> bool:
    """A text of the program that was not translated, or words that were never meant to be."""
    known = SAID.get(text, text) != text and (" " in text or text[:1].isupper())
    return known or ENGLISH.search(text) is not None
