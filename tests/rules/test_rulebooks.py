"""The shipped rulebooks: every clause is there, carried ones are proven, every example comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bihuan.engine.clock import Calendars
from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.scenario import parse_scenario, run_scenario
from bihuan.norms import checking
from bihuan.norms.reading import Library, read

HERE = Path(__file__).parent
KEYS = """
id title text source nature verified status kind since until applies starts_on known_on stops_on cancels_on
gives_way_on pauses_on resumes_on when key limit roll hours extension follows values warn escalate evidence
note assumed
"""
ORDER = KEYS.split()
DOCUMENTS = list(read().scenarios())
ENGINE = [document for document in DOCUMENTS if "acts" not in document.value]
WHO = {
    "consumer", "agent", "other_agent", "supervisor", "merchant", "counsel", "officer", "manager", "program",
}  # fmt: skip


def listed(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").split()


def title(document: checking.Document) -> str:
    return f"{document.file.removesuffix('.yaml')}:{document.value['name']['en']}"


def test_ids_are_the_committed_ones(library: Library) -> None:
    assert sorted(item.clause.id for item in library) == sorted(listed("ids.txt"))


def test_carried_are_the_committed_ones(library: Library) -> None:
    carried = [item.clause.id for item in library if item.clause.status == "carried"]
    assert sorted(carried) == sorted(listed("carried.txt"))


def test_carried_clauses_have_events_evidence_and_scenarios(library: Library) -> None:
    assert [str(problem) for problem in checking.problems(library, checking.known())] == []


def test_keys_stand_in_the_order_of_the_house(library: Library) -> None:
    for item in library:
        keys = list(item.document.value)
        assert keys == [key for key in ORDER if key in keys], item.clause.id


def test_law_names_article_and_how_it_was_checked(library: Library) -> None:
    for item in library.books["law-cn"].clauses.values():
        source = item.clause.source
        assert source["article"], item.clause.id
        assert item.clause.verified == (source["checked"] == "V1"), item.clause.id


def test_figures_without_source_are_explained(library: Library) -> None:
    silent = [item.clause.id for item in library if item.clause.assumed and item.clause.note is None]
    assert silent == []


def test_chinese_texts_use_chinese_punctuation(library: Library) -> None:
    wrong = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;?!()][\u4e00-\u9fff]")
    for item in library:
        clause = item.clause
        for text in (clause.title["zh"], clause.text["zh"], (clause.note or {}).get("zh", "")):
            assert not wrong.search(text), (clause.id, text)


@pytest.mark.parametrize("document", ENGINE, ids=title)
def test_example(document: checking.Document, library: Library, calendars: Calendars) -> None:
    index = RuleIndex(item.clause for item in library)
    assert run_scenario(document.value, index, calendars).mismatches == ()


def test_acts_can_be_read() -> None:
    for document in DOCUMENTS:
        scenario = parse_scenario(document.value)
        assert scenario.clauses, document.file
        assert {act["who"] for act in scenario.acts} <= WHO, document.file
        assert list(scenario.acts) == sorted(scenario.acts, key=lambda act: act["at"]), document.file


def test_examples_are_told_apart_by_name() -> None:
    names = [title(document) for document in DOCUMENTS]
    assert len(names) == len(set(names))
