"""Reading rulebooks: every problem at once, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.norms import checking, reading
from bihuan.norms.reading import RulebookInvalid
from bihuan.norms.tests.books import KNOWN, SCENARIO, write_book


def problems(root: Path, overrides: Path | None = None) -> list[str]:
    with pytest.raises(RulebookInvalid) as caught:
        reading.read(overrides, root)
    return caught.value.data["problems"]


def lacking(root: Path) -> list[str]:
    return [str(problem) for problem in checking.problems(reading.read(None, root), KNOWN)]


def test_a_book_is_read(tmp_path: Path) -> None:
    write_book(tmp_path)
    library = reading.read(None, tmp_path)
    assert [read.clause.id for read in library] == ["PCN-3.4.b"]
    assert library.books["pcn"].header["edition"] == "2026-01"
    assert lacking(tmp_path) == []


def test_unknown_keys_and_a_missing_source_are_named_with_their_line(tmp_path: Path) -> None:
    write_book(tmp_path, drop=("source",), colour="red")
    assert problems(tmp_path) == [
        "pcn/clauses/PCN-3.4.b.yaml:1: missing key 'source'",
        "pcn/clauses/PCN-3.4.b.yaml:15: unknown key 'colour'",
    ]


def test_problems_of_several_files_come_together(tmp_path: Path) -> None:
    write_book(tmp_path, nature="law")
    (tmp_path / "pcn" / "clauses" / "PCN-9.yaml").write_text("id: PCN-9\nid: PCN-9\n", "utf-8")
    (tmp_path / "pcn" / "clauses" / "note.txt").write_text("", "utf-8")
    (tmp_path / "pcn" / "book.yaml").write_text("book: ish\n", "utf-8")
    found = problems(tmp_path)
    assert "pcn/clauses/PCN-9.yaml:2: key id stands twice" in found
    assert any("nature: 'law' is not one of" in problem for problem in found)
    assert "note.txt:1: only .yaml files belong into clauses" in found
    assert "pcn/book.yaml:1: 'book' is not the name of the folder" in found


def test_the_file_has_the_name_of_its_clause(tmp_path: Path) -> None:
    path = write_book(tmp_path)
    path.rename(path.with_name("PCN-3.4.c.yaml"))
    assert problems(tmp_path) == ["pcn/clauses/PCN-3.4.c.yaml:1: the file is not named PCN-3.4.b.yaml"]


def test_a_carried_clause_with_an_undeclared_event_is_refused(tmp_path: Path) -> None:
    write_book(tmp_path, stops_on="thing.vanished")
    assert lacking(tmp_path) == [
        "pcn/clauses/PCN-3.4.b.yaml:15: PCN-3.4.b names the undeclared event thing.vanished"
    ]


def test_a_carried_clause_needs_evidence_and_a_scenario(tmp_path: Path) -> None:
    write_book(tmp_path, evidence="things.unknown", scenarios=False)
    said = " ".join(lacking(tmp_path))
    assert "its evidence things.unknown is not registered" in said
    assert "PCN-3.4.b is carried, but has no scenario" in said


def test_a_planned_clause_may_name_what_does_not_exist(tmp_path: Path) -> None:
    write_book(
        tmp_path, status="planned", stops_on="thing.vanished", evidence="things.unknown", scenarios=False
    )
    assert lacking(tmp_path) == []


def test_a_scenario_names_clauses_that_exist(tmp_path: Path) -> None:
    write_book(tmp_path)
    path = tmp_path / "pcn" / "scenarios" / "two.yaml"
    path.write_text(SCENARIO.replace("ID", "PCN-0") + "clauses: [PCN-0]\nodd: 1\n", "utf-8")
    assert lacking(tmp_path) == [
        "pcn/scenarios/two.yaml:1: unknown key 'odd'",
        "pcn/scenarios/two.yaml:8: there is no clause PCN-0",
    ]


def test_the_operators_folder_replaces_and_adds(tmp_path: Path) -> None:
    write_book(tmp_path / "shipped")
    write_book(tmp_path / "own", limit="12h")
    library = reading.read(tmp_path / "own", tmp_path / "shipped")
    before = next(iter(reading.read(None, tmp_path / "shipped")))
    (read,) = library
    assert (str(read.clause.limits[0][1].fixed), read.own, read.replaces) == ("12h", True, before.clause.hash)


def test_a_missing_folder_of_the_operator_is_an_error(tmp_path: Path) -> None:
    write_book(tmp_path)
    assert problems(tmp_path, tmp_path / "nowhere")[0].endswith("the folder of own rulebooks does not exist")


def test_the_shipped_books_can_be_read() -> None:
    library = reading.read()
    assert set(library.books) == {"pcn", "ish", "fis", "crp", "asm", "law-cn", "gbt-47746"}
    assert all(read.clause.source for read in library)
