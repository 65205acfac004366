"""Clauses are found by words of either language, the nearest first."""

from __future__ import annotations

import pytest

from bihuan.norms import finding
from bihuan.norms.reading import Library, read


@pytest.fixture(scope="module")
def library() -> Library:
    return read()


@pytest.mark.parametrize(
    ("asked", "first"),
    [("PCN-3.2.3", "PCN-3.2.3"), ("ish-3.4", "ISH-3.4"), ("信息交接", "ISH-3.4"), ("passing on", "ISH-3.4")],
)
def test_the_nearest_comes_first(library: Library, asked: str, first: str) -> None:
    assert finding.find(library, asked, 8)[0].id == first


def test_every_word_must_be_there(library: Library) -> None:
    found = finding.find(library, "pcn 时限", 100)
    assert found
    assert all(one.id.startswith("PCN") for one in found)
    assert finding.find(library, "pcn 量子", 8) == []
    assert finding.find(library, "  ", 8) == []


def test_no_more_than_asked_and_the_excerpt_shows_the_word(library: Library) -> None:
    found = finding.find(library, "投诉人", 5)
    assert len(found) == 5
    assert any("投诉人" in one.excerpt["zh"] for one in found)
